/**
 * `tallyman/client-log`: the client log's line, written and read, and its codes in words. Nothing in here
 * imports a module of Node; the writer gets files and clock from the platform that it is given.
 */
export {
  isLogTime,
  LOG_OPERATIONS,
  LOG_PROTOCOLS,
  loggedCode,
  readsAsSuccess,
  recordProblem,
  UNDEFINED_FAILURE,
  type ActionResult,
  type AttemptEnd,
  type ClientLogRecord,
  type LogOperation,
  type LogProtocol,
} from './record.js';
export { formatRecord } from './format.js';
export { parseLine, type ParsedLine } from './parse.js';
export { clientLogFileName, isTimeZone, localTime, type LocalTime } from './local-time.js';
export { recordOf, type ClientLogFacts, type DatedRecord, type RecordStyle } from './log-facts.js';
export {
  ClientLogWriter,
  LINE_ENDS,
  SYNC_POLICIES,
  type ClientLogOptions,
  type LineEnd,
  type SyncPolicy,
} from './client-log-writer.js';
export { codeInWords, explainCode, type CodeReading } from './result-codes/explain-code.js';
export {
  RETRY_WORDS,
  SIDE_WORDS,
  type ActingSide,
  type CodeEntry,
  type CodeTable,
  type RetryHope,
} from './result-codes/code-entry.js';
export { CODE_TABLES, TABLE_TITLES, type CodeTableName } from './result-codes/code-tables.js';
