import type { Random } from '../core/random.js';
import { firstTime, lastTime, scheduleMoments, type Calendars } from '../rules/triggers/schedule-times.js';
import type { ScheduleTrigger } from '../rules/triggers/trigger.js';

/** One run that a schedule wants now. */
export interface DueTime {
  /** The time of the schedule, without jitter. */
  readonly atMs: number;
  /** Why it runs now and not at its time. */
  readonly reason?: string;
}

/** What a schedule wants at some moment. */
export interface DueTimes {
  readonly runs: readonly DueTime[];
  /** Everything up to here is decided. */
  readonly decidedMs: number;
  /** When to look again. */
  readonly lookAtMs: number;
  /** What was missed and what is done about it, for the daemon's log. */
  readonly missed?: string;
}

/** So late a time is still run as if it were on time: a short restart loses none. */
export const ON_TIME_MS = 60_000;

/** With `misfire: all` so many missed times are run, and no more. */
export const MAX_MISSED_RUNS = 1_000;

/** Decides about the times of one schedule, remembering the delay that was drawn for the next one. */
export class DueTimesOfSchedule {
  readonly #trigger: ScheduleTrigger;
  readonly #calendars: Calendars;
  readonly #random: Random;
  #drawn: { readonly atMs: number; readonly delayMs: number } | undefined;

  constructor(trigger: ScheduleTrigger, calendars: Calendars, random: Random) {
    this.#trigger = trigger;
    this.#calendars = calendars;
    this.#random = random;
  }

  /** What is to be done about the times after `decidedMs`. */
  at(nowMs: number, decidedMs: number): DueTimes {
    const lateMs = Math.max(nowMs - ON_TIME_MS - this.#trigger.jitterMs, decidedMs);
    const onTime = this.#onTime(lateMs, nowMs);
    const missed = this.#missed(decidedMs, lateMs);
    if (missed === undefined) return onTime;
    return this.#byMisfire(missed, onTime);
  }

  #onTime(afterMs: number, nowMs: number): DueTimes {
    const runs: DueTime[] = [];
    let decidedMs = afterMs;
    const range = { afterMs, untilMs: Math.max(nowMs, afterMs) + LOOK_AHEAD_MS };
    for (const { kind, atMs } of scheduleMoments(this.#trigger, this.#calendars, range)) {
      if (kind === 'leftOut') continue;
      const runMs = atMs + this.#delayOf(atMs);
      if (runMs > nowMs) return { runs, decidedMs, lookAtMs: runMs };
      runs.push({ atMs });
      decidedMs = atMs;
    }
    return { runs, decidedMs, lookAtMs: nowMs + LOOK_AHEAD_MS / 2 };
  }

  /** Drawn once for each time, so that a second look does not draw again. */
  #delayOf(atMs: number): number {
    if (this.#trigger.jitterMs === 0) return 0;
    if (this.#drawn?.atMs !== atMs) {
      this.#drawn = { atMs, delayMs: Math.floor(this.#random.fraction() * (this.#trigger.jitterMs + 1)) };
    }
    return this.#drawn.delayMs;
  }

  #missed(afterMs: number, untilMs: number): Missed | undefined {
    const range = { afterMs, untilMs };
    const firstMs = firstTime(this.#trigger, this.#calendars, range);
    if (firstMs === undefined) return undefined;
    const first: number[] = [];
    const limit = this.#trigger.misfire === 'all' ? MAX_MISSED_RUNS : MAX_MISSED_COUNTED;
    for (const { kind, atMs } of scheduleMoments(this.#trigger, this.#calendars, range)) {
      if (kind === 'run') first.push(atMs);
      if (first.length > limit) break;
    }
    const lastMs = lastTime(this.#trigger, this.#calendars, range) ?? firstMs;
    return { first: first.slice(0, limit), lastMs, isMore: first.length > limit };
  }

  #byMisfire(missed: Missed, onTime: DueTimes): DueTimes {
    const words = wordsOf(missed);
    const decidedMs = Math.max(onTime.decidedMs, missed.lastMs);
    switch (this.#trigger.misfire) {
      case 'skip':
        return { ...onTime, decidedMs, missed: `${words}; none of them is run (misfire: skip)` };
      case 'runOnce': {
        const reason = `${words}; this run stands for all of them (misfire: runOnce)`;
        const [next, ...others] = onTime.runs;
        const runs = [{ atMs: next?.atMs ?? missed.lastMs, reason }, ...others];
        return { ...onTime, runs, decidedMs, missed: reason };
      }
      case 'all': {
        const limit = missed.isMore ? `; only the first ${MAX_MISSED_RUNS} of them are run` : '';
        const reason = `${words}${limit} (misfire: all)`;
        const runs = [...missed.first.map((atMs) => ({ atMs, reason })), ...onTime.runs];
        return { ...onTime, runs, decidedMs, missed: reason };
      }
    }
  }
}

interface Missed {
  /** The first ones, as many as are run or counted. */
  readonly first: readonly number[];
  readonly lastMs: number;
  readonly isMore: boolean;
}

function wordsOf({ first, isMore }: Missed): string {
  if (isMore) return `more than ${first.length} times were missed`;
  return first.length === 1 ? 'one time was missed' : `${first.length} times were missed`;
}

/** Where no run of its own depends on it, missed times are counted up to here: counting takes time. */
const MAX_MISSED_COUNTED = 100;

/** Further ahead nothing is looked for at once: a schedule that seldom runs, or never again, costs little. */
const LOOK_AHEAD_MS = 32 * 86_400_000;
