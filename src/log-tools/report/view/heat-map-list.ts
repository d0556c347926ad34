import type { Count, Figures } from '../figures/figures.js';
import type { ReportData } from '../report-data.js';
import { markup, type Markup } from './markup.js';
import type { List, ListColumn } from './list.js';
import { partnerCell } from './marks.js';
import { countText } from './words.js';

/** What the cells of the heat map count. */
export type HeatMeasure = 'failed' | 'attempts';

interface HeatRow {
  readonly partner: number;
  readonly hours: readonly Count[];
  readonly total: Count;
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const LEVELS = 5;

/** Partners by hour of the day. Where the cube knows no hours, those of the whole log are shown. */
export function heatMapList(data: ReportData, figures: Figures, measure: HeatMeasure): List<HeatRow> {
  const rows = figures.partners.map(({ partner }) => rowOf(data, figures, partner));
  const highest = Math.max(1, ...rows.flatMap(({ hours }) => hours.map((count) => count[measure])));
  return {
    id: 'hours',
    caption: `${measure === 'failed' ? 'Failed attempts' : 'All attempts'} by partner and hour of the day`,
    one: 'partner',
    many: 'partners',
    rows,
    searchText: ({ partner }) => data.partners[partner]?.name ?? '',
    sort: '-total',
    rowsPerPage: 25,
    emptyText: 'No attempts in this selection.',
    columns: [
      {
        key: 'partner',
        title: 'Partner',
        isRowHead: true,
        sortBy: ({ partner }) => data.partners[partner]?.name ?? '',
        cell: ({ partner }) => partnerCell(data, partner),
      },
      ...HOURS.map((hour) => hourColumn(hour, measure, highest)),
      {
        key: 'total',
        title: 'Total',
        align: 'right',
        sortBy: ({ total }) => total[measure],
        cell: ({ total }) => markup`${countText(total[measure])}`,
      },
    ],
  };
}

function rowOf(data: ReportData, figures: Figures, partner: number): HeatRow {
  const ofWholeLog = data.partners[partner]?.hoursOfDay ?? [];
  const whole = HOURS.map((hour) => ({
    attempts: ofWholeLog[hour] ?? 0,
    failed: ofWholeLog[HOURS.length + hour] ?? 0,
  }));
  const hours = data.cube.hoursPerSlot === 1 ? (figures.hoursOfDay.get(partner) ?? []) : whole;
  const total = { attempts: 0, failed: 0 };
  for (const { attempts, failed } of hours) {
    total.attempts += attempts;
    total.failed += failed;
  }
  return { partner, hours, total };
}

function hourColumn(hour: number, measure: HeatMeasure, highest: number): ListColumn<HeatRow> {
  return {
    key: `h${hour}`,
    title: String(hour).padStart(2, '0'),
    cell: ({ hours }) => heatCell(hours[hour], measure),
    cellClass: ({ hours }) => `heat ${measure} level-${levelOf(hours[hour]?.[measure] ?? 0, highest)}`,
  };
}

function heatCell(count: Count | undefined, measure: HeatMeasure): Markup {
  if (count === undefined || count.attempts === 0) return markup``;
  const value = count[measure];
  if (value === 0) return markup`<span class="sr">0</span><span aria-hidden="true">·</span>`;
  const short = shortCount(value);
  const full = countText(value);
  return short === full
    ? markup`${full}`
    : markup`<span title="${full}" aria-hidden="true">${short}</span><span class="sr">${full}</span>`;
}

/** `999`, `1.2k`, `34k`, `5M`: a cell has room for four characters. */
function shortCount(count: number): string {
  if (count < 1000) return String(count);
  if (count < 9950) return `${(count / 1000).toFixed(1)}k`;
  if (count < 999_500) return `${Math.round(count / 1000)}k`;
  return `${Math.round(count / 1_000_000)}M`;
}

/** By the square root, so that a few do not vanish beside very many. */
function levelOf(count: number, highest: number): number {
  return count === 0 ? 0 : Math.max(1, Math.ceil(LEVELS * Math.sqrt(count / highest)));
}
