import type { LineCounts, LogFileRef, LogLine } from '../../../client-log/reading/log-line.js';
import { isAmbiguous, NO_LINES } from '../../../client-log/reading/count-lines.js';
import type { FileData } from '../report-data.js';

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** What is counted of one file of the log. */
export class FileFacts {
  readonly file: LogFileRef;
  readonly counts: Writable<LineCounts> = { ...NO_LINES };
  #attempts = 0;
  #failed = 0;
  #firstSeconds = Infinity;
  #lastSeconds = -Infinity;

  constructor(file: LogFileRef) {
    this.file = file;
  }

  addLine(line: LogLine): void {
    const { counts } = this;
    counts.lines += 1;
    switch (line.kind) {
      case 'record':
        counts.records += 1;
        if (isAmbiguous(line)) counts.ambiguous += 1;
        return;
      case 'header':
        counts.headers += 1;
        return;
      case 'blank':
      case 'malformed':
      case 'incomplete':
        counts[line.kind] += 1;
    }
  }

  addAttempt(seconds: number, result: 'succeeded' | 'failed'): void {
    this.#attempts += 1;
    if (result === 'failed') this.#failed += 1;
    this.#firstSeconds = Math.min(this.#firstSeconds, seconds);
    this.#lastSeconds = Math.max(this.#lastSeconds, seconds);
  }

  build(): FileData {
    const { name, timeZone } = this.file;
    const facts = {
      name,
      timeZone,
      counts: this.counts,
      attempts: this.#attempts,
      failed: this.#failed,
    };
    if (this.#attempts === 0) return facts;
    return { ...facts, firstSeconds: this.#firstSeconds, lastSeconds: this.#lastSeconds };
  }
}
