import { printable } from '../core/printable.js';
import { TransferError } from '../core/transfer-error.js';

/**
 * How many looks at folders run at a time. A call of the system to a share that hangs cannot be taken back and keeps one
 * of the few threads that serve all files of the process; so no second look begins at a share where one hangs.
 */
export class LookLanes {
  readonly #limits: LaneLimits;
  readonly #running = new Map<string, number>();
  readonly #hanging = new Map<string, number>();
  readonly #waiting: (() => void)[] = [];

  constructor(limits: LaneLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  /**
   * Waits for a lane. Rejects FOLDER_FAILED at once where an earlier look at this share still hangs, or where so many
   * shares hang that one more could stop every file of the process.
   */
  async enter(visitor: LookVisitor): Promise<LookLane> {
    this.#refuseHanging(visitor);
    while (!this.#hasRoom(visitor.share)) {
      await new Promise<void>((go) => this.#waiting.push(go));
      this.#refuseHanging(visitor);
    }
    add(this.#running, visitor.share, 1);
    return this.#lane(visitor.share);
  }

  #lane(share: string): LookLane {
    let state: 'running' | 'hanging' | 'left' = 'running';
    return {
      hangs: () => {
        if (state !== 'running') return;
        state = 'hanging';
        add(this.#hanging, share, 1);
        this.#free(share);
      },
      leave: () => {
        if (state === 'hanging') add(this.#hanging, share, -1);
        if (state === 'running') this.#free(share);
        state = 'left';
      },
    };
  }

  #free(share: string): void {
    add(this.#running, share, -1);
    for (const go of this.#waiting.splice(0)) go();
  }

  #hasRoom(share: string): boolean {
    const all = [...this.#running.values()].reduce((sum, count) => sum + count, 0);
    const ofShare = this.#running.get(share) ?? 0;
    if (all >= this.#limits.atATime || share === LOCAL_DISK) return all < this.#limits.atATime;
    return ofShare < (share === UNKNOWN_SHARE ? this.#limits.ofUnknown : this.#limits.ofOneShare);
  }

  #refuseHanging({ folder, share, isWell }: LookVisitor): void {
    if (share !== LOCAL_DISK && share !== UNKNOWN_SHARE && this.#hanging.has(share))
      throw notLookedAt(folder, 'another look at the same share has had no answer yet');
    const hanging = this.#hangingCalls();
    if (!isWell && hanging >= this.#limits.hanging)
      throw notLookedAt(folder, 'looks at other shares have had no answer yet, and no more are risked');
  }

  #hangingCalls(): number {
    return [...this.#hanging.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** The disk of the machine itself, which does not hang. */
export const LOCAL_DISK = 'local disk';
/** A folder that was never looked at yet. */
export const UNKNOWN_SHARE = 'unknown';

export interface LookVisitor {
  /** For messages. */
  readonly folder: string;
  /** See `shareOf` in folder-place.ts. */
  readonly share: string;
  /** Its last look ended well. */
  readonly isWell: boolean;
}

export interface LookLane {
  /** The system does not answer: others may go on, but not to this share. */
  hangs(): void;
  /** The look is over; after `hangs`: the system answered after all. Idempotent. */
  leave(): void;
}

export interface LaneLimits {
  /** Looks at a time, those that hang apart. */
  readonly atATime: number;
  readonly ofOneShare: number;
  /** At folders that were never looked at. */
  readonly ofUnknown: number;
  /** With so many hanging, no look begins at a folder whose last one did not end well. */
  readonly hanging: number;
}

const DEFAULT_LIMITS: LaneLimits = { atATime: 4, ofOneShare: 1, ofUnknown: 2, hanging: 2 };

function add(counts: Map<string, number>, share: string, change: number): void {
  const count = (counts.get(share) ?? 0) + change;
  if (count === 0) counts.delete(share);
  else counts.set(share, count);
}

function notLookedAt(folder: string, reason: string): TransferError {
  return new TransferError({
    code: 'FOLDER_FAILED',
    lastCode: -1,
    phase: 'list',
    message: `folder ${printable(folder)} is not looked at: ${reason}`,
  });
}
