import { readsAsSuccess, type LogProtocol } from '../../src/client-log/record.js';
import { CODE_TABLES, type CodeTableName } from '../../src/client-log/result-codes/code-tables.js';
import type { RandomNumbers } from './random-numbers.js';

/** What fails in daily life; the rest of the dictionary follows in its shadow. */
const FREQUENT: Readonly<Record<LogProtocol, readonly number[]>> = {
  ftp: [530, 550, 426, 425, 10060, 10054, 10061, 2000],
  ftps: [530, 550, 425, 10053, 10054, 10060, 534],
  sftp: [2, 3, 4, 7, 10060, 10061, 10054, -1],
  http: [404, 403, 500, 503, 10060],
  https: [401, 403, 404, 502, 503, 10060, 407],
  s3: [403, 404, 503, 10060],
  local: [2, 3, 5, 32, 112],
};

const TABLES: Readonly<Record<LogProtocol, readonly CodeTableName[]>> = {
  ftp: ['ftp', 'winsock', 'eft'],
  ftps: ['ftp', 'winsock', 'eft'],
  sftp: ['sftp', 'winsock', 'eft'],
  http: ['http', 'winsock'],
  https: ['http', 'winsock', 'eft'],
  s3: ['http', 'winsock'],
  local: ['win32', 'tallyman'],
};

const SUCCESS: Readonly<Record<LogProtocol, readonly number[]>> = {
  ftp: [226, 226, 226, 226, 250],
  ftps: [226],
  sftp: [0],
  http: [200, 201],
  https: [200, 200, 201, 204],
  s3: [200],
  local: [0],
};

/** The codes that a protocol's lines bear. */
export interface CodeChoice {
  success(protocol: LogProtocol): number;
  /** Now and then any number of the dictionary that reads as a failure, mostly a frequent one. */
  failure(protocol: LogProtocol): number;
}

/** Chooses from the dictionary, so that every table of it occurs in a large log. */
export function codeChoice(random: RandomNumbers): CodeChoice {
  const rare = Object.fromEntries(
    Object.entries(TABLES).map(([protocol, tables]) => [
      protocol,
      failuresOf(protocol as LogProtocol, tables),
    ]),
  ) as Record<LogProtocol, readonly number[]>;
  return {
    success: (protocol) => random.oneOf(SUCCESS[protocol]),
    failure: (protocol) => random.oneOf(random.chance(0.1) ? rare[protocol] : FREQUENT[protocol]),
  };
}

function failuresOf(protocol: LogProtocol, tables: readonly CodeTableName[]): readonly number[] {
  return tables
    .flatMap((table) => Object.keys(CODE_TABLES[table]).map(Number))
    .filter((code) => !readsAsSuccess(protocol, code));
}
