import { baseNameOf, extensionOf } from '../../client-log/log-paths.js';
import type { ReadRecord } from '../../client-log/reading/log-line.js';

/** What records are counted by: a column, or what can be read from one. */
export const RECORD_PARTS = [
  'protocol',
  'host',
  'port',
  'user',
  'operation',
  'code',
  'day',
  'hour',
  'folder',
  'extension',
  'result',
] as const;
export type RecordPart = (typeof RECORD_PARTS)[number];

/**
 * The text of a part: `2026-03-01` for day, `2026-03-01 02` for hour, `0` or `1` for result, the remote path with its
 * last slash but without its name for folder; others as they stand.
 */
export function partOf(record: ReadRecord, part: RecordPart): string {
  switch (part) {
    case 'protocol':
    case 'host':
    case 'user':
    case 'operation':
      return record[part];
    case 'port':
    case 'code':
      return String(record[part] ?? '');
    case 'day':
      return record.time.slice(0, 10);
    case 'hour':
      return record.time.slice(0, 13);
    case 'folder':
      return record.remotePath.slice(0, record.remotePath.length - baseNameOf(record.remotePath).length);
    case 'extension':
      return extensionOf(record.remotePath);
    case 'result':
      return record.result === 'failed' ? '1' : '0';
  }
}
