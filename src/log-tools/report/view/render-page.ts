import type { ReportData } from '../report-data.js';
import { packReport } from '../figures/embedded-report.js';
import { dayText, hourField, hourOf } from '../figures/wall-time.js';
import { embeddedJson } from './embedded-json.js';
import { Markup, markup } from './markup.js';
import { linesSummary } from './log-lists.js';
import { causeText } from './marks.js';
import { PAGE_SCRIPT, PAGE_STYLE, THEME_SCRIPT, type PageAsset } from './page-assets.js';
import { pageView, WHOLE_LOG, type ListId, type PageView, type PartId } from './page-view.js';
import { listed } from './words.js';

/**
 * The whole page, in pieces: one file, which asks nothing of any network. What it shows at first stands in it as HTML,
 * so that it can be read without scripts; with them it can be filtered, searched and sorted.
 */
export function* renderPage(data: ReportData): Generator<string> {
  yield pageBefore(data);
  yield '<script type="application/json" id="report-data">';
  yield* embeddedJson(packReport(data));
  yield markup`</script>
<script>${asset(PAGE_SCRIPT)}</script>
</body>
</html>
`.text;
}

function pageBefore(data: ReportData): string {
  const view = pageView(data, WHOLE_LOG);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${data.madeBy}">
<title>${data.title}</title>
<link rel="icon" href="${ICON}">
<style>${asset(PAGE_STYLE)}</style>
<script>${asset(THEME_SCRIPT)}</script>
</head>
<body>
<a class="skip" href="#summary">Skip to the summary</a>
${pageHeader(data)}
${sectionLinks()}
<main>${sections(data, view)}</main>
${pageFooter(data)}
`.text;
}

/** A square with a tally of five. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%230a56a3'/%3E%3Cpath d='M4 4v8M6.7 4v8M9.3 4v8M12 4v8M2.5 10.5l11-5' stroke='white' stroke-width='1.2'/%3E%3C/svg%3E";

/** Nothing runs and nothing is applied but what was made together with the page. */
function policy(): string {
  return [
    "default-src 'none'",
    `script-src '${THEME_SCRIPT.hash}' '${PAGE_SCRIPT.hash}'`,
    `style-src '${PAGE_STYLE.hash}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function asset({ text }: PageAsset): Markup {
  return new Markup(text);
}

function pageHeader({ title, madeAt, madeBy, timeZone, movedFrom, query }: ReportData): Markup {
  const moved = movedFrom.length > 0 ? `; those of files in ${listed(movedFrom)} were moved to it` : '';
  return markup`<header>
    <div class="header-text">
      <h1>${title}</h1>
      <p>Made ${madeAt} by ${madeBy}. All times in ${timeZone}${moved}.</p>
      ${query !== undefined && markup`<p>Only records that match <code>${query}</code>.</p>`}
    </div>
    <span class="theme field needs-script"><label for="theme">Theme</label> ${themeChoice()}</span>
  </header>`;
}

function themeChoice(): Markup {
  return markup`<select id="theme">
    <option value="">as the system</option>
    <option value="light">light</option>
    <option value="dark">dark</option>
  </select>`;
}

const SECTIONS = [
  ['summary', 'Summary'],
  ['causes', 'What failed and why'],
  ['timeline', 'Timeline'],
  ['incidents', 'Incidents'],
  ['hours', 'Partners by hour'],
  ['partners', 'By partner'],
  ['codes', 'By code'],
  ['failures', 'Failed attempts'],
  ['logs', 'The logs'],
] as const;
type SectionId = (typeof SECTIONS)[number][0];

function sectionLinks(): Markup {
  return markup`<nav class="sections" aria-label="Sections">
    ${SECTIONS.map(([id, title]) => markup`<a href="#${id}">${title}</a>`)}
  </nav>`;
}

function section(id: SectionId, content: Markup): Markup {
  const title = SECTIONS.find((each) => each[0] === id)?.[1] ?? '';
  return markup`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section> `;
}

