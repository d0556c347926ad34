import type { Clock } from '../../core/clock.js';
import { printable } from '../../core/printable.js';
import type { AccessStore, AuditEntry } from '../../store/access-store.js';

/** So many refusals a minute have an entry of their own; the others are counted in the next one. */
export const REFUSALS_PER_MINUTE = 30;

const MINUTE_MS = 60_000;

/** Writes refusals to the audit, but lets nobody fill the store with them. */
export class RefusalAudit {
  readonly #store: Pick<AccessStore, 'audit'>;
  readonly #clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly #failed: (error: unknown) => void;
  #windowStartMs = -Infinity;
  #written = 0;
  #left = 0;

  /** `failed` hears of an entry that the store did not take: the refusal stands all the same. */
  constructor(
    store: Pick<AccessStore, 'audit'>,
    clock: Pick<Clock, 'now' | 'monotonicMs'>,
    failed: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#failed = failed;
  }

  /** Never rejects. */
  async add(
    entry: Omit<AuditEntry, 'id' | 'atMs' | 'isAllowed' | 'detail'> & { reason: string },
  ): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#windowStartMs >= MINUTE_MS) {
      this.#windowStartMs = nowMs;
      this.#written = 0;
    }
    if (this.#written >= REFUSALS_PER_MINUTE) {
      this.#left += 1;
      return;
    }
    this.#written += 1;
    const { reason, ...facts } = entry;
    const left = this.#left;
    this.#left = 0;
    try {
      await this.#store.audit({
        ...facts,
        target: printable(facts.target, 300),
        atMs: this.#clock.now(),
        isAllowed: false,
        detail: { reason: printable(reason, 300), ...(left === 0 ? {} : { leftOutBefore: left }) },
      });
    } catch (error) {
      this.#failed(error);
    }
  }
}
