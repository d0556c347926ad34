import type { Clock, Timer } from '../core/clock.js';
import { RuleLane } from './rule-lane.js';

/** Clocks may jump: nothing is slept over for longer than this. */
const LONGEST_SLEEP_MS = 600_000;

/** What lanes ask and tell. */
export interface LaneHooks {
  /** How many runs of a rule at a time. */
  readonly limitOf: (rule: string) => number;
  /** A lane became ready by time. */
  readonly onDue: () => void;
  /** A rule has a lane from now on, or what held it back is over by time: it may have to be held back. */
  readonly holdBack: (lane: RuleLane) => void;
}

/**
 * The lanes of all rules, and whose turn it is: rules take turns one run each, so that one with fifty thousand waiting
 * files does not hold up one with a single file. A lane without work, without a free place or under a block costs nothing.
 */
export class RunLanes {
  readonly #clock: Clock;
  readonly #limitOf: (rule: string) => number;
  readonly #onDue: () => void;
  readonly #holdBack: (lane: RuleLane) => void;
  readonly #lanes = new Map<string, RuleLane>();
  /** Lanes that may have something to begin, in the order of their turns. */
  readonly #ready = new Set<RuleLane>();
  /** Lanes that become ready by time alone. */
  readonly #timed = new Set<RuleLane>();
  #timer: Timer | undefined;
  #timerDueMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, hooks: LaneHooks) {
    this.#clock = clock;
    this.#limitOf = hooks.limitOf;
    this.#onDue = hooks.onDue;
    this.#holdBack = hooks.holdBack;
  }

  of(rule: string): RuleLane {
    let lane = this.#lanes.get(rule);
    if (lane === undefined) {
      lane = new RuleLane(rule);
      this.#lanes.set(rule, lane);
      this.#holdBack(lane);
    }
    return lane;
  }

  all(): Iterable<RuleLane> {
    return this.#lanes.values();
  }

  /** Something changed for it: it takes part in the turns again. */
  touch(lane: RuleLane): void {
    this.#ready.add(lane);
  }

  /** The lane whose turn it is; it goes to the end of the row. */
  next(): RuleLane | undefined {
    for (const lane of this.#ready) {
      this.#ready.delete(lane);
      if (!this.#isFree(lane)) continue;
      this.#ready.add(lane);
      return lane;
    }
    return undefined;
  }

  /** Nothing of this lane begins before that time. */
  sleep(lane: RuleLane, untilMs: number): void {
    this.#timed.add(lane);
    if (untilMs < this.#timerDueMs) this.#startTimer(untilMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerDueMs = Number.POSITIVE_INFINITY;
    this.#timed.clear();
    this.#ready.clear();
  }

  /** Looks which sleeping lanes are due by now; the clock may have been set. */
  wakeDue(): void {
    this.#timer?.cancel();
    this.#timerDueMs = Number.POSITIVE_INFINITY;
    const nowMs = this.#clock.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const lane of [...this.#timed]) {
      if (endBlock(lane, nowMs)) this.#holdBack(lane);
      const dueMs = wakeDue(lane, nowMs);
      if (dueMs === undefined) this.#timed.delete(lane);
      else nextMs = Math.min(nextMs, dueMs);
      this.touch(lane);
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.#startTimer(nextMs);
  }

  #isFree(lane: RuleLane): boolean {
    if (lane.block !== undefined || !lane.hasWork()) return false;
    return lane.running < (lane.isProbing ? 1 : this.#limitOf(lane.rule));
  }

  #startTimer(dueMs: number): void {
    this.#timer?.cancel();
    this.#timerDueMs = dueMs;
    const delayMs = Math.min(Math.max(0, dueMs - this.#clock.now()), LONGEST_SLEEP_MS);
    this.#timer = this.#clock.startTimer(delayMs, () => {
      this.wakeDue();
      this.#onDue();
    });
  }
}

/** True when what held it back is over by now. */
function endBlock(lane: RuleLane, nowMs: number): boolean {
  const untilMs = lane.block?.untilMs;
  if (untilMs === undefined || untilMs > nowMs) return false;
  lane.block = undefined;
  return true;
}

/** Ends the wait that is over by now; when the lane is due next, if it still waits for a time. */
function wakeDue(lane: RuleLane, nowMs: number): number | undefined {
  if (lane.dueMs !== undefined && lane.dueMs <= nowMs) {
    lane.dueMs = undefined;
    lane.mayHoldMore = true;
  }
  const times = [lane.block?.untilMs, lane.dueMs].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}
