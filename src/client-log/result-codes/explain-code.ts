import type { LogProtocol } from '../record.js';
import type { CodeEntry } from './code-entry.js';
import { CODE_TABLES, type CodeTableName } from './code-tables.js';
import { unlistedReading } from './unlisted-codes.js';
import { TIMED_OUT_OVER_HTTP } from './winsock-connections.js';

/** One way to read a number. */
export interface CodeReading extends CodeEntry {
  readonly code: number;
  readonly table: CodeTableName;
  /** When this reading holds; a clause such as "if the connection goes through a SOCKS proxy". */
  readonly when: string;
}

interface Candidate {
  readonly table: CodeTableName;
  readonly when: string;
  /** Numbers of the table that this reading is meant for; all when absent. */
  readonly covers?: (code: number) => boolean;
}

/** Statuses with which an HTTP proxy refuses to make a tunnel. */
const CONNECT_REFUSALS: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 407, 408, 429, 500, 501, 502, 503, 504, 511,
]);

const isSocksAnswer = (code: number) => code >= 1 && code <= 12;
const isNoSocksAnswer = (code: number) => !isSocksAnswer(code);
const isConnectRefusal = (code: number) => CONNECT_REFUSALS.has(code);

const SOCKET: Candidate = { table: 'winsock', when: 'said by the network layer of our own side' };
const EFT_OWN: Candidate = { table: 'eft', when: "EFT's own number", covers: isNoSocksAnswer };
const SOCKS: Candidate = {
  table: 'eft',
  when: 'said by the SOCKS proxy on the way, or about it',
  covers: isSocksAnswer,
};
const CONNECT: Candidate = {
  table: 'http',
  when: 'if the connection goes through an HTTP proxy: its answer to CONNECT',
  covers: isConnectRefusal,
};
const OUR_SIDE: Candidate = { table: 'tallyman', when: 'written by Tallyman for its own side' };

const FTP_CANDIDATES: readonly Candidate[] = [
  { table: 'ftp', when: 'said by the FTP server' },
  SOCKS,
  EFT_OWN,
  SOCKET,
  CONNECT,
  OUR_SIDE,
];

const SFTP_CANDIDATES: readonly Candidate[] = [
  { table: 'sftp', when: 'said by the SFTP server, or about it' },
  { ...SOCKS, when: 'if the connection goes through a SOCKS proxy: the same number is also a SOCKS answer' },
  { ...EFT_OWN, covers: (code) => code !== 0 && isNoSocksAnswer(code) },
  SOCKET,
  CONNECT,
];

const HTTP_CANDIDATES: readonly Candidate[] = [
  { table: 'http', when: 'said by the HTTP server, or by a proxy in its name' },
  SOCKS,
  EFT_OWN,
  SOCKET,
  OUR_SIDE,
];

const LOCAL_CANDIDATES: readonly Candidate[] = [
  { table: 'win32', when: 'said by the file system' },
  OUR_SIDE,
];

/** Without a protocol: SFTP partners are far more common than SOCKS proxies, and FTP than HTTP. */
const UNNAMED_CANDIDATES: readonly Candidate[] = [
  { table: 'sftp', when: 'on a line of sftp', covers: (code) => code !== 0 },
  { ...EFT_OWN, when: "on a line of any protocol: EFT's own number" },
  { ...SOCKS, when: 'on a line of any protocol, if the connection goes through a SOCKS proxy' },
  { table: 'ftp', when: 'on a line of ftp or ftps' },
  { table: 'http', when: 'on a line of http, https or s3; on others if an HTTP proxy refused' },
  { table: 'win32', when: 'on a line of local', covers: (code) => code !== 0 },
  { ...SOCKET, when: 'on a line of any protocol but local' },
  { ...OUR_SIDE, when: 'on a line of any protocol but sftp' },
];

/**
 * What a number of the GetLastCode column means on a line of this protocol: every reading that is possible,
 * the most likely first, never none. A number that no table lists is read by its range.
 */
export function explainCode(code: number, protocol?: LogProtocol): readonly [CodeReading, ...CodeReading[]] {
  const readings: CodeReading[] = [];
  for (const { table, when, covers } of candidatesFor(protocol)) {
    const entry = entryOf(table, code, protocol);
    if (entry !== undefined && (covers?.(code) ?? true)) readings.push({ ...entry, code, table, when });
  }
  const [first, ...others] = readings;
  if (first !== undefined) return [first, ...others];
  const { table, entry } = unlistedReading(code, protocol);
  return [{ ...entry, code, table, when: 'by the range that the number lies in' }];
}

/** The most likely reading in a few words, the number first: `226 transfer complete`, `10061 connection refused`. */
export function codeInWords(code: number, protocol?: LogProtocol): string {
  return `${code} ${explainCode(code, protocol)[0].phrase}`;
}

function candidatesFor(protocol: LogProtocol | undefined): readonly Candidate[] {
  switch (protocol) {
    case 'ftp':
    case 'ftps':
      return FTP_CANDIDATES;
    case 'sftp':
      return SFTP_CANDIDATES;
    case 'http':
    case 'https':
    case 's3':
      return HTTP_CANDIDATES;
    case 'local':
      return LOCAL_CANDIDATES;
    case undefined:
      return UNNAMED_CANDIDATES;
  }
}

function entryOf(
  table: CodeTableName,
  code: number,
  protocol: LogProtocol | undefined,
): CodeEntry | undefined {
  const overHttp = protocol === 'http' || protocol === 'https';
  if (table === 'winsock' && code === 10_060 && overHttp) return TIMED_OUT_OVER_HTTP;
  return CODE_TABLES[table][code];
}
