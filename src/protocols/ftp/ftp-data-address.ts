import type { FtpReply } from './ftp-replies.js';

/** Ports below are other services' (the bounce attack, RFC 2577). */
const MIN_DATA_PORT = 1024;
const MAX_PORT = 65_535;

/**
 * The port of a reply to EPSV, `229 ... (|||6446|)` (RFC 2428, section 3), or undefined when there is no
 * usable one. Any delimiter is taken (IBM i sends `!`); an address, if the server adds one, is ignored.
 */
export function parseExtendedPassivePort(reply: FtpReply): number | undefined {
  const match = /\(([!-~])\d?\1[^()]*?\1(\d{1,5})\1\)/.exec(reply.lines.join(' '));
  return match === null ? undefined : usablePort(Number(match[2]));
}

/**
 * The port of a reply to PASV, `227 ... (h1,h2,h3,h4,p1,p2)`, or undefined. The address is ignored: behind NAT
 * it is often wrong, and a hostile server could send us elsewhere with it. The parentheses are optional (RFC
 * 1123, 4.1.2.6).
 */
export function parsePassivePort(reply: FtpReply): number | undefined {
  const match =
    /(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})/.exec(
      reply.lines.join(' '),
    );
  const numbers = match?.slice(1).map(Number);
  if (numbers === undefined || numbers.some((number) => number > 255)) return undefined;
  return usablePort((numbers[4] ?? 0) * 256 + (numbers[5] ?? 0));
}

function usablePort(port: number): number | undefined {
  return port >= MIN_DATA_PORT && port <= MAX_PORT ? port : undefined;
}

/** The argument of EPRT for an address of ours (RFC 2428, section 2). */
export function extendedPortArgument(address: string, port: number): string {
  const plain = plainAddress(address);
  return `|${plain.includes(':') ? 2 : 1}|${plain}|${port}|`;
}

/** The argument of PORT, or undefined for an IPv6 address, which it cannot say. */
export function portArgument(address: string, port: number): string | undefined {
  const plain = plainAddress(address);
  if (plain.includes(':')) return undefined;
  return `${plain.replaceAll('.', ',')},${Math.floor(port / 256)},${port % 256}`;
}

/**
 * An IPv4 address that the system shows as IPv6 (`::ffff:10.0.0.1`) as IPv4, and any address without its zone.
 */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');
}
