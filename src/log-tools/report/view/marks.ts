import type { CauseData, ReportData } from '../report-data.js';
import type { Selection } from '../figures/selection.js';
import { markup, type Markup } from './markup.js';
import { countText, nameCell, percentText } from './words.js';

/** The part of a selection that a button can set. */
export type FilterPart = Extract<keyof Selection, 'partner' | 'protocol' | 'operation' | 'cause'>;

/** A value of the page that narrows everything to itself when it is pressed. */
export function filterButton(part: FilterPart, value: string, label: Markup): Markup {
  const attributes = markup`class="link" data-set="${part}" data-value="${value}" title="Show only this"`;
  return markup`<button type="button" ${attributes}>${label}</button>`;
}

export function partnerCell({ partners }: ReportData, index: number): Markup {
  const partner = partners[index];
  if (partner === undefined) return markup``;
  const place = partner.place !== '' && markup`<span class="place"><bdi>${partner.place}</bdi></span>`;
  return markup`${filterButton('partner', partner.name, nameCell(partner.name))}${place}`;
}

/** `530 login refused`; the words alone where the rest of many codes is meant. */
export function causeText({ code, phrase }: CauseData): string {
  return code === undefined ? phrase : `${code} ${phrase}`;
}

/** The same with the number set apart: `3 no permission` must not read as three of something. */
export function causeLabel({ code, phrase }: CauseData): Markup {
  return code === undefined ? markup`${phrase}` : markup`<b class="code">${code}</b> ${phrase}`;
}

export function causeCell(cause: CauseData | undefined): Markup {
  return cause === undefined ? markup`` : filterButton('cause', cause.key, causeLabel(cause));
}

/** A verdict: word, mark and colour; a dotted edge where the line has none of its own. */
export function resultBadge(result: 'failed' | 'succeeded', isInferred: boolean): Markup {
  const mark = result === 'failed' ? '✕' : '✓';
  const words = isInferred ? `${result} (inferred)` : result;
  const classes = isInferred ? `badge ${result} inferred` : `badge ${result}`;
  return markup`<span class="${classes}"><span aria-hidden="true">${mark} </span>${words}</span>`;
}

/** `12 (3.4 %)` over a bar as long as the share. */
export function shareCell(part: number, whole: number): Markup {
  return markup`${percentText(part, whole)}${shareBar(part, whole)}`;
}

export function shareBar(part: number, whole: number): Markup {
  if (whole === 0) return markup``;
  const percent = ((100 * part) / whole).toFixed(1);
  return markup`<svg class="share" aria-hidden="true">
    <rect class="track" width="100%" height="100%" />
    <rect class="fill" width="${percent}%" height="100%" />
  </svg>`;
}

export function failedCell(failed: number): Markup {
  return failed === 0 ? markup`0` : markup`<b class="failed-count">${countText(failed)}</b>`;
}
