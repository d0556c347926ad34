import type { CodeTable } from './code-entry.js';
import { EFT_CODES } from './eft-codes.js';
import { FTP_PROGRESS } from './ftp-progress.js';
import { FTP_REFUSALS } from './ftp-refusals.js';
import { HTTP_CLIENT_ERRORS } from './http-client-errors.js';
import { HTTP_PROGRESS } from './http-progress.js';
import { HTTP_SERVER_ERRORS } from './http-server-errors.js';
import { SFTP_CODES, UNDEFINED_FAILURE_ENTRY } from './sftp-codes.js';
import { WIN32_CODES } from './win32-codes.js';
import { WINSOCK_CALLS } from './winsock-calls.js';
import { WINSOCK_CONNECTIONS } from './winsock-connections.js';
import { WINSOCK_QOS } from './winsock-qos.js';

/** Whose numbers they are: the layer that spoke last. */
export type CodeTableName = 'eft' | 'ftp' | 'sftp' | 'http' | 'win32' | 'winsock' | 'tallyman';

/** The whole dictionary. */
export const CODE_TABLES: Readonly<Record<CodeTableName, CodeTable>> = {
  ftp: { ...FTP_PROGRESS, ...FTP_REFUSALS },
  sftp: SFTP_CODES,
  http: { ...HTTP_PROGRESS, ...HTTP_CLIENT_ERRORS, ...HTTP_SERVER_ERRORS },
  win32: WIN32_CODES,
  winsock: { ...WINSOCK_CONNECTIONS, ...WINSOCK_CALLS, ...WINSOCK_QOS },
  eft: EFT_CODES,
  tallyman: { [-1]: UNDEFINED_FAILURE_ENTRY },
};

/** What a table is called in front of a reader. */
export const TABLE_TITLES: Readonly<Record<CodeTableName, string>> = {
  ftp: 'FTP reply',
  sftp: 'SFTP status',
  http: 'HTTP status',
  win32: 'Windows system error',
  winsock: 'socket error',
  eft: 'EFT and SOCKS',
  tallyman: 'Tallyman',
};
