import type { ChecksumAlgorithm } from '../../core/checksum.js';

/**
 * `check-file-name`: what the server computes of a file (draft-ietf-secsh-filexfer-extensions-00, section 3). The draft
 * names these algorithms as we do.
 */
export const CHECK_FILE = 'check-file-name';

/** By these names servers say in their VERSION that they know the request. */
const ANNOUNCED_AS = ['check-file', 'check-file-name', 'check-file-handle'];

/** ProFTPD answers the request, but tells so only to clients of version 5 and later. */
const MOD_SFTP = /^SSH-2\.0-mod_sftp\b/;

export function offersCheckFile(
  extensions: Readonly<Record<string, string>>,
  serverVersion: string,
): boolean {
  return ANNOUNCED_AS.some((name) => Object.hasOwn(extensions, name)) || MOD_SFTP.test(serverVersion);
}

/** ProFTPD 1.3.8 gives a wrong value for a stretch that is longer than one of its reads and ends within the file. */
export function knowsStretches(serverVersion: string): boolean {
  return !MOD_SFTP.test(serverVersion);
}

/** One checksum over the first `lengthBytes`, or over all where it is 0. */
export function checkFileFields(path: string, algorithm: ChecksumAlgorithm, lengthBytes: number): Buffer {
  const numbers = Buffer.alloc(8 + 8 + 4);
  numbers.writeBigUInt64BE(BigInt(lengthBytes), 8);
  return Buffer.concat([stringField(path), stringField(algorithm), numbers]);
}

function stringField(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

const HASH_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  crc32: 4,
  md5: 16,
  sha1: 20,
  sha256: 32,
  sha512: 64,
};

/** The checksum in lower-case hex, or undefined where the answer is something else. Some repeat the request's name first. */
export function checkFileAnswer(answer: Buffer, algorithm: ChecksumAlgorithm): string | undefined {
  let { text, rest } = takeString(answer);
  if (text === 'check-file') ({ text, rest } = takeString(rest));
  if (text !== algorithm || rest.length !== HASH_BYTES[algorithm]) return undefined;
  return rest.toString('hex');
}

function takeString(bytes: Buffer): { readonly text: string | undefined; readonly rest: Buffer } {
  const end = bytes.length < 4 ? Infinity : 4 + bytes.readUInt32BE(0);
  if (end > bytes.length) return { text: undefined, rest: bytes };
  return { text: bytes.toString('latin1', 4, end), rest: bytes.subarray(end) };
}
