import type { LogLine } from '../../client-log/reading/log-line.js';
import { LineBytes } from '../../log-tools/convert/line-bytes.js';
import type { LineForm } from '../../log-tools/convert/line-form.js';
import type { ByteSink } from './byte-sink.js';

/** Lines of one line may be a megabyte long, and their batch thousands of lines. */
const PIECE_BYTES = 256 * 1024;

/** A result of lines: passed on batch by batch, so that who follows a log is not kept waiting. */
export class TextResult {
  readonly #form: LineForm;
  readonly #sink: ByteSink;
  readonly #bytes = new LineBytes();

  constructor(form: LineForm, sink: ByteSink) {
    this.#form = form;
    this.#sink = sink;
    this.#bytes.addText(form.head);
  }

  async add(lines: readonly LogLine[]): Promise<void> {
    for (const line of lines) {
      this.#form.add(line, this.#bytes);
      if (this.#bytes.sizeBytes >= PIECE_BYTES) await this.#passOn();
    }
    await this.#passOn();
  }

  async end(): Promise<void> {
    await this.#passOn();
  }

  async #passOn(): Promise<void> {
    if (this.#bytes.sizeBytes > 0) await this.#sink.write(this.#bytes.take());
  }
}
