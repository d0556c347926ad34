import type { RemotePath } from '../../core/remote-path.js';
import type { TransferError } from '../../core/transfer-error.js';
import type { FailedFile, FailureFindings } from '../../log-tools/retry/failed-file.js';
import type { TransferValues } from '../../settings/transfer-settings.js';
import type { Endpoint } from '../../transfers/endpoint.js';
import type { RetryDecision } from './decide-retry.js';
import type { Look } from './look-at-files.js';

/** What will be done with every failed file. */
export interface RetryPlan {
  /** By the time of the last attempts. */
  readonly rows: readonly RetryRow[];
  readonly findings: FailureFindings;
}

/** What will be done with one failed file. */
export interface RetryRow {
  readonly file: FailedFile;
  /** From where to where; undefined where that is not known. */
  readonly route: RetryRoute | undefined;
  /** What stands at both ends; undefined where nobody could look. */
  readonly look: Look | undefined;
  readonly plan: RetryDecision | Unplannable;
}

export interface Unplannable {
  readonly action: 'refuse';
  readonly why: string;
  /** A sentence without its full stop. */
  readonly reason: string;
  /** What to do about it; the same text for all files that it helps. */
  readonly advice?: string | undefined;
  /** What went wrong on the way to the other side. */
  readonly error?: TransferError;
}

/** The way of one file. */
export interface RetryRoute {
  readonly end: RouteEnd;
  readonly operation: 'upload' | 'download';
  readonly source: RemotePath;
  readonly target: RemotePath;
}

/** The side of a route that the client log names; all routes to one connection share it. */
export interface RouteEnd {
  /** Name of the connection; `local` where both ends are on this machine. */
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly transfer: TransferValues;
}
