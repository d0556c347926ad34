import type { PartnerBook } from '../partners.js';
import type { LogFileRef, ReadRecord } from '../reading/log-line.js';
import type { QueryTerm } from './query-term.js';

/** What a query is read against. */
export interface QueryContext {
  /** For relative times such as `since:24h`; milliseconds since 1970. */
  readonly nowMs: number;
  /** IANA zone in which times of the query without a zone of their own are meant. */
  readonly timeZone: string;
  /** For `partner:`. */
  readonly partners: PartnerBook;
  /** `store`: records that also have the rule and the run they are of, so that `rule:` and `run:` are fields too. Default log. */
  readonly records?: 'log' | 'store';
}

/** A query, parsed and ready to be asked of each record. */
export interface Query {
  /** As it was written. */
  readonly text: string;
  /** Whether the record is meant. Times are compared in the zone of the record's file. */
  matches(record: ReadRecord, file: LogFileRef): boolean;
  /**
   * ASCII text in lower case that the bytes of every matching line hold, whatever their case; undefined where no such
   * text can be named. Lets a reader pass over most lines unread.
   */
  readonly requiredText: string | undefined;
  /** The terms that must all hold, for whoever can look up some of them. */
  readonly terms: readonly QueryTerm[];
}
