import { slotWords } from '../figures/slots.js';
import type { Timeline, TimelineBar } from '../figures/timeline.js';
import { dayText, hourText } from '../figures/wall-time.js';
import { markup, type Markup } from './markup.js';
import type { List } from './list.js';
import { failedCell, shareCell } from './marks.js';
import { counted, countText } from './words.js';

const UP_HEIGHT = 110;
const DOWN_HEIGHT = 60;
const HEIGHT = UP_HEIGHT + DOWN_HEIGHT;
/** Some failures among very many must still be seen. */
const LEAST_HEIGHT = 3;

/** Bars over time: attempts upwards, failed ones downwards on a scale of their own, hatched. */
export function timelineChart({ hoursPerBar, bars }: Timeline): Markup {
  if (bars.length === 0) return markup`<p>The selection lies outside the log.</p>`;
  const most = { attempts: highest(bars, 'attempts'), failed: highest(bars, 'failed') };
  const unit = slotWords(hoursPerBar);
  const width = 100 / bars.length;
  return markup`<div class="chart">
    <p class="chart-legend">
      <span>${key('bar-up')} attempts, upwards: at most ${countText(most.attempts)} per ${unit}</span>
      <span>${key('bar-down')} failed, downwards: at most ${countText(most.failed)} per ${unit}</span>
    </p>
    <svg class="bars" height="${HEIGHT}" role="img" aria-label="${chartLabel(unit)}">
      <defs>
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hatch-ground" width="6" height="6" />
          <rect class="hatch-line" width="2.5" height="6" />
        </pattern>
      </defs>
      ${bars.map((bar, index) => barShapes({ bar, x: index * width, width, most, hoursPerBar }))}
      <line class="axis" x1="0" x2="100%" y1="${UP_HEIGHT}" y2="${UP_HEIGHT}" />
    </svg>
    ${axisLabels(bars, hoursPerBar)}
  </div>`;
}

function chartLabel(unit: string): string {
  return `Attempts and failed attempts over time, one bar for each ${unit}. The same numbers stand in the table below.`;
}

function key(shape: string): Markup {
  return markup`<svg class="key" aria-hidden="true"><rect class="${shape}" width="100%" height="100%" /></svg>`;
}

interface BarFacts {
  readonly bar: TimelineBar;
  /** Percent of the chart's width. */
  readonly x: number;
  readonly width: number;
  readonly most: { readonly attempts: number; readonly failed: number };
  readonly hoursPerBar: number;
}

function barShapes({ bar, x, width, most, hoursPerBar }: BarFacts): Markup {
  const up = scaled(bar.attempts, most.attempts, UP_HEIGHT);
  const down = scaled(bar.failed, most.failed, DOWN_HEIGHT);
  const place = (share: number) =>
    markup`x="${(x + (width * (1 - share)) / 2).toFixed(3)}%" width="${(width * share).toFixed(3)}%"`;
  const words = `${barText(bar.startHour, hoursPerBar)}: ${counted(bar.attempts, 'attempt')}, ${countText(bar.failed)} failed`;
  return markup`<g class="bar" ${spanData(bar, hoursPerBar)}>
    <title>${words}</title>
    <rect class="bar-hit" ${place(1)} y="0" height="${HEIGHT}" />
    ${up > 0 && markup`<rect class="bar-up" ${place(0.8)} y="${UP_HEIGHT - up}" height="${up}" />`}
    ${down > 0 && markup`<rect class="bar-down" ${place(0.8)} y="${UP_HEIGHT}" height="${down}" />`}
  </g>`;
}

/** What a press narrows the selection to. */
function spanData({ startHour }: TimelineBar, hoursPerBar: number): Markup {
  return markup`data-from="${startHour}" data-until="${startHour + hoursPerBar}"`;
}

function scaled(count: number, most: number, height: number): number {
  return count === 0 ? 0 : Math.max(LEAST_HEIGHT, Math.round((count / most) * height));
}

function highest(bars: readonly TimelineBar[], field: 'attempts' | 'failed'): number {
  return bars.reduce((most, bar) => Math.max(most, bar[field]), 0);
}

const MOST_LABELS = 6;
/** Percent of the width; a label further right would stick out. */
const LAST_LABEL_AT = 90;

function axisLabels(bars: readonly TimelineBar[], hoursPerBar: number): Markup {
  const step = Math.max(1, Math.ceil(bars.length / MOST_LABELS));
  const shown = bars.filter((_, index) => index % step === 0 && (100 * index) / bars.length <= LAST_LABEL_AT);
  return markup`<svg class="axis-labels" height="18" aria-hidden="true">
    ${shown.map((bar, index) => {
      const x = ((100 * index * step) / bars.length).toFixed(3);
      const text = hoursPerBar < 24 ? hourText(bar.startHour).slice(5) : dayText(bar.startHour);
      return markup`<text x="${x}%" y="13">${text}</text>`;
    })}
  </svg>`;
}

function barText(startHour: number, hoursPerBar: number): string {
  if (hoursPerBar === 24) return dayText(startHour);
  if (hoursPerBar < 24) return hourText(startHour);
  return `${dayText(startHour)} to ${dayText(startHour + hoursPerBar - 24)}`;
}

/** The chart's numbers as a table, each bar with a button that narrows the selection to it. */
export function timelineList({ hoursPerBar, bars }: Timeline): List<TimelineBar> {
  return {
    id: 'timeline',
    caption: `Attempts and failures over time, by ${slotWords(hoursPerBar)}`,
    one: 'span',
    many: 'spans of time',
    rows: bars,
    searchText: ({ startHour }) => barText(startHour, hoursPerBar),
    sort: 'time',
    rowsPerPage: 120,
    emptyText: 'The selection lies outside the log.',
    columns: [
      {
        key: 'time',
        title: 'Time',
        isRowHead: true,
        sortBy: ({ startHour }) => startHour,
        cell: (bar) =>
          markup`<button type="button" class="link" title="Show only this" ${spanData(bar, hoursPerBar)}>${barText(bar.startHour, hoursPerBar)}</button>`,
      },
      {
        key: 'attempts',
        title: 'Attempts',
        align: 'right',
        sortBy: ({ attempts }) => attempts,
        cell: ({ attempts }) => markup`${countText(attempts)}`,
      },
      {
        key: 'failed',
        title: 'Failed',
        align: 'right',
        sortBy: ({ failed }) => failed,
        cell: ({ failed }) => failedCell(failed),
      },
      {
        key: 'rate',
        title: 'Failure rate',
        align: 'right',
        sortBy: ({ failed, attempts }) => (attempts === 0 ? 0 : failed / attempts),
        cell: ({ failed, attempts }) => shareCell(failed, attempts),
      },
    ],
  };
}
