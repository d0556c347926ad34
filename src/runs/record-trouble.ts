import { asTransferError } from '../core/transfer-error.js';
import type { RunServices } from './run-services.js';
import { LOG_TROUBLE, STORE_TROUBLE, Trouble } from './trouble.js';

export interface RecordTroubleHooks {
  /** Runs may begin again, as far as is known: `tryStore` comes first. */
  readonly goOn: () => void;
  /** The store or the client log takes something again: what watches may have been refused meanwhile. */
  readonly recovered: () => void;
}

/** Whether what runs do can be written down, in the store and in the client log: while it cannot, none begins. */
export class RecordTrouble {
  readonly #services: RunServices;
  readonly #hooks: RecordTroubleHooks;
  readonly #store: Trouble;
  readonly #log: Trouble;
  #mustTryStore = false;

  constructor(services: RunServices, hooks: RecordTroubleHooks) {
    const { attempts } = services;
    this.#services = services;
    this.#hooks = hooks;
    this.#store = new Trouble(services, STORE_TROUBLE, () => {
      this.#mustTryStore = true;
      hooks.goOn();
    });
    this.#log = new Trouble(services, LOG_TROUBLE, () => void attempts.settleOwed().catch(() => undefined));
    attempts.watchLog({
      logFailed: (error) => this.#log.happened(error),
      logTookAll: () => this.#logIsBack(),
    });
  }

  get isOn(): boolean {
    return this.#store.isOn || this.#services.attempts.logFailure !== undefined;
  }

  /** Ends alarms that a killed process left. Rejects with STORE_FAILED. */
  async start(): Promise<void> {
    const openAlarms = await this.#services.store.alarms.open();
    this.#store.recall(openAlarms);
    this.#log.recall(openAlarms);
    // Whoever made the attempt book has proven that the log takes lines.
    if (this.#services.attempts.logFailure === undefined) this.#log.isOver();
  }

  /** The store refused something: it is tried by and by until it takes something again. */
  storeFailed(thrown: unknown): void {
    this.#store.happened(asTransferError(thrown, 'store'));
  }

  /** The store took all that a run had to say. */
  storeTookAll(): void {
    this.#store.isOver();
  }

  /** Nobody was refused for a while. */
  nothingHappened(): void {
    if (!this.#store.isOn) this.#store.isOver();
  }

  /** Rejects with STORE_FAILED while the store takes nothing. That it takes all again is seen by what follows. */
  async tryStore(): Promise<void> {
    if (!this.#mustTryStore) return;
    this.#mustTryStore = false;
    const { store, platform } = this.#services;
    await store.events.setTriggerState('@runs', 'store', { triedMs: platform.clock.now() });
    this.#hooks.recovered();
  }

  stop(): void {
    this.#store.stop();
    this.#log.stop();
  }

  #logIsBack(): void {
    this.#log.isOver();
    this.#hooks.goOn();
    this.#hooks.recovered();
  }
}
