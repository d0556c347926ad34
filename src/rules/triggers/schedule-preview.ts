import { offsetText } from '../../core/offset-text.js';
import type { Rule } from '../rule.js';
import { scheduleMoments, searchRange, type Calendars, type ScheduleMoment } from './schedule-times.js';
import type { ScheduleTrigger } from './trigger.js';
import { zoneTime } from './zone-time.js';

/** One line of what a schedule will do. */
export interface ScheduleLine {
  readonly rule: string;
  /** As the settings have it: `30 2 * * *`, `every 15 min`, `once`. */
  readonly schedule: string;
  readonly kind: 'run' | 'leftOut';
  readonly atMs: number;
  /** On the wall of the zone: `2026-03-29 03:00:00`. */
  readonly wall: string;
  /** `+02:00` */
  readonly offset: string;
  readonly timeZone: string;
  /** Why it is left out, or is not the time that was meant; empty for a plain time. */
  readonly remark: string;
}

/**
 * The next `count` runs by the clock of these rules, in order, with the times that are left out before the last of
 * them. Days that a calendar leaves out one after another are one line.
 */
export function previewSchedules(
  rules: readonly Rule[],
  calendars: Calendars,
  { fromMs, count }: { readonly fromMs: number; readonly count: number },
): readonly ScheduleLine[] {
  const lines = rules.flatMap(({ name, triggers }) =>
    triggers.flatMap((trigger) =>
      trigger.kind === 'schedule' ? linesOf({ rule: name, trigger, calendars, fromMs, count }) : [],
    ),
  );
  lines.sort((left, right) => left.atMs - right.atMs);
  const runs = lines.filter(({ kind }) => kind === 'run');
  const last = runs[count - 1];
  return last === undefined ? lines : lines.slice(0, lines.indexOf(last) + 1);
}

interface Wish {
  readonly rule: string;
  readonly trigger: ScheduleTrigger;
  readonly calendars: Calendars;
  readonly fromMs: number;
  readonly count: number;
}

function linesOf({ rule, trigger, calendars, fromMs, count }: Wish): readonly ScheduleLine[] {
  const lines: ScheduleLine[] = [];
  let runs = 0;
  let days: LeftOut[] = [];
  const endDays = (): void => {
    if (days.length > 0) lines.push(leftOutLine(rule, trigger, days));
    days = [];
  };
  for (const moment of scheduleMoments(trigger, calendars, searchRange(trigger, fromMs))) {
    if (moment.kind === 'leftOut' && moment.calendar !== undefined) {
      if (days[0]?.calendar !== moment.calendar) endDays();
      days.push(moment);
      continue;
    }
    endDays();
    lines.push(moment.kind === 'run' ? runLine(rule, trigger, moment) : leftOutLine(rule, trigger, [moment]));
    if (moment.kind === 'run') runs += 1;
    if (runs === count) return lines;
  }
  endDays();
  return lines;
}

type LeftOut = Extract<ScheduleMoment, { kind: 'leftOut' }>;

function runLine(
  rule: string,
  trigger: ScheduleTrigger,
  { atMs, wallMs, isAfterGap }: Extract<ScheduleMoment, { kind: 'run' }>,
): ScheduleLine {
  const remark = isAfterGap ? `for ${timeText(wallMs)}, which the clocks leave out that day` : '';
  const shownMs = atMs + zoneTime(trigger.timeZone).offsetMs(atMs);
  return { ...lineFacts(rule, trigger, atMs), kind: 'run', wall: wallText(shownMs), remark };
}

function leftOutLine(rule: string, trigger: ScheduleTrigger, moments: readonly LeftOut[]): ScheduleLine {
  const [first, last] = [moments[0], moments.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('no moment');
  const until =
    first === last ? '' : ` (${moments.length} days, until ${wallText(last.wallMs).slice(0, 10)})`;
  const { atMs, wallMs } = first;
  return {
    ...lineFacts(rule, trigger, atMs),
    kind: 'leftOut',
    wall: wallText(wallMs),
    remark: `left out: ${reasonOf(first)}${until}`,
  };
}

function reasonOf({ why, wallMs, calendar }: LeftOut): string {
  switch (why) {
    case 'gap':
      return `the clocks leave out ${timeText(wallMs)} that day (skippedHour: skip)`;
    case 'repeated':
      return `${timeText(wallMs)} comes a second time (repeatedHour: once)`;
    case 'notOn':
      return `a day of ${calendar} (notOn)`;
    case 'onlyOn':
      return `no day of ${calendar} (onlyOn)`;
  }
}

function lineFacts(rule: string, trigger: ScheduleTrigger, atMs: number) {
  const { timeZone } = trigger;
  return {
    rule,
    schedule: scheduleText(trigger),
    atMs,
    offset: offsetText(zoneTime(timeZone).offsetMs(atMs)),
    timeZone,
  };
}

function scheduleText({ cron, everyMs }: ScheduleTrigger): string {
  if (cron !== undefined) return cron;
  return everyMs === undefined ? 'once' : `every ${everyMs / 1000} s`;
}

function wallText(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ');
}

function timeText(wallMs: number): string {
  const text = wallText(wallMs).slice(11);
  return text.endsWith(':00') ? text.slice(0, 5) : text;
}
