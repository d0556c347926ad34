import type { GroupName } from '../stats/groupings.js';
import type { GroupRow } from '../stats/log-stats.js';
import { wallSeconds, wallTime } from '../stats/wall-time.js';

/** One bar, or a stretch of time in which nothing happened. */
export type ChartBar =
  | { readonly kind: 'bar'; readonly label: string; readonly count: number; readonly failed: number }
  /** `steps` hours or days without a record. */
  | { readonly kind: 'silence'; readonly steps: number };

/** Empty steps in a row that are drawn one by one; more are one line. */
const MAX_EMPTY_STEPS = 6;

const STEP_SECONDS: Readonly<Partial<Record<GroupName, number>>> = { hour: 3600, day: 86_400 };

/** The bars for the rows of one group; over time, hours and days without a record are not left out. */
export function chartBars(rows: readonly ChartRow[], by: GroupName): readonly ChartBar[] {
  const stepSeconds = STEP_SECONDS[by];
  const bars: ChartBar[] = [];
  let before: number | undefined;
  for (const { label, count, failed } of rows) {
    if (stepSeconds !== undefined) {
      const at = secondsOf(label);
      if (before !== undefined) bars.push(...silence(before, at, stepSeconds));
      before = at;
    }
    bars.push({ kind: 'bar', label, count, failed });
  }
  return bars;
}

function silence(before: number, after: number, stepSeconds: number): readonly ChartBar[] {
  const steps = Math.round((after - before) / stepSeconds) - 1;
  if (steps <= 0) return [];
  if (steps > MAX_EMPTY_STEPS) return [{ kind: 'silence', steps }];
  const labelLength = stepSeconds === 86_400 ? 10 : 16;
  return Array.from({ length: steps }, (_, index) => ({
    kind: 'bar',
    label: wallTime(before + (index + 1) * stepSeconds).slice(0, labelLength),
    count: 0,
    failed: 0,
  }));
}

/** Of `2026-03-01` or `2026-03-01 02:00`. */
function secondsOf(label: string): number {
  return wallSeconds(label.length > 10 ? `${label}:00` : `${label} 00:00:00`);
}

/** Beyond so many hours days are drawn. */
const MAX_HOUR_BARS = 72;

/** What a bar is drawn from. */
export interface ChartRow {
  readonly label: string;
  readonly count: number;
  readonly failed: number;
}

export function chartRows(rows: readonly GroupRow[]): readonly ChartRow[] {
  return rows.map(({ values, count, failed }) => ({ label: values[0]?.words ?? '', count, failed }));
}

/** Hours, or the days that they make up where the span is too long for hours. `hours` in order of time. */
export function hoursOrDays(hours: readonly ChartRow[]): {
  readonly by: 'hour' | 'day';
  readonly rows: readonly ChartRow[];
} {
  const first = hours[0]?.label;
  const last = hours.at(-1)?.label;
  if (first === undefined || last === undefined) return { by: 'hour', rows: hours };
  if (secondsOf(last) - secondsOf(first) < MAX_HOUR_BARS * 3600) return { by: 'hour', rows: hours };
  const days = new Map<string, ChartRow>();
  for (const { label, count, failed } of hours) {
    const day = label.slice(0, 10);
    const before = days.get(day);
    days.set(day, {
      label: day,
      count: count + (before?.count ?? 0),
      failed: failed + (before?.failed ?? 0),
    });
  }
  return { by: 'day', rows: [...days.values()] };
}
