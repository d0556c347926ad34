import type { ReportData } from '../report-data.js';
import type { Count, Figures } from './figures.js';
import type { Selection } from './selection.js';
import { slotOf, slotStart } from './slots.js';
import { hourOf } from './wall-time.js';

/** One bar of the timeline. */
export interface TimelineBar extends Count {
  readonly startHour: number;
}

export interface Timeline {
  readonly hoursPerBar: number;
  /** Without gaps, oldest first. */
  readonly bars: readonly TimelineBar[];
}

const MOST_BARS = 100;
const BAR_WIDTHS = [1, 3, 6, 24, 168] as const;

/** Bars over the whole span of a selection, as fine as the cube and the room allow. */
export function timelineOf(data: ReportData, selection: Selection, slots: Figures['slots']): Timeline {
  const { hoursPerSlot } = data.cube;
  const range = rangeOf(data, selection);
  if (range === undefined) return { hoursPerBar: hoursPerSlot, bars: [] };
  const hoursPerBar = barWidth(range.toHour - range.fromHour, hoursPerSlot);
  const firstBar = slotOf(range.fromHour, hoursPerBar);
  const lastBar = slotOf(range.toHour - 1, hoursPerBar);
  const bars = Array.from({ length: lastBar - firstBar + 1 }, (_, index) => ({
    startHour: slotStart(firstBar + index, hoursPerBar),
    attempts: 0,
    failed: 0,
  }));
  for (const [slot, count] of slots) {
    const bar = bars[slotOf(slotStart(slot, hoursPerSlot), hoursPerBar) - firstBar];
    if (bar === undefined) continue;
    bar.attempts += count.attempts;
    bar.failed += count.failed;
  }
  return { hoursPerBar, bars };
}

/** The hours that a selection covers within the log. */
export function rangeOf(
  { span, cube }: ReportData,
  { fromHour, toHour }: Selection,
): { readonly fromHour: number; readonly toHour: number } | undefined {
  if (span === undefined) return undefined;
  const first = slotStart(slotOf(hourOf(span.firstSeconds), cube.hoursPerSlot), cube.hoursPerSlot);
  const last = slotStart(slotOf(hourOf(span.lastSeconds), cube.hoursPerSlot) + 1, cube.hoursPerSlot);
  const from = Math.max(first, fromHour ?? first);
  const to = Math.min(last, toHour ?? last);
  return from < to ? { fromHour: from, toHour: to } : undefined;
}

function barWidth(hours: number, hoursPerSlot: number): number {
  const fits = (width: number) => width >= hoursPerSlot && hours / width <= MOST_BARS;
  const known = BAR_WIDTHS.find(fits);
  if (known !== undefined) return known;
  let width = 168;
  while (!fits(width)) width *= 2;
  return width;
}
