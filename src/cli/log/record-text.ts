import { isLogProtocol } from '../../client-log/record.js';
import { partnerOf, type PartnerBook } from '../../client-log/partners.js';
import type { ReadRecord } from '../../client-log/reading/log-line.js';
import { codeInWords } from '../../client-log/result-codes/explain-code.js';
import { baseNameOf, folderOf } from '../../client-log/log-paths.js';
import { printable } from '../../core/printable.js';

/** A record in words, each printable, none cut. */
export interface RecordWords {
  readonly time: string;
  /** `succeeded`, `failed`, with `(inferred)` where the line has no verdict of its own. */
  readonly result: string;
  readonly partner: string;
  readonly operation: string;
  readonly localPath: string;
  readonly remotePath: string;
  /** Name of the file, of the remote path where the two differ. */
  readonly file: string;
  /** From which folder to which; with the whole target where the name differs there. */
  readonly route: string;
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
    file: printable(baseNameOf(record.remotePath) || baseNameOf(record.localPath)),
    route: printable(routeOf(record)),
    code: codeInWords(record.code, isLogProtocol(protocol) ? protocol : undefined),
  };
}

function routeOf({ localPath, remotePath, operation }: ReadRecord): string {
  const [from, to] = operation === 'download' ? [remotePath, localPath] : [localPath, remotePath];
  if (baseNameOf(from) !== baseNameOf(to)) return `${from} -> ${to}`;
  return `${folderOf(from)} -> ${folderOf(to)}`;
}
