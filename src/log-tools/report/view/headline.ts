import type { Figures } from '../figures/figures.js';
import { isWholeLog, type Selection } from '../figures/selection.js';
import { rangeOf } from '../figures/timeline.js';
import { hourText } from '../figures/wall-time.js';
import type { IncidentData, ReportData } from '../report-data.js';
import { attention } from './attention.js';
import { markup, type Markup } from './markup.js';
import { shareBar } from './marks.js';
import { counted, countText, minutesText, percentText, sideSentence } from './words.js';

/** What is looked at: the data, what was chosen of it, and what that comes to. */
export interface Look {
  readonly data: ReportData;
  /** Widened to whole slots. */
  readonly selection: Selection;
  readonly figures: Figures;
  /** Of the selection, worst first. */
  readonly incidents: readonly IncidentData[];
}

/** The sentence on top, who must act, and what needs attention. */
export function headline(look: Look): Markup {
  const { data, figures } = look;
  if (data.span === undefined) return emptyLog(data);
  return markup`<p class="headline">${sentence(look)}</p>
    ${figures.total.inferred > 0 && inferredNote(look)}
    <div class="two">
      <div>${attention(look)}</div>
      <div>${sides(figures)}</div>
    </div>`;
}

function emptyLog({ query, files }: ReportData): Markup {
  const where = counted(files.length, 'file');
  return query === undefined
    ? markup`<p class="headline">No attempts: there is no record in the ${where} read.</p>`
    : markup`<p class="headline">
        No attempts: no record of the ${where} read matches the query <code>${query}</code>.
      </p>`;
}

function sentence(look: Look): Markup {
  const { attempts, failed } = look.figures.total;
  const open = openCount(look);
  const verdict =
    failed === 0
      ? markup`<strong class="good">none failed</strong>`
      : markup`<strong class="bad">${countText(failed)} failed</strong> (${percentText(failed, attempts)})`;
  const incidents =
    open === 0
      ? markup`no incident is open`
      : markup`<strong class="bad">${counted(open, 'incident')} open</strong>`;
  return markup`<strong>${counted(attempts, 'attempt')}</strong> ${spanWords(look)}: ${verdict}, ${incidents}.`;
}

/** All open incidents of the log, also those left out of the page, where the whole log is looked at. */
function openCount({ data, selection, incidents }: Look): number {
  if (isWholeLog(selection)) return data.incidentTotals.open;
  return incidents.filter(({ isOpen }) => isOpen).length;
}

function spanWords({ data, selection }: Look): string {
  const { span, timeZone } = data;
  if (span === undefined) return '';
  if (selection.fromHour === undefined && selection.toHour === undefined) {
    return `from ${minutesText(span.firstSeconds)} to ${minutesText(span.lastSeconds)} (${timeZone})`;
  }
  const range = rangeOf(data, selection);
  if (range === undefined) return 'in a time that the log does not cover';
  return `from ${hourText(range.fromHour)} until ${hourText(range.toHour)} (${timeZone})`;
}

function inferredNote({ figures }: Look): Markup {
  const { inferred, attempts } = figures.total;
  const share = inferred === attempts ? 'Every verdict is' : `${countText(inferred)} of the verdicts are`;
  return markup`<p class="note">
    ${share} <span class="badge inferred">inferred</span> from the code, because lines of nine columns hold
    none.
  </p>`;
}

function sides({ failedBySide, total }: Figures): Markup {
  if (total.failed === 0) return markup``;
  const rows = [...failedBySide].map(
    ([side, failed]) =>
      markup`<li>
        <span>${sideSentence(side)}</span>
        <span>${countText(failed)} <span class="note">(${percentText(failed, total.failed)})</span></span>
        ${shareBar(failed, total.failed)}
      </li>`,
  );
  return markup`<h3>Whose side, by failed attempts</h3>
    <ul class="sides">
      ${rows}
    </ul>`;
}
