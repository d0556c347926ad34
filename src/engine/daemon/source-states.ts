import type { Clock } from '../../core/clock.js';
import type { ErrorCode } from '../../core/error-codes.js';
import type { TransferError } from '../../core/transfer-error.js';
import type { TriggerStatus } from './daemon-face.js';

export type SourceState = Pick<TriggerStatus, 'lastLookMs' | 'failure'>;

/** Where each trigger of each rule stands: when it looked last, and what keeps it from looking. */
export class SourceStates {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #states = new Map<string, SourceState>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  of(rule: string, trigger: string): SourceState {
    return this.#states.get(keyOf(rule, trigger)) ?? {};
  }

  /** True for the first good look of this process, and for one after a failure that nobody told the end of. */
  looked(rule: string, trigger: string): boolean {
    const { lastLookMs, failure } = this.of(rule, trigger);
    this.#states.set(keyOf(rule, trigger), { lastLookMs: this.#clock.now() });
    return lastLookMs === undefined || failure !== undefined;
  }

  /** True when it did not fail before. */
  failed(rule: string, trigger: string, error: TransferError): boolean {
    const known = this.of(rule, trigger);
    const sinceMs = known.failure?.sinceMs ?? this.#clock.now();
    const failure = { sinceMs, errorCode: error.code, message: error.message };
    this.#states.set(keyOf(rule, trigger), { ...known, failure });
    return known.failure === undefined;
  }

  /** The words of one that fails for this. */
  failedBy(code: ErrorCode): string | undefined {
    for (const { failure } of this.#states.values()) if (failure?.errorCode === code) return failure.message;
    return undefined;
  }

  recovered(rule: string, trigger: string): void {
    const { lastLookMs } = this.of(rule, trigger);
    this.#states.set(keyOf(rule, trigger), lastLookMs === undefined ? {} : { lastLookMs });
  }

  /** Forgets all others. */
  keepOnly(triggers: readonly { readonly rule: string; readonly trigger: string }[]): void {
    const kept = new Set(triggers.map(({ rule, trigger }) => keyOf(rule, trigger)));
    for (const key of this.#states.keys()) if (!kept.has(key)) this.#states.delete(key);
  }
}

function keyOf(rule: string, trigger: string): string {
  return `${rule}\n${trigger}`;
}
