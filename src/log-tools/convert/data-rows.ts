import type { PartnerBook } from '../../client-log/partners.js';
import { decodeLine } from '../../client-log/reading/decode-line.js';
import type { LogLine, PathPair } from '../../client-log/reading/log-line.js';
import { recordData, type RecordData } from '../record-data.js';
import { maskedLine } from './anonymiser.js';
import type { ConvertNotes, NoteKind } from './convert-notes.js';
import { RecordChanger, recordOfLine, type ChangedRecord, type RecordChanges } from './record-changer.js';

export interface DataRowOptions extends RecordChanges {
  /** For the name of the partner; left aside in an anonymous result. */
  readonly partners: PartnerBook;
}

/** A line that is no record, for forms that can hold one. */
export interface UnreadRow {
  readonly kind: 'malformed' | 'incomplete';
  /** Covered in an anonymous result. */
  readonly text: string;
  /** Absent in an anonymous result, as it may quote the line. */
  readonly reason?: string;
  readonly node: string;
  readonly file: string;
  readonly line: number;
}

export interface RecordRow extends RecordData {
  readonly kind: 'record' | 'incomplete';
  /** Where a raw `;` in a path leaves several ways to part the paths: all of them, the likeliest first. */
  readonly candidates?: readonly PathPair[];
}

export type DataRow = RecordRow | UnreadRow;

const LEFT_OUT: Readonly<Record<Exclude<LogLine['kind'], 'record'>, NoteKind>> = {
  header: 'left-out-header',
  blank: 'left-out-blank',
  malformed: 'left-out-malformed',
  incomplete: 'left-out-incomplete',
};

/** Lines as rows of data. */
export class DataRows {
  readonly #options: DataRowOptions;
  readonly #notes: ConvertNotes;
  readonly #changer: RecordChanger;

  constructor(options: DataRowOptions, notes: ConvertNotes) {
    this.#options = options;
    this.#notes = notes;
    this.#changer = new RecordChanger(options, notes);
  }

  /** The record of a line; undefined, and counted, for a line that has none. */
  record(line: LogLine): RecordData | undefined {
    const changed = this.#changed(line);
    return changed && this.#data(changed, line);
  }

  /** Any line but headings and blank ones. */
  row(line: LogLine): DataRow | undefined {
    const unread = this.#unread(line);
    if (unread !== undefined) return unread;
    const changed = this.#changed(line);
    if (changed === undefined) return undefined;
    const { candidates } = changed.record;
    return {
      kind: line.kind === 'incomplete' ? 'incomplete' : 'record',
      ...this.#data(changed, line),
      ...(candidates === undefined || candidates.length < 2 ? {} : { candidates }),
    };
  }

  #changed(line: LogLine): ChangedRecord | undefined {
    const record = recordOfLine(line);
    if (record === undefined) return this.#leaveOut(line);
    const changed = this.#changer.change(record, line);
    if (changed === undefined) {
      this.#notes.add('left-out-address', line);
      return undefined;
    }
    if (line.kind === 'incomplete') this.#notes.add('incomplete', line);
    if ((record.candidates?.length ?? 0) > 1) this.#notes.add('ambiguous', line);
    return changed;
  }

  #data({ record, file }: ChangedRecord, { lineNumber }: LogLine): RecordData {
    const { anonymiser, partners } = this.#options;
    return recordData(record, { file, lineNumber }, anonymiser === undefined ? partners : []);
  }

  #unread(line: LogLine): UnreadRow | undefined {
    const isUnread =
      line.kind === 'malformed' || (line.kind === 'incomplete' && recordOfLine(line) === undefined);
    if (!isUnread) return undefined;
    const { anonymiser } = this.#options;
    const isHidden = anonymiser !== undefined;
    if (isHidden) this.#notes.add('masked', line);
    const { name, node } = this.#changer.file(line.file);
    return {
      kind: line.kind === 'malformed' ? 'malformed' : 'incomplete',
      text: decodeLine(isHidden ? maskedLine(line.raw) : line.raw).text,
      ...(line.kind === 'malformed' && !isHidden ? { reason: line.reason } : {}),
      node,
      file: name,
      line: line.lineNumber,
    };
  }

  #leaveOut(line: LogLine): undefined {
    if (line.kind !== 'record') this.#notes.add(LEFT_OUT[line.kind], line);
    return undefined;
  }
}
