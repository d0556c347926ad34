import type { QueryContext } from '../../client-log/query/query.js';
import type { LineCounts, LogFileRef } from '../../client-log/reading/log-line.js';
import type { GroupTable } from '../../log-tools/stats/group-table.js';
import type { RecordPart } from '../../log-tools/stats/record-part.js';
import type { PackedLines } from './line-packer.js';
import type { UnpackedSource } from './unpack.js';
import type { ByteRange } from './whole-lines.js';

/** A query as it passes to another thread. */
export interface QueryOrder {
  readonly text: string;
  readonly context: QueryContext;
}

/** Which lines are found. */
export interface FindOrder {
  readonly query: QueryOrder;
  /** Also malformed lines that hold the text which every match must hold. */
  readonly withUnreadable: boolean;
}

/** How records are counted. */
export interface GroupWork {
  readonly kind: 'group';
  readonly parts: readonly RecordPart[];
  readonly keepsMinutes: boolean;
  readonly query: QueryOrder | undefined;
  /** IANA zone in which times are counted; those of files in another one are converted. */
  readonly timeZone: string;
}

/** What a scanner does with every piece it is given. */
export type ScanWork = ({ readonly kind: 'find' } & FindOrder) | GroupWork;

/** One piece: a range of an open file, or a whole packed one. */
export type ScanTask =
  | {
      readonly kind: 'range';
      /** Open for reading; all threads of a process share it. */
      readonly fd: number;
      readonly range: ByteRange;
      readonly file: LogFileRef;
    }
  | { readonly kind: 'packed'; readonly source: UnpackedSource; readonly file: LogFileRef };

/** What became of one piece. */
export interface ScanTaskResult {
  /** Lines found; only of `find`. */
  readonly hits?: Hits;
  /** Lines that are still to be read and counted; only of `group`. */
  readonly odd?: PackedLines;
  /** Whether the file ended before its size, because it was cut while it was read. */
  readonly isCut: boolean;
}

/** Lines that match. */
export interface Hits extends PackedLines {
  /** Lines of the range before each. */
  readonly linesBefore: readonly number[];
  /** Lines that begin in the range. */
  readonly lineCount: number;
}

/** Takes pieces one at a time. */
export interface Scanner {
  run(task: ScanTask): ScanTaskResult | Promise<ScanTaskResult>;
  /** When no more pieces come: what was counted of all, and what its lines were; only of `group`. */
  groups?(): { readonly table: GroupTable; readonly counts: LineCounts };
}
