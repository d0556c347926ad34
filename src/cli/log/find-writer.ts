import type { PartnerBook } from '../../client-log/partners.js';
import { printable } from '../../core/printable.js';
import { csvLine, type CellValue } from '../../log-tools/csv.js';
import type { FoundLine } from '../../log-tools/find/found-line.js';
import { RECORD_DATA_KEYS, recordData, type RecordData } from '../../log-tools/record-data.js';
import { byteSinkOf } from '../byte-outputs.js';
import { JsonListWriter } from '../json-list.js';
import { recordWords } from './record-text.js';
import { LineWriter, type Output } from '../output.js';
import { styleFor, type Style } from '../style.js';
import { tableLayout, type TableColumn, type TableLayout } from '../table.js';

/** What a found record is written as. */
export type FindForm = 'words' | 'raw' | 'json' | 'jsonl' | 'csv';

export interface FindWriterOptions {
  readonly form: FindForm;
  readonly partners: PartnerBook;
  /** Names of `recordData`; undefined for the usual ones. */
  readonly fields: readonly FieldName[] | undefined;
  readonly noHeader: boolean;
  /** Whether neighbours come along, which are told apart from matches. */
  readonly hasContext: boolean;
  /** Stands before the list of a JSON document. */
  readonly queryText: string;
}

export type FieldName = keyof RecordData;

/** Writes records as they come; memory stays flat. */
export interface FindWriter {
  add(found: FoundLine): Promise<void> | undefined;
  end(): Promise<void> | undefined;
}

export function findWriter(options: FindWriterOptions, output: Output): FindWriter {
  switch (options.form) {
    case 'raw':
      return rawWriter(output);
    case 'json': {
      const list = new JsonListWriter(output, 'records', { query: options.queryText });
      return { add: (found) => list.add(dataOf(found, options)), end: () => list.end() };
    }
    case 'jsonl': {
      const lines = new LineWriter(output);
      return {
        add: (found) => lines.write(`${JSON.stringify(dataOf(found, options))}\n`),
        end: () => lines.flush(),
      };
    }
    case 'csv':
      return textWriter(output, options, (data) => csvLine(Object.values(data)));
    case 'words':
      if (output.isTerminal) return new TableWriter(options, output);
      return textWriter(output, options, (data, found) => plainCells(data, found, options).join('\t'));
  }
}

const FIELDS: readonly FieldName[] = RECORD_DATA_KEYS;

function dataOf(found: FoundLine, { partners, fields = FIELDS, hasContext }: FindWriterOptions) {
  const data = recordData(found.record, found, partners);
  const chosen: Record<string, CellValue> = Object.fromEntries(fields.map((field) => [field, data[field]]));
  return hasContext ? { ...chosen, match: found.isMatch } : chosen;
}

/** The bytes as they stand; a last line without its end gets none. */
function rawWriter(output: Output): FindWriter {
  const sink = byteSinkOf(output);
  let pieces: Uint8Array[] = [];
  let size = 0;
  const flush = () => {
    const bytes = Buffer.concat(pieces);
    pieces = [];
    size = 0;
    return sink.write(bytes);
  };
  return {
    add: ({ raw, lineEnd }) => {
      pieces.push(raw, Buffer.from(lineEnd));
      size += raw.byteLength;
      return size > 32_768 ? flush() : undefined;
    },
    end: flush,
  };
}

type RowText = (data: Readonly<Record<string, CellValue>>, found: FoundLine) => string;

function textWriter(output: Output, options: FindWriterOptions, rowText: RowText): FindWriter {
  const lines = new LineWriter(output);
  let isFirst = !options.noHeader;
  return {
    add: (found) => {
      const data = dataOf(found, options);
      if (isFirst) {
        isFirst = false;
        const names = Object.keys(data);
        void lines.write(`${options.form === 'csv' ? csvLine(names) : names.join('\t')}\n`);
      }
      return lines.write(`${rowText(data, found)}\n`);
    },
    end: () => lines.flush(),
  };
}

