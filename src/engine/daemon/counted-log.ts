import type { ClientLogWriter } from '../../client-log/client-log-writer.js';
import type { ClientLogFacts } from '../../client-log/log-facts.js';
import { asTransferError, type TransferError } from '../../core/transfer-error.js';
import type { LineLog } from '../../runs/run-services.js';

/** The client log with its figures, for health and metrics. */
export class CountedLog implements LineLog {
  readonly #writer: ClientLogWriter;
  #lines = 0;
  #errors = 0;
  #failure: TransferError | undefined;

  constructor(writer: ClientLogWriter) {
    this.#writer = writer;
  }

  get lines(): number {
    return this.#lines;
  }

  get errors(): number {
    return this.#errors;
  }

  /** Of the last line, when that could not be written. */
  get failure(): TransferError | undefined {
    return this.#failure;
  }

  async append(facts: ClientLogFacts): Promise<void> {
    try {
      await this.#writer.append(facts);
      this.#lines += 1;
      this.#failure = undefined;
    } catch (error) {
      this.#errors += 1;
      this.#failure = asTransferError(error, 'log');
      throw error;
    }
  }

  prove(): Promise<void> {
    return this.#writer.open();
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}
