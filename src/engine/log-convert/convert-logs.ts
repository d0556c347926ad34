import { hash } from 'node:crypto';
import type { PartnerBook } from '../../client-log/partners.js';
import type { Query } from '../../client-log/query/query.js';
import type { LogLine } from '../../client-log/reading/log-line.js';
import type { Platform } from '../../core/platform.js';
import { throwIfCancelled } from '../../core/transfer-error.js';
import { Anonymiser } from '../../log-tools/convert/anonymiser.js';
import type { ColumnCount } from '../../log-tools/convert/column-change.js';
import { ConvertNotes, type Note } from '../../log-tools/convert/convert-notes.js';
import { CsvForm, JsonLinesForm } from '../../log-tools/convert/data-forms.js';
import { DataRows } from '../../log-tools/convert/data-rows.js';
import { LogForm } from '../../log-tools/convert/log-form.js';
import { recordOfLine, type RecordChanges } from '../../log-tools/convert/record-changer.js';
import { ZoneShift } from '../../log-tools/convert/zone-shift.js';
import type { LogSource } from '../../log-tools/log-source.js';
import type { ByteSink } from './byte-sink.js';
import { OutputFile } from './output-file.js';
import { loadParquetLibrary, ParquetResult } from './parquet-result.js';
import { TextResult } from './text-result.js';

export const CONVERT_FORMS = ['log', 'csv', 'jsonl', 'parquet'] as const;
export type ConvertForm = (typeof CONVERT_FORMS)[number];

export interface ConvertRequest {
  readonly source: LogSource;
  /** All lines when undefined. */
  readonly query: Query | undefined;
  readonly form: ConvertForm;
  /** Of a log; as each record has it when undefined. */
  readonly columns: ColumnCount | undefined;
  /** Of a log; as each line has it when undefined. */
  readonly lineEnd: '\n' | '\r\n' | undefined;
  /** IANA name of the zone of the result's times; each file's own when undefined. */
  readonly timeZone: string | undefined;
  readonly isAnonymous: boolean;
  readonly partners: PartnerBook;
  /** A path, or a stream that is open. */
  readonly output: string | ByteSink;
  readonly platform: Pick<Platform, 'files' | 'random'>;
  readonly signal: AbortSignal;
}

export interface ConvertSummary {
  /** Read, and meant by the query; what became of them say the notes. */
  readonly records: number;
  readonly notes: readonly Note[];
}

/** A result that takes lines. */
interface Result {
  add(lines: readonly LogLine[]): Promise<void>;
  end(): Promise<void>;
}

const KEY_LENGTH = 40;

/**
 * Writes logs anew. Rejects with a TransferError; then nothing of the result is left where it should have become a
 * file. Ends early, and in good order, when nobody reads the result any more.
 */
export async function convertLogs(request: ConvertRequest): Promise<ConvertSummary> {
  const { output, source, platform } = request;
  if (typeof output !== 'string') return convertTo(output, request);
  const inputs = source.files.map(({ name }) => name).filter((name) => name !== '-');
  const file = await OutputFile.open({ path: output, inputs, ...platform });
  try {
    const summary = await convertTo(file, request);
    await file.finish();
    return summary;
  } catch (error) {
    throw await file.giveUp(error);
  }
}

async function convertTo(sink: ByteSink, request: ConvertRequest): Promise<ConvertSummary> {
  const { source, query, signal } = request;
  const notes = new ConvertNotes();
  const result = await resultOf(request, notes, sink);
  let records = 0;
  for await (const lines of source.lines(query === undefined ? {} : { query })) {
    throwIfCancelled(signal, 'log');
    await result.add(lines);
    records += lines.filter((line) => recordOfLine(line) !== undefined).length;
    if (sink.isClosed) return { records, notes: notes.list() };
  }
  await result.end();
  return { records, notes: notes.list() };
}

async function resultOf(request: ConvertRequest, notes: ConvertNotes, sink: ByteSink): Promise<Result> {
  const { columns, lineEnd, partners, form } = request;
  const changes = changesOf(request);
  switch (form) {
    case 'log':
      return new TextResult(new LogForm({ ...changes, columns, lineEnd }, notes), sink);
    case 'csv':
      return new TextResult(new CsvForm(new DataRows({ ...changes, partners }, notes)), sink);
    case 'jsonl':
      return new TextResult(new JsonLinesForm(new DataRows({ ...changes, partners }, notes)), sink);
    case 'parquet': {
      const rows = new DataRows({ ...changes, partners }, notes);
      return new ParquetResult(await loadParquetLibrary(), rows, sink);
    }
  }
}

function changesOf({ timeZone, isAnonymous, platform }: ConvertRequest): RecordChanges {
  return {
    zone: timeZone === undefined ? undefined : new ZoneShift(timeZone),
    anonymiser: isAnonymous ? newAnonymiser(platform) : undefined,
  };
}

/** Nobody keeps the key, so nobody can turn the names back, and the next run replaces them by others. */
function newAnonymiser({ random }: Pick<Platform, 'random'>): Anonymiser {
  const key = random.token(KEY_LENGTH);
  return new Anonymiser((text) => hash('sha512', `${key} ${text}`, 'hex'));
}
