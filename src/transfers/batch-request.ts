import type { RemotePath } from '../core/remote-path.js';
import type { TransferError } from '../core/transfer-error.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import type { Endpoint } from './endpoint.js';
import type { ProofCount } from './proof-tally.js';
import type { OverwritePolicy, TransferOptions } from './transfer-options.js';

/** A place given by the user: for a local end an absolute path parted by `/` (on Windows too). */
export interface BatchPlace {
  readonly endpoint: Endpoint;
  readonly path: RemotePath;
  /** As the user wrote it (no password), for messages and for log lines that come before any file is known. */
  readonly text: string;
}

/** "Copy this there": one action of EFT's kind, with wildcards, over many files. */
export interface BatchRequest {
  /** May hold `*`, `?`, and with `recursive` `**`. With `pairs`: the first one's source. */
  readonly source: BatchPlace;
  /**
   * A folder when it ends with `/`, when it is one, or when the source has wildcards or `recursive`; else the file's
   * new name. With `pairs`: the first one's target.
   */
  readonly destination: BatchPlace;
  /**
   * These files and no others: nothing is listed, no path is read as a mask or a folder, no folder is made. Their
   * paths are of the endpoints of `source` and `destination`.
   */
  readonly pairs?: readonly FilePair[];
  readonly operation: 'upload' | 'download';
  readonly recursive: boolean;
  /** A source that is not there counts as success. */
  readonly missingSourceOk: boolean;
  /** Say what would be done and write nothing. */
  readonly dryRun: boolean;
  readonly transfer: TransferOptions;
}

/** One file of a batch: where it is and where it goes. */
export interface FilePair {
  readonly source: RemotePath;
  readonly target: RemotePath;
  readonly sizeBytes: number | undefined;
  /** Why it is not moved at all. */
  readonly refusal?: TransferError | undefined;
  /** For this file in place of the batch's policy. */
  readonly overwrite?: OverwritePolicy;
}

/** What a dry run says about one file. */
export interface PlannedFile {
  readonly source: string;
  readonly target: string;
  readonly sizeBytes: number | undefined;
  readonly action: 'copy' | 'move' | 'skip' | 'fail' | 'resume';
  readonly reason: string;
  /** What stands at the target now and would be overwritten. */
  readonly replaces?: Pick<RemoteEntry, 'sizeBytes' | 'modifiedMs'>;
}

export interface BatchFailure {
  readonly source: string;
  readonly target: string;
  readonly error: TransferError;
  /** The target holds the whole file all the same. */
  readonly delivered: boolean;
  /** As of the outcome. */
  readonly keptBytes?: number | undefined;
}

export interface BatchResult {
  readonly succeeded: number;
  readonly skipped: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Files found but not begun, because the connection as a whole had failed or the batch was cancelled. */
  readonly notAttempted: number;
  /** Payload bytes of the files that were delivered, resent parts not counted. */
  readonly movedBytes: number;
  readonly elapsedMs: number;
  /** How the files that succeeded were proven. */
  readonly proofs: readonly ProofCount[];
  /** The first 1,000 failures; `failed` counts all. */
  readonly failures: readonly BatchFailure[];
  /** Of a dry run: handed out one by one through `planned` of the run's options, counted here. */
  readonly planned: number;
  /** What stopped the batch before or between files: a connection that cannot be made, a listing refused, a log that cannot be written. */
  readonly stoppedBy?: TransferError | undefined;
  /** True when a cancelled file left something of ours on the target that could not be removed. */
  readonly leftovers: readonly string[];
}
