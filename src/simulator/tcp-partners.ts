import { listenOnTcp, type TcpListener } from './tcp-listener.js';

/** An address of TEST-NET-1 (RFC 5737) that nobody answers at. For tests that stand in for the dialer: never dial it. */
export const UNROUTABLE_HOST = '192.0.2.1';

/** Accepts every connection, reads whatever comes, and never says a word. */
export function startSilentPartner(host = '127.0.0.1'): Promise<TcpListener> {
  return listenOnTcp(host, 0, (socket) => socket.resume());
}

/** Accepts every connection and resets it: at once, or at the first byte that comes. */
export function startResettingPartner(
  when: 'accepted' | 'first-byte' = 'accepted',
  host = '127.0.0.1',
): Promise<TcpListener> {
  return listenOnTcp(host, 0, (socket) => {
    if (when === 'accepted') socket.resetAndDestroy();
    else socket.once('data', () => socket.resetAndDestroy());
  });
}

/** Accepts every connection, says `text` and stays, or closes when told to. For servers of another protocol. */
export function startTalkingPartner(
  text: string | Uint8Array,
  then: 'stay' | 'close' = 'stay',
  host = '127.0.0.1',
): Promise<TcpListener> {
  return listenOnTcp(host, 0, (socket) => {
    socket.resume();
    if (then === 'close') socket.end(text);
    else socket.write(text);
  });
}

/** A port of this machine that refuses connections: it was bound, and is closed again. */
export async function refusedPort(host = '127.0.0.1'): Promise<number> {
  const listener = await listenOnTcp(host, 0, (socket) => socket.destroy());
  await listener.stop();
  return listener.port;
}
