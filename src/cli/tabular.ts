import { csvLine, type CellValue } from '../log-tools/csv.js';
import { JsonListWriter } from './json-list.js';
import { LineWriter, type Output } from './output.js';
import type { Style } from './style.js';
import { tableLayout, type TableColumn } from './table.js';

/** One column of a result, for people and for programs. */
export interface ResultColumn<Row> extends TableColumn {
  /** Name of the value in JSON and CSV. */
  readonly key: string;
  /** In words, printable. */
  readonly words: (row: Row) => string;
  readonly value: (row: Row) => CellValue;
  /** For programs only. */
  readonly onlyData?: true;
}

export interface ResultForm {
  readonly format: 'words' | 'json' | 'jsonl' | 'csv';
  readonly noHeader: boolean;
  /** Of the list in a JSON document. */
  readonly name: string;
  /** Stand before the list in a JSON document. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/**
 * Writes a result that is known as a whole: a table on a terminal, tab-separated lines in a pipe, JSON or CSV where
 * asked for. Nothing is cut anywhere but on a terminal.
 */
export async function writeResult<Row>(
  rows: readonly Row[],
  columns: readonly ResultColumn<Row>[],
  form: ResultForm,
  output: Output,
  style: Style,
): Promise<void> {
  if (form.format === 'json') {
    const list = new JsonListWriter(output, form.name, form.facts ?? {});
    for (const row of rows) await list.add(rowData(row, columns));
    await list.end();
    return;
  }
  const lines = new LineWriter(output);
  for (const line of textLines(rows, columns, form, output, style)) {
    if (lines.isClosed) break;
    await lines.write(`${line}\n`);
  }
  await lines.flush();
}

function* textLines<Row>(
  rows: readonly Row[],
  columns: readonly ResultColumn<Row>[],
  { format, noHeader }: ResultForm,
  output: Output,
  style: Style,
): Generator<string> {
  if (format === 'jsonl') {
    for (const row of rows) yield JSON.stringify(rowData(row, columns));
    return;
  }
  if (format === 'csv') {
    if (!noHeader) yield csvLine(columns.map(({ key }) => key));
    for (const row of rows) yield csvLine(columns.map(({ value }) => value(row)));
    return;
  }
  const shown = columns.filter(({ onlyData }) => onlyData === undefined);
  const cells = (row: Row) => shown.map(({ words }) => words(row));
  if (!output.isTerminal) {
    if (!noHeader) yield shown.map(({ title }) => title).join('\t');
    for (const row of rows) yield cells(row).join('\t');
    return;
  }
  const all = rows.map(cells);
  const { head, rowLines, dropped } = tableLayout(shown, all, output.size().columns);
  if (!noHeader) yield* head.map(style.strong);
  for (const row of all) yield* rowLines(row);
  if (dropped.length > 0) yield style.faint(`no room for: ${dropped.join(', ')}`);
}

export function rowData<Row>(row: Row, columns: readonly ResultColumn<Row>[]): Record<string, CellValue> {
  return Object.fromEntries(columns.map(({ key, value }) => [key, value(row)]));
}
