import { isLogProtocol } from '../client-log/record.js';
import { partnerOf, type PartnerBook } from '../client-log/partners.js';
import type { ReadRecord } from '../client-log/reading/log-line.js';
import { codeInWords } from '../client-log/result-codes/explain-code.js';
import { printable } from '../core/printable.js';

/** A record in words, each printable, none cut. */
export interface RecordWords {
  readonly time: string;
  /** `succeeded`, `failed`, with `(inferred)` where the line has no verdict of its own. */
  readonly result: string;
  readonly partner: string;
  readonly operation: string;
  readonly localPath: string;
  readonly remotePath: string;
  /** `10060 no answer in time`. */
  readonly code: string;
}

export function recordWords(record: ReadRecord, partners: PartnerBook): RecordWords {
  const { protocol } = record;
  return {
    time: record.time,
    result: record.isInferred ? `${record.result} (inferred)` : record.result,
    partner: printable(partnerOf(record, partners)),
    operation: printable(record.operation),
    localPath: printable(record.localPath),
    remotePath: printable(record.remotePath),
    code: codeInWords(record.code, isLogProtocol(protocol) ? protocol : undefined),
  };
}