function sections(data: ReportData, { parts, lists }: PageView): Markup {
  const part = (id: PartId) => markup`<div data-part="${id}">${parts[id]}</div>`;
  const list = (id: ListId) => lists[id].render();
  return markup`${filterSection(data, parts.scope)}
  ${section('summary', markup`${part('headline')}${omissions(data)}`)} ${section('causes', part('causes'))}
  ${section(
    'timeline',
    markup`${part('chart')}
      <details>
        <summary>As a table</summary>
        ${list('timeline')}
      </details>`,
  )}
  ${section('incidents', list('incidents'))}
  ${section(
    'hours',
    markup`${measureChoice()}
      <p class="note">
        Numbers are attempts; the stronger the colour, the more. A dot: attempts, none of them failed. Empty: no
        attempts.
      </p>
      <p class="note" data-part="hours-note">${parts['hours-note']}</p>
      ${list('hours')}`,
  )}
  ${section('partners', list('partners'))} ${section('codes', list('codes'))}
  ${section(
    'failures',
    markup`<p class="note" data-part="failures-note">${parts['failures-note']}</p>
      ${list('failures')}`,
  )}
  ${section(
    'logs',
    markup`${linesSummary(data)}
      <h3>Files read</h3>
      ${list('files')}
      <h3>Lines that could not be read for sure</h3>
      ${list('problems')}`,
  )}`;
}

function omissions({ omissions: sentences }: ReportData): Markup {
  if (sentences.length === 0) return markup``;
  return markup`<h3>Not on this page</h3>
    <ul class="omissions">
      ${sentences.map((each) => markup`<li>${each}</li>`)}
    </ul>`;
}

function measureChoice(): Markup {
  const choice = (value: string, words: string, isOn: boolean) =>
    markup`<label><input type="radio" name="measure" value="${value}"${isOn && markup` checked`}> ${words}</label>`;
  return markup`<fieldset class="group measure needs-script">
    <legend class="sr">What the cells count</legend>
    ${choice('failed', 'failed attempts', true)} ${choice('attempts', 'all attempts', false)}
  </fieldset>`;
}

const NO_SCRIPT = 'Filters, search and sorting need JavaScript. Everything below is the whole log.';

function filterSection(data: ReportData, scope: Markup): Markup {
  return markup`<section aria-label="Filter">
    <form id="filters" class="filters needs-script">
      ${timeFields(data)}
      ${choices(
        'partner',
        'Partner',
        data.partners.map(({ name }) => [name, name]),
      )}
      ${choices(
        'protocol',
        'Protocol',
        data.protocols.map((name) => [name, name]),
      )}
      ${choices(
        'operation',
        'Operation',
        data.operations.map((name) => [name, name]),
      )}
      ${choices(
        'cause',
        'Code',
        data.causes.map((cause) => [cause.key, causeText(cause)]),
      )}
    </form>
    <p class="note without-script">${NO_SCRIPT}</p>
  </section>
  <div class="scope-bar">
    <p class="scope" id="scope" role="status" tabindex="-1" data-part="scope">${scope}</p>
    <button type="button" class="needs-script" data-clear disabled>Show all</button>
  </div>`;
}

function timeFields({ span, cube }: ReportData): Markup {
  const byDay = cube.hoursPerSlot > 1;
  const valueOf = (seconds: number) => (byDay ? dayText(hourOf(seconds)) : hourField(hourOf(seconds)));
  const type = byDay ? 'date' : 'datetime-local';
  const limits =
    span !== undefined &&
    markup` min="${valueOf(span.firstSeconds)}" max="${valueOf(span.lastSeconds + (byDay ? 0 : 3600))}"`;
  const field = (name: string, words: string) =>
    markup`<span class="field"><label for="filter-${name}">${words}</label>
      <input id="filter-${name}" type="${type}" name="${name}"${!byDay && markup` step="3600"`}${limits}></span>`;
  const quick = (hours: number, words: string) =>
    markup`<button type="button" data-hours="${hours}" aria-pressed="false">${words}</button>`;
  return markup`${field('from', 'From')} ${field('until', byDay ? 'To and with' : 'Until')}
    <fieldset class="group">
      <legend class="sr">Time before the last record</legend>
      ${quick(24, 'last 24 h')}${quick(168, '7 days')}${quick(720, '30 days')}${quick(0, 'all')}
    </fieldset>`;
}

function choices(name: string, words: string, values: readonly (readonly [string, string])[]): Markup {
  const sorted = [...values].sort((a, b) => a[1].localeCompare(b[1], 'en', { numeric: true }));
  return markup`<span class="field"><label for="filter-${name}">${words}</label>
    <select id="filter-${name}" name="${name}">
      <option value="">all</option>
      ${sorted.map(([value, text]) => markup`<option value="${value}">${text}</option>`)}
    </select></span>`;
}

function pageFooter({ madeBy }: ReportData): Markup {
  return markup`<footer>
    <p>
      Made by ${madeBy} from client logs of Tallyman or EFT. A verdict with a dotted edge is
      <span class="badge inferred">inferred</span>: the line has nine columns and holds none, so it is read
      from the code. Meanings of codes: RFCs, the vendor's article, and our own decisions, each named beside
      the code.
    </p>
  </footer>`;
}
