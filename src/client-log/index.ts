/**
 * `tallyman/client-log`: client logs of EFT and of Tallyman, read, queried and written, and their codes in words.
 * Nothing in here imports a module of Node or a package, so it runs in browsers; the writer gets files and clock from
 * the platform that it is given.
 */
export {
  isLogOperation,
  isLogProtocol,
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
export { instantOf } from './zone-time.js';
export { readClientLog, readLine, readLogBatches, type ReadOptions } from './reading/read-client-log.js';
export { parseLogLine, type LineCircumstances } from './reading/parse-log-line.js';
export { isTooLong, LineSplitter, type RawLine, type SplitterStart } from './reading/line-splitter.js';
export {
  MAX_LINE_BYTES,
  type Deviation,
  type LineCounts,
  type LinePlace,
  type LineReading,
  type LogFileRef,
  type LogLine,
  type PathPair,
  type ReadRecord,
  type RecordLine,
} from './reading/log-line.js';
export type { ByteStream, LogInput } from './reading/log-input.js';
export { countLines, isAmbiguous, NO_LINES } from './reading/count-lines.js';
export { clientLogRecordOf } from './reading/client-log-record-of.js';
export { parseQuery } from './query/parse-query.js';
export { QueryError, type QueryPlace, type QueryProblem } from './query/query-error.js';
export type { Query, QueryContext } from './query/query.js';
export { quoteQueryText } from './query/query-words.js';
export { partnerOf, type Counterpart, type PartnerBook, type PartnerFacts } from './partners.js';
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
