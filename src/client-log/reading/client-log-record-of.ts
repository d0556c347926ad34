import { isLogOperation, isLogProtocol, type ClientLogRecord } from '../record.js';
import type { ReadRecord } from './log-line.js';

/**
 * The record as `formatRecord` takes it; undefined where Tallyman has no line for it: a protocol or an operation that
 * is none of ours, or no port. An inferred verdict is not the log's, so such a record has no result.
 */
export function clientLogRecordOf(read: ReadRecord): ClientLogRecord | undefined {
  const { time, protocol, host, port, user, localPath, remotePath, operation, code, result, isInferred } =
    read;
  if (!isLogProtocol(protocol) || !isLogOperation(operation) || port === undefined) return undefined;
  const nine = { time, protocol, host, port, user, localPath, remotePath, operation, code };
  return isInferred ? nine : { ...nine, result };
}
