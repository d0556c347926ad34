import { escapeColumn } from './escape.js';
import { recordProblem, type ClientLogRecord } from './record.js';

/**
 * The record as one line of the client log, without a line end: nine columns, or ten when the record has a
 * result. Throws a RangeError for a record that no line can hold (`recordProblem` says which): that is a
 * fault of the program, not of the transfer.
 */
export function formatRecord(record: ClientLogRecord): string {
  const problem = recordProblem(record);
  if (problem !== undefined)
    throw new RangeError(`this record cannot be a line of the client log: ${problem}`);
  return `${columnsOf(record).map(escapeColumn).join('; ')};`;
}

function columnsOf(record: ClientLogRecord): string[] {
  const nine = [
    record.time,
    record.protocol,
    record.host,
    String(record.port),
    record.user,
    record.localPath,
    record.remotePath,
    record.operation,
    String(record.code),
  ];
  return record.result === undefined ? nine : [...nine, record.result === 'succeeded' ? '0' : '1'];
}
