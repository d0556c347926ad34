import type { LogFileRef, LogLine, ReadRecord } from '../../client-log/reading/log-line.js';
import type { Anonymiser } from './anonymiser.js';
import type { ConvertNotes } from './convert-notes.js';
import type { ZoneShift } from './zone-shift.js';

/** What is changed in the records, whatever form they are written in. */
export interface RecordChanges {
  readonly zone: ZoneShift | undefined;
  readonly anonymiser: Anonymiser | undefined;
}

/** A record as it shall be written. The very record of the line where nothing is changed. */
export interface ChangedRecord {
  readonly record: ReadRecord;
  readonly file: LogFileRef;
}

/** The record of a line; also of an incomplete one that reads as a record. */
export function recordOfLine(line: LogLine): ReadRecord | undefined {
  return line.kind === 'record' || line.kind === 'incomplete' ? line.record : undefined;
}

/** Applies the changes to record after record. */
export class RecordChanger {
  readonly #changes: RecordChanges;
  readonly #notes: ConvertNotes;
  /** Of each file of the run, as it shows in the result. */
  readonly #files = new Map<LogFileRef, LogFileRef>();

  constructor(changes: RecordChanges, notes: ConvertNotes) {
    this.#changes = changes;
    this.#notes = notes;
  }

  /** Undefined when the record cannot be made anonymous. */
  change(record: ReadRecord, line: LogLine): ChangedRecord | undefined {
    const { anonymiser } = this.#changes;
    const retimed = this.#retimed(record, line);
    const changed = anonymiser === undefined ? retimed : anonymiser.record(retimed);
    return changed === undefined ? undefined : { record: changed, file: this.file(line.file) };
  }

  file(file: LogFileRef): LogFileRef {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const { zone, anonymiser } = this.#changes;
    const named = anonymiser?.file(file) ?? file;
    const changed = zone === undefined ? named : { ...named, timeZone: zone.timeZone };
    this.#files.set(file, changed);
    return changed;
  }

  #retimed(record: ReadRecord, line: LogLine): ReadRecord {
    const { zone } = this.#changes;
    if (zone === undefined) return record;
    const { time, doubt } = zone.shift(record.time, line.file.timeZone);
    if (doubt !== undefined) this.#notes.add(doubt === 'repeated' ? 'hour-repeated' : 'hour-skipped', line);
    return time === record.time ? record : { ...record, time };
  }
}
