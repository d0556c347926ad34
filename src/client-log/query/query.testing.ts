import type { LogFileRef, ReadRecord } from '../reading/log-line.js';
import type { QueryContext } from './query.js';

/** 2026-03-02, 11:00 in Berlin. */
export const queryContext: QueryContext = {
  nowMs: Date.parse('2026-03-02T10:00:00Z'),
  timeZone: 'Europe/Berlin',
  partners: [],
};

export const logFile: LogFileRef = { name: 'cl260301.log', timeZone: 'Europe/Berlin', node: '' };

/** A failed upload of nine columns, with what a test changes. */
export function readRecord(changes: Partial<ReadRecord> = {}): ReadRecord {
  return {
    time: '2026-03-01 02:10:44',
    protocol: 'sftp',
    host: 'sftp.acme.example',
    port: 22,
    user: 'batch',
    localPath: String.raw`D:\out\inv_0301.xml`,
    remotePath: '/in/orders/inv_0301.xml',
    operation: 'upload',
    code: 4,
    result: 'failed',
    isInferred: true,
    columns: 9,
    deviations: [],
    ...changes,
  };
}
