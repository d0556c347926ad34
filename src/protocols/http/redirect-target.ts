import type { HttpOrigin } from './http-origin.js';

/** Addresses that lead back to this machine. */
export function isLoopback(host: string): boolean {
  const name = plain(host);
  return /^127\./.test(name) || name === '::1' || name === 'localhost' || name.endsWith('.localhost');
}

/**
 * Why a server may not send us to this host, or undefined. Behind such addresses are this machine, its neighbours and
 * the keys of cloud machines (169.254.169.254), to whom a stranger must not be able to speak through us.
 */
export function targetProblem(host: string, isFromLoopback: boolean): string | undefined {
  const name = plain(host);
  if (/^169\.254\./.test(name) || /^fe[89ab][0-9a-f]:/.test(name)) return 'a link-local address';
  if (name === 'fd00:ec2::254' || name === 'metadata.google.internal') return 'an address of cloud metadata';
  if (name === '0.0.0.0' || name === '::') return 'no address of a host';
  if (isLoopback(name) && !isFromLoopback) return 'an address of this machine';
  return undefined;
}

/** Lower case, without a final dot, IPv4 out of its forms within IPv6. */
function plain(host: string): string {
  const name = host.toLowerCase().replace(/\.$/, '');
  const mapped = /^(?:::ffff:|64:ff9b::)(.+)$/.exec(name)?.[1];
  if (mapped === undefined) return name;
  const groups = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(mapped);
  if (groups === null) return mapped;
  const [high, low] = [parseInt(groups[1] ?? '', 16), parseInt(groups[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** True when the first origin itself is this machine: then a redirect to it tells nobody anything. */
export function startsOnLoopback(origin: HttpOrigin, peerAddress: string | undefined): boolean {
  return isLoopback(origin.host) || (peerAddress !== undefined && isLoopback(peerAddress));
}
