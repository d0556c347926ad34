import type { SftpHello } from './ssh2-internals.js';

/** How much may be under way at once. */
export interface TransferWindow {
  /** Payload of one READ or WRITE. */
  readonly requestBytes: number;
  /** Payload asked for or sent, and not yet handed on or acknowledged. */
  readonly windowBytes: number;
  readonly maxRequests: number;
}

/**
 * One open file on the server, packet by packet. Callbacks come in any order, each at most once; one that
 * never comes is the session's concern, not the file's. A status comes as an error whose `code` is the number.
 */
export interface SftpFile {
  /** End of file is an error too. Data may be shorter than asked for; it belongs to the caller from then on. */
  read(length: number, position: number, done: (error: Error | undefined, data: Buffer) => void): void;
  write(chunk: Buffer, position: number, done: (error: Error | undefined) => void): void;
}

const KIB = 1024;
/** What every server takes (draft-ietf-secsh-filexfer-02, section 3); larger ones corrupted files on some. */
const SAFE_REQUEST_BYTES = 32 * KIB;
/** ssh2 refuses packets of more than 256 KiB; OpenSSH allows 255 KiB of payload. */
const LARGEST_REQUEST_BYTES = 255 * KIB;
const SMALLEST_REQUEST_BYTES = 512;
/** Room for the fields around the payload of a WRITE: 25 bytes and a handle of up to 256 bytes. */
const PACKET_OVERHEAD_BYTES = 512;
/** As much as ssh2's channel window lets under way. */
const WINDOW_BYTES = 2 * KIB * KIB;
const MAX_REQUESTS = 64;

export type Direction = 'read' | 'write';

/** Large requests where the server says that it takes them (`limits@openssh.com`), else 32 KiB. */
export function transferWindow(hello: SftpHello, direction: Direction, sequential: boolean): TransferWindow {
  return {
    requestBytes: requestBytes(hello, direction),
    windowBytes: WINDOW_BYTES,
    maxRequests: sequential ? 1 : MAX_REQUESTS,
  };
}

function requestBytes({ limits }: SftpHello, direction: Direction): number {
  const most = direction === 'read' ? limits.readBytes : limits.writeBytes;
  const allowed = limits.told
    ? Math.min(LARGEST_REQUEST_BYTES, most, limits.packetBytes - PACKET_OVERHEAD_BYTES)
    : Math.min(SAFE_REQUEST_BYTES, most);
  return Math.max(SMALLEST_REQUEST_BYTES, allowed);
}
