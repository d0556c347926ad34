import type { Selectable } from 'kysely';
import type { LogFileRef, ReadRecord } from '../../client-log/reading/log-line.js';
import type { ErrorCode } from '../../core/error-codes.js';
import type { AttemptRecord } from '../transfer-store.js';
import type { Endpoint } from './endpoints.js';
import { present } from './present.js';
import type { Tables } from './tables.js';

export type AttemptRow = Selectable<Tables['attempts']>;

export function attemptOf(row: AttemptRow, endpoint: Endpoint, rule: string): AttemptRecord {
  return {
    ...present<Omit<AttemptRecord, 'run'>>({
      id: row.id,
      step: row.step,
      rule,
      ...endpoint,
      endedMs: row.ended_ms,
      localPath: row.local_path,
      remotePath: row.remote_path,
      lastCode: row.last_code,
      succeeded: row.succeeded === 1,
      isLast: row.is_last === 1,
      attemptNumber: row.attempt_number,
      sizeBytes: row.size_bytes,
      tookMs: row.took_ms,
      errorCode: row.error_code as ErrorCode | null,
      message: row.message,
    }),
    run: row.run ?? undefined,
  };
}

/** Queries ask a store's attempts as lines of a log whose clocks are on UTC, so that no hour is shown twice. */
export const STORE_LOG: LogFileRef = { name: 'store', timeZone: 'UTC', node: '' };

/** The attempt as queries see it. */
export function readRecordOf(attempt: AttemptRecord): ReadRecord {
  const { protocol, host, port, user, localPath, remotePath, operation, partner, rule, run } = attempt;
  return {
    time: utcTime(attempt.endedMs),
    protocol,
    host,
    port,
    user,
    localPath,
    remotePath,
    operation,
    code: attempt.lastCode,
    result: attempt.succeeded ? 'succeeded' : 'failed',
    isInferred: false,
    columns: 10,
    deviations: [],
    partner,
    rule,
    ...(run === undefined ? {} : { run }),
  };
}

/** `YYYY-MM-DD HH:MM:SS`. */
function utcTime(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ');
}
