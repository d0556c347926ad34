import type { LogProtocol } from '../record.js';
import { ASK_SERVER_LOG, SERVER_TRANSCRIPT, TRY_LIST } from './checks.js';
import type { CodeEntry } from './code-entry.js';
import type { CodeTableName } from './code-tables.js';

/** What can honestly be said of a number that no table lists: which range it lies in. */
export interface UnlistedReading {
  readonly table: CodeTableName;
  readonly entry: CodeEntry;
}

/** The reading of a number that is in no table. */
export function unlistedReading(code: number, protocol: LogProtocol | undefined): UnlistedReading {
  if (code >= 10_000 && code <= 11_999) return { table: 'winsock', entry: unlistedSocketError(code) };
  if (protocol === 'local') return { table: 'win32', entry: unlistedSystemError(code) };
  const isStatus = code >= 100 && code <= 699;
  const speaksHttp = protocol === 'http' || protocol === 'https' || protocol === 's3';
  if (isStatus && speaksHttp && code <= 599)
    return { table: 'http', entry: statusOf(`HTTP ${code}`, code, 'RFC 9110, section 15') };
  if (isStatus && protocol !== 'sftp' && !speaksHttp) {
    return { table: 'ftp', entry: statusOf(`FTP ${code}`, code, 'RFC 959, section 4.2') };
  }
  if (protocol === 'sftp' && code >= 9 && code <= 31) return { table: 'sftp', entry: laterSftpStatus(code) };
  return { table: 'tallyman', entry: unknownNumber(code) };
}

function statusOf(name: string, code: number, section: string): CodeEntry {
  const range = STATUS_RANGES[Math.floor(code / 100)] ?? STATUS_RANGES[6];
  return {
    name,
    phrase: range.phrase,
    meaning: range.meaning,
    side: range.side,
    causes: ["A number of this server's own: only the first digit has a common meaning."],
    checks: [
      'Read the words that the server sends with it: repeat the transfer, the error message holds them.',
      ASK_SERVER_LOG,
    ],
    retry: range.retry,
    source: `${section}: the meaning of the first digit; the number itself is not listed`,
  };
}

type StatusRange = Pick<CodeEntry, 'phrase' | 'meaning' | 'side' | 'retry'>;

const STATUS_RANGES: Readonly<Record<number, StatusRange>> & { readonly 6: StatusRange } = {
  1: {
    phrase: 'begun, no end seen (unlisted number)',
    meaning: 'The server had begun with it, and no further reply came.',
    side: 'network',
    retry: 'often',
  },
  2: {
    phrase: 'done (unlisted number)',
    meaning: 'The server carried it out; the number itself is not listed anywhere.',
    side: 'nobody',
    retry: 'needless',
  },
  3: {
    phrase: 'more is wanted (unlisted number)',
    meaning: 'The server wanted a further step that did not come; the number itself is not listed anywhere.',
    side: 'us',
    retry: 'no',
  },
  4: {
    phrase: 'refused for now (unlisted number)',
    meaning:
      'The server refused: over FTP for the time being, over HTTP because of the request; the number itself is not listed anywhere.',
    side: 'partner',
    retry: 'later',
  },
  5: {
    phrase: 'refused for good (unlisted number)',
    meaning:
      'The server refused: over FTP for good, over HTTP because of a fault of its own; the number itself is not listed anywhere.',
    side: 'partner',
    retry: 'no',
  },
  6: {
    phrase: 'protected reply (unlisted number)',
    meaning: 'The reply is wrapped in a security form that is not listed anywhere.',
    side: 'partner',
    retry: 'no',
  },
};

function unlistedSocketError(code: number): CodeEntry {
  return {
    name: `WinSock ${code}`,
    phrase: 'socket error (unlisted number)',
    meaning: 'The number lies in the range of Windows socket errors, but no such error is documented.',
    side: 'network',
    causes: [
      'A network driver or security software gave a number of its own.',
      'The line was damaged or edited.',
    ],
    checks: [`Ask Windows: \`net helpmsg ${code}\`.`, TRY_LIST],
    retry: 'later',
    source: 'Microsoft, Windows Sockets Error Codes: the range; the number itself is not listed',
  };
}

function unlistedSystemError(code: number): CodeEntry {
  return {
    name: `Win32 ${code}`,
    phrase: 'system error (not in this dictionary)',
    meaning:
      'The number should be one of the Windows system errors; this dictionary lists only those that Tallyman writes.',
    side: 'us',
    causes: ['Another program wrote the line, and its system reported this error.'],
    checks: [`Ask Windows: \`net helpmsg ${code}\`.`],
    retry: 'later',
    source: 'Microsoft, System Error Codes: the range; the number itself is not listed here',
  };
}

function laterSftpStatus(code: number): CodeEntry {
  return {
    name: `SFTP ${code}`,
    phrase: 'failed (a later SFTP status)',
    meaning: 'Later drafts of SFTP have statuses from 9 to 31 for single causes; EFT does not explain them.',
    side: 'partner',
    causes: [
      'The server speaks a later version of SFTP and names a cause of its own, such as 11 file exists or 14 no space.',
    ],
    checks: [SERVER_TRANSCRIPT, ASK_SERVER_LOG],
    retry: 'no',
    source: "draft-ietf-secsh-filexfer-13, section 9.1; the vendor's article ends at 8",
  };
}

function unknownNumber(code: number): CodeEntry {
  return {
    name: `unknown ${code}`,
    phrase: 'unknown code',
    meaning: 'No table that this line could mean has such a number.',
    side: 'us',
    causes: [
      'The line was damaged or edited, or its columns are shifted.',
      'Another program wrote a number of its own.',
    ],
    checks: [
      'Look at the line as it stands in the file, and count its columns.',
      'Name the protocol: `tally code NUMBER --protocol sftp`.',
    ],
    retry: 'no',
    source: 'no source lists it',
  };
}
