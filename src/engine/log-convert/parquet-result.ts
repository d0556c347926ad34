import type * as hyparquetWriter from 'hyparquet-writer';
import type { ColumnSource, ParquetWriter, SchemaElement } from 'hyparquet-writer';
import type { LogLine } from '../../client-log/reading/log-line.js';
import type { DataRows } from '../../log-tools/convert/data-rows.js';
import { RECORD_DATA_KEYS, type RecordData } from '../../log-tools/record-data.js';
import { settingsError } from '../../settings/settings-error.js';
import type { ByteSink } from './byte-sink.js';

/** The optional package that writes Parquet. */
export type ParquetLibrary = typeof hyparquetWriter;

/** Loads it. Rejects with SETTINGS_INVALID (`--to`) where it is not installed. */
export async function loadParquetLibrary(
  load: () => Promise<ParquetLibrary> = () => import('hyparquet-writer'),
): Promise<ParquetLibrary> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw settingsError(
      { kind: 'flag', name: '--to' },
      'parquet needs a package that is not installed. Install it where tallyman is: npm install hyparquet-writer',
      error,
    );
  }
}

/** Rows of one group: what is kept in memory. Fewer where the texts are long. */
const GROUP_ROWS = 10_000;
const GROUP_CHARACTERS = 16 * 1024 * 1024;

type Column = SchemaElement & { readonly name: keyof RecordData };

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' } as const;
const WHOLE_NUMBER = { type: 'INT64', repetition_type: 'REQUIRED' } as const;

/** Columns that are no text. `instant` is a moment in UTC; `time` stays the text of the log. */
const TYPED: Readonly<Partial<Record<keyof RecordData, Omit<SchemaElement, 'name'>>>> = {
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    repetition_type: 'REQUIRED',
  },
  port: { type: 'INT32', repetition_type: 'OPTIONAL' },
  code: WHOLE_NUMBER,
  inferred: { type: 'BOOLEAN', repetition_type: 'REQUIRED' },
  line: WHOLE_NUMBER,
};

const COLUMNS: readonly Column[] = RECORD_DATA_KEYS.map((name) => ({ name, ...(TYPED[name] ?? TEXT) }));

/** A Parquet file that grows by groups of rows; the records, and nothing else. */
export class ParquetResult {
  readonly #library: ParquetLibrary;
  readonly #rows: DataRows;
  readonly #sink: ByteSink;
  readonly #bytes: InstanceType<ParquetLibrary['ByteWriter']>;
  readonly #writer: ParquetWriter;
  #group: RecordData[] = [];
  #groupCharacters = 0;

  constructor(library: ParquetLibrary, rows: DataRows, sink: ByteSink) {
    this.#library = library;
    this.#rows = rows;
    this.#sink = sink;
    this.#bytes = new this.#library.ByteWriter();
    const schema = [{ name: 'root', num_children: COLUMNS.length }, ...COLUMNS];
    this.#writer = new library.ParquetWriter({ writer: this.#bytes, schema, createdBy: 'tallyman' });
  }

  async add(lines: readonly LogLine[]): Promise<void> {
    for (const line of lines) {
      const data = this.#rows.record(line);
      if (data === undefined) continue;
      this.#group.push(data);
      this.#groupCharacters += data.host.length + data.localPath.length + data.remotePath.length;
      if (this.#group.length >= GROUP_ROWS || this.#groupCharacters >= GROUP_CHARACTERS) {
        await this.#writeGroup();
      }
    }
  }

  async end(): Promise<void> {
    if (this.#group.length > 0) await this.#writeGroup();
    await this.#writer.finish();
    await this.#passOn();
  }

  async #writeGroup(): Promise<void> {
    const rows = this.#group;
    this.#group = [];
    this.#groupCharacters = 0;
    const columnData = COLUMNS.map(({ name }): ColumnSource => ({ name, data: rows.map(cellOf(name)) }));
    await this.#writer.write({ columnData, rowGroupSize: rows.length });
    await this.#passOn();
  }

  /** The library counts on in `offset`; only what it has gathered is taken away. */
  async #passOn(): Promise<void> {
    const bytes = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    await this.#sink.write(bytes);
  }
}

function cellOf(name: keyof RecordData): (data: RecordData) => unknown {
  if (name === 'instant') return (data) => new Date(data.instant);
  if (name === 'code' || name === 'line') return (data) => BigInt(data[name]);
  return (data) => data[name];
}
