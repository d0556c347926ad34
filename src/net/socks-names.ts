import { domainToASCII } from 'node:url';
import type { TransferError } from '../core/transfer-error.js';
import { hopError, SOCKS_NAME_REFUSED, type ProxyHop } from './proxy-hop.js';

const MAX_FIELD_BYTES = 255;

/** A host name as it goes over the wire, in the ASCII form of an international one; undefined where it has none. */
export function asciiHost(host: string): string | undefined {
  const ascii = /^[\x21-\x7e]+$/.test(host) ? host : domainToASCII(host);
  return ascii === '' ? undefined : ascii;
}

/** The host name for a field of SOCKS; throws with 10 where it does not fit in. */
export function socksHost(hop: ProxyHop): Buffer {
  const name = Buffer.from(asciiHost(hop.target.host) ?? '');
  if (name.length > 0 && name.length <= MAX_FIELD_BYTES) return name;
  throw nameRefused(hop, `the host name cannot be told to it: ${lengthProblem(name)}`);
}

/** User or password for a field of SOCKS, likewise; never repeats it. */
export function socksLogin(hop: ProxyHop, what: 'user' | 'password', text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > 0 && bytes.length <= MAX_FIELD_BYTES) return bytes;
  throw nameRefused(hop, `its ${what} cannot be told to it: ${lengthProblem(bytes)}`);
}

/** The user id of SOCKS4, which ends with a NUL. */
export function socksUserId(hop: ProxyHop, text: string): Buffer {
  if (text.includes('\0')) throw nameRefused(hop, 'its user cannot be told to it: there is a NUL in it');
  return text === '' ? Buffer.alloc(0) : socksLogin(hop, 'user', text);
}

function lengthProblem(bytes: Buffer): string {
  return bytes.length === 0
    ? 'it is empty, or no name'
    : `${bytes.length} bytes where SOCKS has room for 255`;
}

function nameRefused(hop: ProxyHop, problem: string): TransferError {
  return hopError(hop, {
    code: 'SETTINGS_INVALID',
    lastCode: SOCKS_NAME_REFUSED,
    problem,
    advice: 'Check the host, and user and password of the proxy; SOCKS wants 1 to 255 bytes of each.',
  });
}
