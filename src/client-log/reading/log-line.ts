import type { ActionResult } from '../record.js';

/** The longest line that is kept and read; a longer one is `malformed`, its first bytes kept. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** The file that a line stands in. */
export interface LogFileRef {
  /** As it was given or found: what messages and `FILE:LINE` show. `-` for stdin. */
  readonly name: string;
  /** IANA name of the zone in which its times are written; the lines name none. */
  readonly timeZone: string;
  /** Tells nodes apart when the folders of several are read at once; empty otherwise. */
  readonly node: string;
}

/** One line of a client log as the tolerant reader takes it: EFT's, ours, or anybody's. */
export interface ReadRecord {
  /** `YYYY-MM-DD HH:MM:SS`, a day of the calendar, local to the file's zone. */
  readonly time: string;
  /** Lower case. One of `LOG_PROTOCOLS`, or another word that stood there. */
  readonly protocol: string;
  /** Empty where the column was. */
  readonly host: string;
  /** Undefined where the column was empty. */
  readonly port: number | undefined;
  readonly user: string;
  readonly localPath: string;
  readonly remotePath: string;
  /** Lower case. One of `LOG_OPERATIONS`, or another word that stood there. */
  readonly operation: string;
  readonly code: number;
  /** The verdict: the tenth column's, else inferred from the code. */
  readonly result: ActionResult;
  /** True when the line has no tenth column (or an empty one): the verdict is read from the code. */
  readonly isInferred: boolean;
  readonly columns: 9 | 10;
  /** How the line differs from what Tallyman would write; empty for most. In no particular order. */
  readonly deviations: readonly Deviation[];
  /**
   * Where a raw `;` stands in a path: every way to part the two paths, the likeliest first, which is also the one
   * that `localPath` and `remotePath` show. Absent on all other lines.
   */
  readonly candidates?: readonly PathPair[];
  /** Name of the connection, where whoever keeps the record knows it (a store); a line of a log names none. */
  readonly partner?: string;
  /** The rule that made the transfer, and the number of its run, where a store knows them. */
  readonly rule?: string;
  readonly run?: number;
}

export interface PathPair {
  readonly localPath: string;
  readonly remotePath: string;
}

/** What the tolerant reader put up with. */
export type Deviation =
  | 'byte-order-mark'
  | 'no-space-after-semicolon'
  | 'no-final-semicolon'
  | 'host-port-joined'
  | 'windows-1252'
  | 'raw-semicolon-in-path'
  | 'empty-column'
  | 'foreign-protocol'
  | 'foreign-operation'
  | 'unescaped-character'
  /** The same word or number spelt otherwise: `FTP`, port `021`, code `+226`, spaces around them or at the line's end. */
  | 'loose-spelling';

/** What one line turned out to be, without its place. */
export type LineReading =
  | { readonly kind: 'record'; readonly record: ReadRecord }
  /** A heading in any form that the vendor prints. */
  | { readonly kind: 'header' }
  | { readonly kind: 'blank' }
  | { readonly kind: 'malformed'; readonly reason: string }
  /** The last line of a file, without its end: somebody may be writing it. `record` when it reads as one all the same. */
  | { readonly kind: 'incomplete'; readonly record?: ReadRecord };

/** Where a line stands, and its bytes. */
export interface LinePlace {
  readonly file: LogFileRef;
  /** From 1. */
  readonly lineNumber: number;
  /** Of the line's first byte in the file; of the unpacked content where the file is compressed. */
  readonly offset: number;
  /** Bytes with the line end. */
  readonly lengthBytes: number;
  /**
   * The line's bytes without its end, as they stand in the file; of a line longer than MAX_LINE_BYTES its first ones.
   * May share the memory of a whole piece of the file: copy it (`slice()`) to keep it longer than its batch.
   */
  readonly raw: Uint8Array;
  readonly lineEnd: '' | '\n' | '\r\n';
}

/** Every line of every file is exactly one of these; nothing is left out. */
export type LogLine = LineReading & LinePlace;

export type RecordLine = Extract<LogLine, { kind: 'record' }>;

/** How many lines of each kind; the kinds add up to `lines`. */
export interface LineCounts {
  readonly lines: number;
  readonly records: number;
  readonly headers: number;
  readonly blank: number;
  readonly malformed: number;
  readonly incomplete: number;
  /** Of the records: those with more than one way to part their paths. */
  readonly ambiguous: number;
}
