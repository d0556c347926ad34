import type { LogFileRef, PathPair, ReadRecord } from '../../client-log/reading/log-line.js';
import type { FileIdentity } from './file-identity.js';

/** A line of a log, kept without the bytes that it came in. */
export interface KeptLine {
  readonly record: ReadRecord;
  readonly file: LogFileRef;
  readonly lineNumber: number;
}

/** A file whose last attempt failed, as far as the logs tell. */
export interface FailedFile {
  readonly identity: FileIdentity;
  /** The last attempt. */
  readonly last: KeptLine;
  /** Failed attempts from the first one that was asked for. */
  readonly attempts: number;
  /** Why the log alone does not say what to do; undefined where it does. */
  readonly doubt: Doubt | undefined;
  /**
   * Local time of a success shortly before the failures: so it looks when a file was delivered and only its source
   * could not be removed.
   */
  readonly deliveredBefore: string | undefined;
  /** The target was written since, from another source. */
  readonly replacedFrom: Replacement | undefined;
}

export interface Replacement {
  readonly source: string;
  readonly line: KeptLine;
}

export type Doubt =
  /** The line can be parted in several ways, and each is another file. */
  | { readonly kind: 'ambiguous'; readonly candidates: readonly PathPair[] }
  /** The last line of a file, without its end: somebody may be writing it. */
  | { readonly kind: 'incomplete'; readonly line: KeptLine }
  /** A later success can be parted in several ways, and one of them is this file. */
  | { readonly kind: 'ambiguous-success'; readonly line: KeptLine }
  /** An attempt that failed before it knew its files. */
  | { readonly kind: 'mask' };

/** What the logs hold of failures. */
export interface FailureFindings {
  /** By the time of their last attempt. */
  readonly files: readonly FailedFile[];
  /** How often a file that had failed succeeded later. */
  readonly recovered: number;
  /** So many files succeeded within ten minutes that `deliveredBefore` may be missing somewhere. */
  readonly hasForgottenSuccesses: boolean;
}

/** The line with texts of its own: what a reader hands out may hold on to a whole block of the file. */
export function keptLine(record: ReadRecord, file: LogFileRef, lineNumber: number): KeptLine {
  return { record: JSON.parse(JSON.stringify(record)) as ReadRecord, file, lineNumber };
}
