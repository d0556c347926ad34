import type { FastifyRequest } from 'fastify';

/** Who is at the other end. */
export interface Peer {
  /** Address of the socket's other end. */
  readonly address: string;
  /** What a trusted proxy says that it speaks for; absent without one. */
  readonly claimed?: string;
  /** The one that limits are counted for: the claimed one where there is one. */
  readonly counted: string;
}

/** `request.ip` is the socket's address unless that is a trusted proxy. */
export function peerOf(request: FastifyRequest): Peer {
  const address = plainAddress(request.socket.remoteAddress ?? '');
  const claimed = plainAddress(request.ip);
  if (claimed === address) return { address, counted: address };
  // A trusted proxy passes on what it was told: text that is no address is not believed.
  if (!isAddress(claimed)) return { address, counted: address };
  return { address, claimed, counted: claimed };
}

const ADDRESS = /^[0-9A-Fa-f:.]{2,45}$/;

function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** IPv4 in its IPv6 form (a socket that listens on both) is the same address. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** True for this machine itself: both ends of the socket, and whoever a proxy speaks for. */
export function isLocal({ address, counted }: Peer): boolean {
  return isLoopback(address) && isLoopback(counted);
}

/** True for `127.0.0.0/8`, `::1` and `localhost`. */
export function isLoopback(address: string): boolean {
  return address === '::1' || address === 'localhost' || /^127(\.\d{1,3}){3}$/.test(address);
}
