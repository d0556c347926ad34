import type { Timer } from '../core/clock.js';
import type { TransferError } from '../core/transfer-error.js';
import type { RunServices } from './run-services.js';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;
const CAUSE = 'storeFailed:runs';

/**
 * While the store cannot be written nothing new is begun: what cannot be recorded is not done. It is tried again after a
 * second, then more and more rarely, and people are told once.
 */
export class StoreTrouble {
  readonly #services: Pick<RunServices, 'platform' | 'alarms'>;
  readonly #tryAgain: () => void;
  #timer: Timer | undefined;
  #delayMs = FIRST_DELAY_MS;
  #isTold = false;

  constructor(services: Pick<RunServices, 'platform' | 'alarms'>, tryAgain: () => void) {
    this.#services = services;
    this.#tryAgain = tryAgain;
  }

  get isOn(): boolean {
    return this.#timer !== undefined;
  }

  happened(error: TransferError): void {
    if (this.#timer !== undefined) return;
    this.#timer = this.#services.platform.clock.startTimer(this.#delayMs, () => {
      this.#timer = undefined;
      this.#tryAgain();
    });
    this.#delayMs = Math.min(LONGEST_DELAY_MS, this.#delayMs * 2);
    this.#isTold = true;
    const text = `No run can begin or go on: ${error.message}. ${error.advice}`;
    void this.#services.alarms.raise({ kind: 'storeFailed', cause: CAUSE, side: error.side, text });
  }

  /** Something was recorded again. */
  isOver(): void {
    this.#delayMs = FIRST_DELAY_MS;
    if (!this.#isTold) return;
    this.#isTold = false;
    void this.#services.alarms.clear(CAUSE);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
