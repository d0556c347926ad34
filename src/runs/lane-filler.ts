import type { Clock } from '../core/clock.js';
import type { RunStore } from '../store/run-store.js';
import type { RuleLane } from './rule-lane.js';
import type { RunLanes } from './run-lanes.js';

const LOOK_LIMIT = 256;

export interface LaneFillerParts {
  readonly runs: RunStore;
  readonly clock: Clock;
  readonly lanes: RunLanes;
  /** Somebody has it already, although the store may still show it as waiting. */
  readonly isInHand: (id: number) => boolean;
}

/** Fills lanes with their oldest waiting runs in the store. */
export class LaneFiller {
  readonly #parts: LaneFillerParts;
  /** Not to be begun for now. */
  readonly #heldBack = new Set<number>();
  #looking: Promise<void> | undefined;

  constructor(parts: LaneFillerParts) {
    this.#parts = parts;
  }

  /** Rejects with STORE_FAILED; the lane may hold more then. One at a time. */
  fill(lane: RuleLane): Promise<void> {
    this.#looking = this.#look(lane);
    return this.#looking;
  }

  /** No lane gets the run until it is let go again by what this gives. */
  holdBack(id: number): () => void {
    this.#heldBack.add(id);
    return () => void this.#heldBack.delete(id);
  }

  /** Resolves when no look is under way that may have found a run before it was held back. */
  async lookEnded(): Promise<void> {
    await this.#looking?.catch(() => undefined);
  }

  async #look(lane: RuleLane): Promise<void> {
    const { runs, clock } = this.#parts;
    const nowMs = clock.now();
    lane.mayHoldMore = false;
    try {
      const found = await runs.waiting({
        nowMs,
        limit: LOOK_LIMIT,
        withoutRules: [],
        onlyRules: [lane.rule],
      });
      const isWhole = found.length < LOOK_LIMIT;
      const ids = found.map(({ id }) => id).filter((id) => !this.#isTaken(id));
      lane.fill(ids, lane.mayHoldMore || !isWhole);
      if (isWhole && found.length < lane.waiting) await this.#sleepUntilDue(lane, nowMs);
    } catch (thrown) {
      lane.mayHoldMore = true;
      throw thrown;
    }
  }

  #isTaken(id: number): boolean {
    return this.#heldBack.has(id) || this.#parts.isInHand(id);
  }

  async #sleepUntilDue(lane: RuleLane, nowMs: number): Promise<void> {
    const { runs, lanes } = this.#parts;
    const dueMs = await runs.nextDueMs(lane.rule);
    if (dueMs === undefined || dueMs <= nowMs) return;
    lane.dueMs = dueMs;
    lanes.sleep(lane, dueMs);
  }
}
