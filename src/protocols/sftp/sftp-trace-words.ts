import { OPEN_CREATE, OPEN_READ, OPEN_TRUNCATE, OPEN_WRITE } from './open-flags.js';
import { statusOf } from './sftp-errors.js';
import type { SftpAttributes } from './sftp-entries.js';
import type { SftpHello } from './ssh2-internals.js';

/** How requests and answers of SFTP read in the wire trace. */

export function refusalWords(error: unknown): string {
  const status = statusOf(error);
  const text = error instanceof Error ? error.message : String(error);
  return status === undefined ? `no answer: ${text}` : `STATUS ${status} ${text}`;
}

export function helloWords({ extensions, limits }: SftpHello): string {
  const names = Object.entries(extensions).map(([name, version]) => `${name} ${version}`);
  const sizes = limits.told ? `; READ up to ${limits.readBytes}, WRITE up to ${limits.writeBytes} bytes` : '';
  return `VERSION 3, ${names.length === 0 ? 'no extensions' : names.join(', ')}${sizes}`;
}

const FLAG_WORDS = [
  [OPEN_READ, 'read'],
  [OPEN_WRITE, 'write'],
  [OPEN_CREATE, 'create'],
  [OPEN_TRUNCATE, 'truncate'],
] as const;

export function flagWords(flags: number): string {
  return FLAG_WORDS.filter(([bit]) => (flags & bit) !== 0)
    .map(([, word]) => word)
    .join(', ');
}

export function handleWords(handle: Buffer): string {
  return `HANDLE ${shortHandle(handle)}`;
}

/** Handles are the server's bytes, of up to 256. */
export function shortHandle(handle: Buffer): string {
  return handle.toString('hex', 0, 16);
}

export function extendedWords(answer: Buffer): string {
  return `EXTENDED_REPLY ${answer.toString('hex', 0, 200)}`;
}

export function attributeWords({ mode, size, mtime }: SftpAttributes): string {
  const facts = [
    ...(mode === undefined ? [] : [`mode ${mode.toString(8)}`]),
    ...(size === undefined ? [] : [`size ${size}`]),
    ...(mtime === undefined ? [] : [`mtime ${mtime}`]),
  ];
  return `ATTRS ${facts.join(', ')}`;
}

export function volumeWords(facts: VolumeFacts): string {
  return `EXTENDED_REPLY ${freeBytesOf(facts)} bytes free`;
}

export function freeBytesOf({ f_bavail, f_frsize }: VolumeFacts): number {
  return f_bavail * f_frsize;
}

/** What `statvfs@openssh.com` tells, as far as it matters here. */
export interface VolumeFacts {
  readonly f_bavail: number;
  readonly f_frsize: number;
}
