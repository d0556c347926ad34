import { LineWriter, type Output } from './output.js';

/** One JSON document with a list of any length, written as it comes. */
export class JsonListWriter {
  readonly #lines: LineWriter;
  #count = 0;

  /** `facts` stand before the list `name`; `schemaVersion` before them. */
  constructor(output: Output, name: string, facts: Readonly<Record<string, unknown>>) {
    this.#lines = new LineWriter(output);
    const head = JSON.stringify({ schemaVersion: 1, ...facts });
    void this.#lines.write(`${head.slice(0, -1)},${JSON.stringify(name)}:[`);
  }

  add(item: unknown): Promise<void> | undefined {
    const comma = this.#count === 0 ? '\n' : ',\n';
    this.#count += 1;
    return this.#lines.write(comma + JSON.stringify(item));
  }

  /** `facts` stand behind the list. */
  end(facts: Readonly<Record<string, unknown>> = {}): Promise<void> | undefined {
    const tail = JSON.stringify(facts);
    void this.#lines.write(tail === '{}' ? '\n]}\n' : `\n],${tail.slice(1)}\n`);
    return this.#lines.flush();
  }
}
