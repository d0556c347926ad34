import type { ErrorCode } from '../core/error-codes.js';
import type { LogProtocol } from '../client-log/record.js';
import type { Query } from '../client-log/query/query.js';

/** One attempt at one file, as the client log has it and with what the log has no column for. */
export interface AttemptRecord {
  readonly id: number;
  readonly run: number | undefined;
  readonly step: string;
  readonly rule: string;
  /** Name of the connection, or the host where the place was a URL; `local`. */
  readonly partner: string;
  readonly endedMs: number;
  readonly protocol: LogProtocol;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly localPath: string;
  readonly remotePath: string;
  readonly operation: 'upload' | 'download';
  /** As it stands in the log (a failure never reads as success). */
  readonly lastCode: number;
  readonly succeeded: boolean;
  readonly isLast: boolean;
  readonly attemptNumber: number;
  readonly sizeBytes?: number;
  readonly tookMs?: number;
  readonly errorCode?: ErrorCode;
  /** What failed, in words. */
  readonly message?: string;
}

export type NewAttempt = Omit<AttemptRecord, 'id'>;

export interface TransferStore {
  /** Store first: the attempt is on the disk, marked as not logged yet. */
  add(attempt: NewAttempt): Promise<number>;
  /** Its line is in the log. */
  logged(ids: readonly number[]): Promise<void>;
  /** What has no mark: their lines are appended again at the start, oldest first. */
  unlogged(limit: number): Promise<readonly AttemptRecord[]>;
  /**
   * Newest first, by the query language of the log tools (client-log/query): the same words mean the same thing.
   * `beforeId`: the next page.
   */
  find(
    query: Query | undefined,
    page: { readonly beforeId?: number; readonly limit: number },
  ): Promise<readonly AttemptRecord[]>;
  ofRun(run: number): Promise<readonly AttemptRecord[]>;
}
