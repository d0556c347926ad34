import type { LogLine } from '../../client-log/reading/log-line.js';
import { csvLine } from '../csv.js';
import { RECORD_DATA_KEYS } from '../record-data.js';
import type { DataRows } from './data-rows.js';
import type { LineBytes } from './line-bytes.js';
import type { LineForm } from './line-form.js';

/** Comma-separated values with a heading: the records, and nothing else. */
export class CsvForm implements LineForm {
  readonly head = `${csvLine(RECORD_DATA_KEYS)}\n`;
  readonly #rows: DataRows;

  constructor(rows: DataRows) {
    this.#rows = rows;
  }

  add(line: LogLine, bytes: LineBytes): void {
    const data = this.#rows.record(line);
    if (data !== undefined) bytes.addText(`${csvLine(RECORD_DATA_KEYS.map((key) => data[key]))}\n`);
  }
}

/** One JSON object a line; lines that cannot be read are there too, with what is wrong with them. */
export class JsonLinesForm implements LineForm {
  readonly head = '';
  readonly #rows: DataRows;

  constructor(rows: DataRows) {
    this.#rows = rows;
  }

  add(line: LogLine, bytes: LineBytes): void {
    const row = this.#rows.row(line);
    if (row !== undefined) bytes.addText(`${JSON.stringify(row)}\n`);
  }
}
