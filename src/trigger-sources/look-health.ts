import type { TransferError } from '../core/transfer-error.js';
import type { TriggerSink } from './trigger-source.js';

/** Tells the sink when a watched place begins to fail and when it is well again, each once. */
export class LookHealth {
  readonly #sink: Pick<TriggerSink, 'failed' | 'recovered'>;
  readonly #rule: string;
  readonly #trigger: string;
  #failure: TransferError | undefined;

  constructor(sink: Pick<TriggerSink, 'failed' | 'recovered'>, rule: string, trigger: string) {
    this.#sink = sink;
    this.#rule = rule;
    this.#trigger = trigger;
  }

  /** Why it cannot be looked at, or undefined while it can. */
  get failure(): TransferError | undefined {
    return this.#failure;
  }

  failed(error: TransferError): void {
    const isKnown = this.#failure?.code === error.code && this.#failure.message === error.message;
    this.#failure = error;
    if (!isKnown) this.#sink.failed(this.#rule, this.#trigger, error);
  }

  well(): void {
    if (this.#failure === undefined) return;
    this.#failure = undefined;
    this.#sink.recovered(this.#rule, this.#trigger);
  }
}
