import { isAmbiguous } from '../../client-log/reading/count-lines.js';
import type { LineCounts, LineReading } from '../../client-log/reading/log-line.js';

type Kind = LineReading['kind'];

/** Counts lines by their kind. */
export class LineTally {
  readonly #kinds: Record<Kind, number> = { record: 0, header: 0, blank: 0, malformed: 0, incomplete: 0 };
  #ambiguous = 0;

  add(kind: Kind): void {
    this.#kinds[kind] += 1;
  }

  addLine(line: LineReading): void {
    this.add(line.kind);
    if (isAmbiguous(line)) this.#ambiguous += 1;
  }

  get counts(): LineCounts {
    const { record, header, blank, malformed, incomplete } = this.#kinds;
    return {
      lines: record + header + blank + malformed + incomplete,
      records: record,
      headers: header,
      blank,
      malformed,
      incomplete,
      ambiguous: this.#ambiguous,
    };
  }
}
