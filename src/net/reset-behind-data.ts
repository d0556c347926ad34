import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * To be asked at a stream's 'end': true when the other side did not end it but broke it off. On Linux our runtime
 * (Node 20 and 22, libuv's handling of POLLHUP) reports a reset that comes right behind data as an orderly end; only
 * the other end's address is gone then. Right as long as nobody has asked for `remoteAddress` before, which is kept.
 * Never true over TLS: servers exist that reset after their close_notify, which was an orderly end.
 */
export function wasReset(socket: Socket): boolean {
  return !(socket instanceof TLSSocket) && mayHaveBeenReset(socket);
}

/** The same over TLS too, where it is no proof: for whoever has no other way to know that something is missing. */
export function mayHaveBeenReset(socket: Socket): boolean {
  return socket.remoteAddress === undefined;
}

/** The failure in place of such an end, as the runtime would have reported it. */
export function resetError(): NodeJS.ErrnoException {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
}
