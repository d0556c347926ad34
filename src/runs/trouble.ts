import type { Timer } from '../core/clock.js';
import type { TransferError } from '../core/transfer-error.js';
import type { Alarm } from '../store/alarm-store.js';
import type { RunServices } from './run-services.js';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/** What is in trouble, and how people are told. */
export interface TroubleFacts {
  readonly kind: Alarm['kind'];
  readonly cause: string;
  /** What does not go on meanwhile: `No run can begin or go on`. */
  readonly stands: string;
}

export const STORE_TROUBLE: TroubleFacts = {
  kind: 'storeFailed',
  cause: 'storeFailed:runs',
  stands: 'No run can begin or go on',
};

export const LOG_TROUBLE: TroubleFacts = {
  kind: 'logFailed',
  cause: 'logFailed:runs',
  stands: 'Runs wait and nothing more is moved; they go on by themselves once lines can be written',
};

/**
 * While the store or the client log cannot be written nothing new is begun: what cannot be recorded is not done. It is
 * tried again after a second, then more and more rarely, and people are told once.
 */
export class Trouble {
  readonly #services: Pick<RunServices, 'platform' | 'alarms'>;
  readonly #facts: TroubleFacts;
  readonly #tryAgain: () => void;
  #timer: Timer | undefined;
  #delayMs = FIRST_DELAY_MS;
  #isTold = false;
  #isStopped = false;

  constructor(services: Pick<RunServices, 'platform' | 'alarms'>, facts: TroubleFacts, tryAgain: () => void) {
    this.#services = services;
    this.#facts = facts;
    this.#tryAgain = tryAgain;
  }

  get isOn(): boolean {
    return this.#timer !== undefined;
  }

  /** The process before may have told of it and had no time to tell its end. */
  recall(openAlarms: readonly Pick<Alarm, 'cause'>[]): void {
    this.#isTold ||= openAlarms.some(({ cause }) => cause === this.#facts.cause);
  }

  happened(error: TransferError): void {
    if (this.#timer !== undefined || this.#isStopped) return;
    this.#timer = this.#services.platform.clock.startTimer(this.#delayMs, () => {
      this.#timer = undefined;
      this.#tryAgain();
    });
    this.#delayMs = Math.min(LONGEST_DELAY_MS, this.#delayMs * 2);
    if (this.#isTold) return;
    this.#isTold = true;
    const { kind, cause, stands } = this.#facts;
    const text = `${stands}: ${error.message}. ${error.advice}`;
    void this.#services.alarms.raise({ kind, cause, side: error.side, text });
  }

  /** Something was recorded again. */
  isOver(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#delayMs = FIRST_DELAY_MS;
    if (!this.#isTold) return;
    this.#isTold = false;
    void this.#services.alarms.clear(this.#facts.cause);
  }

  /** Tries no more, and tells nobody of what comes. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
