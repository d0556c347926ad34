import { figuresOf } from '../figures/figures.js';
import { selectedFailures, selectedIncidents } from '../figures/selected-lists.js';
import { isWholeLog, snapped, type Selection } from '../figures/selection.js';
import { rangeOf, timelineOf } from '../figures/timeline.js';
import { hourText } from '../figures/wall-time.js';
import type { ReportData } from '../report-data.js';
import { codesList } from './codes-list.js';
import { failuresList } from './failures-list.js';
import { headline } from './headline.js';
import { heatMapList, type HeatMeasure } from './heat-map-list.js';
import { markup, type Markup } from './markup.js';
import { incidentsList } from './incidents-list.js';
import { openList, type OpenList } from './list.js';
import { filesList, problemsList } from './log-lists.js';
import { causeText } from './marks.js';
import { partnersList } from './partners-list.js';
import { timelineChart, timelineList } from './timeline-chart.js';
import { topCauses } from './top-causes.js';
import { counted, countText } from './words.js';

/** What the page shows of the data. */
export interface ViewState {
  readonly selection: Selection;
  readonly measure: HeatMeasure;
}

export const WHOLE_LOG: ViewState = { selection: {}, measure: 'failed' };

/** The parts of the page that change with the state, lists apart. */
export const PART_IDS = ['scope', 'headline', 'causes', 'chart', 'hours-note', 'failures-note'] as const;
export type PartId = (typeof PART_IDS)[number];

export const LIST_IDS = [
  'incidents',
  'timeline',
  'hours',
  'partners',
  'codes',
  'failures',
  'files',
  'problems',
] as const;
export type ListId = (typeof LIST_IDS)[number];

export interface PageView {
  readonly parts: Readonly<Record<PartId, Markup>>;
  readonly lists: Readonly<Record<ListId, OpenList>>;
}

/** The page for a state: the same here, where it is made, and in the browser, where it is filtered. */
export function pageView(data: ReportData, { selection: wanted, measure }: ViewState): PageView {
  const selection = snapped(wanted, data.cube.hoursPerSlot);
  const figures = figuresOf(data, selection);
  const timeline = timelineOf(data, selection, figures.slots);
  const incidents = selectedIncidents(data, selection);
  const failures = selectedFailures(data, selection);
  return {
    parts: {
      scope: scopeWords(data, selection, figures.total.attempts),
      headline: headline({ data, selection, figures, incidents }),
      causes: topCauses(data, figures),
      chart: timelineChart(timeline),
      'hours-note': hoursNote(data, selection),
      'failures-note': failuresNote(failures.length, figures.total.failed),
    },
    lists: {
      incidents: openList(incidentsList(data, incidents)),
      timeline: openList(timelineList(timeline)),
      hours: openList(heatMapList(data, figures, measure)),
      partners: openList(partnersList(data, figures)),
      codes: openList(codesList(data, figures)),
      failures: openList(failuresList(data, failures)),
      files: openList(filesList(data)),
      problems: openList(problemsList(data)),
    },
  };
}

function scopeWords(data: ReportData, selection: Selection, attempts: number): Markup {
  if (isWholeLog(selection)) return markup`Showing the whole log: ${counted(attempts, 'attempt')}.`;
  const range = rangeOf(data, selection);
  const { partner, protocol, operation, cause: key } = selection;
  const cause = data.causes.find((each) => each.key === key);
  const parts = [
    range === undefined
      ? 'no time of the log'
      : `${hourText(range.fromHour)} until ${hourText(range.toHour)}`,
    partner,
    protocol,
    operation,
    cause === undefined ? key : causeText(cause),
  ].filter((part) => part !== undefined);
  return markup`Showing ${counted(attempts, 'attempt')}: <bdi>${parts.join(', ')}</bdi>.`;
}

function hoursNote({ cube }: ReportData, { fromHour, toHour }: Selection): Markup {
  if (cube.hoursPerSlot === 1 || (fromHour === undefined && toHour === undefined)) return markup``;
  return markup`Of this log, hours of the day are known for its whole time only: the filter by date does not
  show here.`;
}

function failuresNote(listed: number, failed: number): Markup {
  if (listed >= failed) return markup``;
  return markup`Of ${counted(failed, 'failed attempt')} in this selection, ${countText(listed)} are listed: the
  page holds the newest ones. The counts cover all.`;
}