function plainCells(
  data: Readonly<Record<string, CellValue>>,
  { record }: FoundLine,
  { fields }: FindWriterOptions,
): readonly string[] {
  const names = Object.keys(data);
  return names.map((name) =>
    name === 'result' && fields === undefined && record.isInferred
      ? `${record.result} (inferred)`
      : printable(String(data[name] ?? ''), Infinity),
  );
}

/** Rows looked at before the widths of the columns are settled. */
const SAMPLE_ROWS = 200;

/** An aligned table, or one built of the chosen fields. */
class TableWriter implements FindWriter {
  readonly #options: FindWriterOptions;
  readonly #lines: LineWriter;
  readonly #style: Style;
  readonly #width: number;
  #sample: FoundLine[] = [];
  #layout: TableLayout | undefined;

  constructor(options: FindWriterOptions, output: Output) {
    this.#options = options;
    this.#lines = new LineWriter(output);
    this.#style = styleFor(output);
    this.#width = output.size().columns;
  }

  add(found: FoundLine): Promise<void> | undefined {
    if (this.#layout !== undefined) return this.#write(found);
    this.#sample.push(found);
    return this.#sample.length < SAMPLE_ROWS ? undefined : this.#begin();
  }

  end(): Promise<void> | undefined {
    if (this.#layout === undefined && this.#sample.length > 0) void this.#begin();
    return this.#lines.flush();
  }

  #begin(): Promise<void> | undefined {
    const rows = this.#sample.map((found) => tableCells(found, this.#options));
    this.#layout = tableLayout(tableColumns(this.#options), rows, this.#width);
    if (!this.#options.noHeader)
      for (const line of this.#layout.head) void this.#lines.write(`${this.#style.strong(line)}\n`);
    for (const found of this.#sample) void this.#write(found);
    this.#sample = [];
    return this.#lines.flush();
  }

  #write(found: FoundLine): Promise<void> | undefined {
    const lines = this.#layout?.rowLines(tableCells(found, this.#options)) ?? [];
    const isFaint = this.#options.hasContext && !found.isMatch;
    const tone = isFaint ? this.#style.faint : found.record.result === 'failed' ? this.#style.bad : undefined;
    return this.#lines.write(`${lines.map((line) => tone?.(line) ?? line).join('\n')}\n`);
  }
}

function tableColumns({ fields, hasContext }: FindWriterOptions): readonly TableColumn[] {
  const mark: readonly TableColumn[] = hasContext ? [{ title: '' }] : [];
  if (fields !== undefined) {
    return [...mark, ...fields.map((title): TableColumn => ({ title, shrinks: 'middle' }))];
  }
  return [
    ...mark,
    { title: 'time' },
    { title: 'result' },
    { title: 'partner', shrinks: 'middle' },
    { title: 'operation', dropOrder: 1 },
    { title: 'file', shrinks: 'middle' },
    { title: 'from, to', shrinks: 'middle', dropOrder: 2 },
    { title: 'code', shrinks: 'end' },
    { title: 'line', shrinks: 'middle', dropOrder: 3 },
  ];
}

function tableCells(found: FoundLine, options: FindWriterOptions): readonly string[] {
  const mark = options.hasContext ? [found.isMatch ? '>' : ' '] : [];
  if (options.fields !== undefined) {
    const data = recordData(found.record, found, options.partners);
    return [...mark, ...options.fields.map((field) => printable(String(data[field] ?? '')))];
  }
  const words = recordWords(found.record, options.partners);
  const isFinished = found.lineEnd !== '';
  return [
    ...mark,
    words.time,
    isFinished ? words.result : `${words.result}, line not finished`,
    words.partner,
    words.operation,
    words.file,
    words.route,
    words.code,
    printable(`${found.file.name}:${found.lineNumber}`),
  ];
}
