import type { LogLine } from '../../client-log/reading/log-line.js';
import { maskedLine } from './anonymiser.js';
import { withColumns, type ColumnCount } from './column-change.js';
import type { ConvertNotes } from './convert-notes.js';
import type { LineBytes } from './line-bytes.js';
import type { LineForm } from './line-form.js';
import { isReadAs, readRecordLine } from './read-record-line.js';
import { RecordChanger, recordOfLine, type RecordChanges } from './record-changer.js';

export interface LogFormOptions extends RecordChanges {
  /** As each record has it when undefined. */
  readonly columns: ColumnCount | undefined;
  /** As each line has it when undefined. */
  readonly lineEnd: '\n' | '\r\n' | undefined;
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const encoder = new TextEncoder();

/**
 * A client log again. Lines that need no change go out byte for byte, also those that cannot be read, headings and
 * blank ones; changed records are written as Tallyman spells them.
 */
export class LogForm implements LineForm {
  readonly head = '';
  readonly #options: LogFormOptions;
  readonly #notes: ConvertNotes;
  readonly #changer: RecordChanger;
  #isFirst = true;
  /** The line before has no end: the last one of its file. */
  #owesEnd = false;
  /** For a line that gets an end which it did not have. */
  #usualEnd: string;

  constructor(options: LogFormOptions, notes: ConvertNotes) {
    this.#options = options;
    this.#notes = notes;
    this.#changer = new RecordChanger(options, notes);
    this.#usualEnd = options.lineEnd ?? '\n';
  }

  add(line: LogLine, bytes: LineBytes): void {
    if (this.#owesEnd) bytes.addText(this.#usualEnd);
    const changed = this.#changedLine(line);
    if (typeof changed === 'string') bytes.addText(changed);
    else bytes.addBytes(changed ?? this.#raw(line));
    this.#addEnd(line, bytes);
    this.#isFirst = false;
    if (line.kind === 'incomplete') this.#notes.add('incomplete', line);
    if (changed === undefined && isCut(line)) this.#notes.add('cut', line);
  }

  /** Undefined where the line goes out as it is. */
  #changedLine(line: LogLine): string | Uint8Array | undefined {
    const record = recordOfLine(line);
    if (record === undefined) return this.#unread(line);
    const changed = this.#changer.change(record, line)?.record;
    if (changed === undefined) return this.#covered(line);
    const { record: written, note } = withColumns(changed, this.#options.columns);
    if (written === record) return undefined;
    const isAmbiguous = (record.candidates?.length ?? 0) > 1;
    const text = readRecordLine(written, isAmbiguous ? 'raw' : 'escaped');
    if (isAmbiguous && !isReadAs(encoder.encode(text), written)) return this.#unread(line);
    if (note !== undefined) this.#notes.add(note, line);
    return text;
  }

  /** A line that cannot be read, or not be written so that its paths can still be parted in the same ways only. */
  #unread(line: LogLine): Uint8Array | undefined {
    if (line.kind === 'header' || line.kind === 'blank') return undefined;
    const { anonymiser, zone, columns } = this.#options;
    if (anonymiser !== undefined) return this.#covered(line);
    if (zone !== undefined || columns !== undefined) this.#notes.add('kept-unread', line);
    return undefined;
  }

  #covered(line: LogLine): Uint8Array {
    this.#notes.add('masked', line);
    return maskedLine(line.raw);
  }

  /** A byte order mark belongs to its file, so only the first line may bring one along. */
  #raw({ raw, lineNumber }: LogLine): Uint8Array {
    const hasMark = lineNumber === 1 && BYTE_ORDER_MARK.every((byte, index) => raw[index] === byte);
    return hasMark && !this.#isFirst ? raw.subarray(BYTE_ORDER_MARK.length) : raw;
  }

  #addEnd({ lineEnd }: LogLine, bytes: LineBytes): void {
    this.#owesEnd = lineEnd === '';
    if (this.#owesEnd) return;
    this.#usualEnd = this.#options.lineEnd ?? lineEnd;
    bytes.addText(this.#usualEnd);
  }
}

/** Whether the reader kept only the beginning of the line. */
export function isCut({ raw, lineEnd, lengthBytes }: LogLine): boolean {
  return raw.length + lineEnd.length < lengthBytes;
}
