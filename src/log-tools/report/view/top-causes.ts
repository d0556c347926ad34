import type { CauseFigures, Figures } from '../figures/figures.js';
import { dayText } from '../figures/wall-time.js';
import type { CauseData, ReportData } from '../report-data.js';
import { explanationText } from './explanation.js';
import { markup, type Markup } from './markup.js';
import { causeLabel, causeText, filterButton, shareBar } from './marks.js';
import { counted, countText, listed, percentText, sideSentence } from './words.js';

const MOST_CAUSES = 5;

/** What failed and why: the most frequent causes, each with side, likely causes and checks. */
export function topCauses(data: ReportData, { causes, total }: Figures): Markup {
  const failing = causes.filter(({ failed }) => failed > 0);
  if (failing.length === 0) return markup`<p>Nothing failed in this selection.</p>`;
  const shown = failing.slice(0, MOST_CAUSES);
  const left = failing.length - shown.length;
  return markup`<ol class="causes">
      ${shown.map((row, index) => causeBox({ data, row, total: total.failed, isFirst: index === 0 }))}
    </ol>
    ${left > 0 && markup`<p>${counted(left, 'more code')} with failures: see <a href="#codes">by code</a>.</p>`}`;
}

interface CauseBoxFacts {
  readonly data: ReportData;
  readonly row: CauseFigures;
  /** Failed attempts of all causes. */
  readonly total: number;
  readonly isFirst: boolean;
}

function causeBox({ data, row, total, isFirst }: CauseBoxFacts): Markup {
  const cause = data.causes[row.cause];
  if (cause === undefined) return markup``;
  const partners = [...row.failedPartners].map((index) => data.partners[index]?.name ?? '');
  return markup`<li><details${isFirst && markup` open`}><summary><span class="cause-head">
<span class="cause-name">${causeLabel(cause)}</span>
<span class="cause-count"><b class="failed-count">${countText(row.failed)}</b> failed, ${percentText(row.failed, total)} of all failures ${shareBar(row.failed, total)}</span>
<span class="cause-side">${sideSentence(cause.side)}. ${spanWords(row)}; <bdi>${listed(partners)}</bdi></span></span></summary>
<div class="explanation">${explanationText(cause)}
<p>${onlyThese(cause)}</p></div></details></li>`;
}

function onlyThese(cause: CauseData): Markup {
  return filterButton('cause', cause.key, markup`Show only ${causeText(cause)}`);
}

function spanWords({ firstFailedHour, lastFailedHour }: CauseFigures): string {
  if (firstFailedHour === undefined || lastFailedHour === undefined) return '';
  const [first, last] = [dayText(firstFailedHour), dayText(lastFailedHour)];
  return first === last ? `On ${first}` : `From ${first} to ${last}`;
}
