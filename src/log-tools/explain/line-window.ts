import type { LogFileRef } from '../../client-log/reading/log-line.js';
import type { Neighbour, Neighbourhood } from './explanation.js';

/** How far around a line neighbours are looked for. */
export const WINDOW_MS = 5 * 60_000;

/** Lines of one file may stand out of order by as much: several programs write it, and clocks are put right. */
const DISORDER_MS = 10 * 60_000;
const MOST_ON_A_SIDE = 5000;

/** Keeps the records that may be neighbours of a line that is yet to come, and then those behind it. */
export class LineWindow {
  #before: Neighbour[] = [];
  readonly #after: Neighbour[] = [];
  #target: Neighbour | undefined;
  /** The latest of the records that were let go; -Infinity when none was. */
  #latestDroppedMs = -Infinity;
  #isCut = false;

  setTarget(target: Neighbour): void {
    this.#target = target;
  }

  /** False once nothing further can be a neighbour. */
  add(neighbour: Neighbour): boolean {
    const target = this.#target;
    if (target === undefined) {
      this.#before.push(neighbour);
      if (this.#before.length >= 2 * MOST_ON_A_SIDE) this.#dropOld();
      return true;
    }
    if (neighbour.epochMs > target.epochMs + WINDOW_MS + DISORDER_MS) return false;
    if (!isNear(neighbour, target)) return true;
    if (this.#after.length < MOST_ON_A_SIDE) this.#after.push(neighbour);
    else this.#isCut = true;
    return !this.#isCut;
  }

  /** Undefined without a target. */
  around(file: LogFileRef): Neighbourhood | undefined {
    const target = this.#target;
    if (target === undefined) return undefined;
    const before = this.#before.filter((each) => isNear(each, target));
    return {
      file,
      target,
      neighbours: [...before, ...this.#after],
      isCut: this.#isCut || this.#latestDroppedMs >= target.epochMs - WINDOW_MS,
    };
  }

  #dropOld(): void {
    for (const { epochMs } of this.#before.slice(0, -MOST_ON_A_SIDE)) {
      this.#latestDroppedMs = Math.max(this.#latestDroppedMs, epochMs);
    }
    this.#before = this.#before.slice(-MOST_ON_A_SIDE);
  }
}

function isNear({ epochMs }: Neighbour, target: Neighbour): boolean {
  return Math.abs(epochMs - target.epochMs) <= WINDOW_MS;
}
