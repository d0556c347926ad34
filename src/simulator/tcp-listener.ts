import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A listening port and everything that was accepted on it. */
export interface TcpListener {
  readonly host: string;
  readonly port: number;
  /** Connections open now. */
  readonly openConnections: number;
  /** Connections accepted since the start. */
  readonly acceptedConnections: number;
  /** Resolves once no connection is open. */
  whenIdle(): Promise<void>;
  /** Closes the port and every connection; resolved, nothing is left. Idempotent. */
  stop(): Promise<void>;
}

/** Listens on `host` (port 0: any free one) and hands over each connection with its number, from 1. */
export async function listenOnTcp(
  host: string,
  port: number,
  accept: (socket: Socket, number: number) => void,
): Promise<TcpListener> {
  const sockets = new Set<Socket>();
  const idle = new Set<() => void>();
  let accepted = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) for (const tell of idle) tell();
    });
    accepted += 1;
    accept(socket, accepted);
  });
  await listening(server, host, port);
  const whenIdle = (): Promise<void> =>
    new Promise((resolve) => {
      if (sockets.size === 0) return resolve();
      const tell = (): void => {
        idle.delete(tell);
        resolve();
      };
      idle.add(tell);
    });
  return {
    host,
    port: (server.address() as AddressInfo).port,
    get openConnections() {
      return sockets.size;
    },
    get acceptedConnections() {
      return accepted;
    },
    whenIdle,
    async stop() {
      const closed = server.listening
        ? new Promise<void>((resolve) => server.close(() => resolve()))
        : undefined;
      for (const socket of sockets) socket.destroy();
      await closed;
      await whenIdle();
    },
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve();
    });
  });
}
