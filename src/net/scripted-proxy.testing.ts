import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One client as the script of a proxy sees it. */
export interface ProxyClient {
  readonly socket: Socket;
  /** Exactly so many bytes; never answered once the client has gone. */
  read(length: number): Promise<Buffer>;
  /** Up to the empty line, which is left out. */
  readHead(): Promise<string>;
  /** Text, or bytes as `hex:05 00`. */
  write(what: string): void;
  /** Connects both sides until either ends, or until so many bytes have come from beyond. */
  relay(host: string, port: number, spoil?: TunnelSpoil): Promise<void>;
}

export interface TunnelSpoil {
  readonly bytes: number;
  readonly then: 'close' | 'reset' | 'silence';
}

export interface ScriptedProxy {
  readonly host: string;
  readonly port: number;
  /** How many came so far. */
  readonly clients: number;
  /** Resolves once no client is connected. */
  allGone(): Promise<void>;
}

/** A proxy that does what a test says, and knows nothing of proxies. Stopped when the test has ended. */
export async function scriptedProxy(
  script: (client: ProxyClient, nth: number) => Promise<void> | void,
): Promise<ScriptedProxy> {
  const sockets = new Set<Socket>();
  let clients = 0;
  const server = createServer((socket) => {
    clients += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    void Promise.resolve(script(clientOf(socket), clients)).catch((error: unknown) =>
      socket.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    get clients() {
      return clients;
    },
    allGone: async () => {
      await Promise.all([...sockets].map((socket) => once(socket.resume(), 'close')));
    },
  };
}

function clientOf(socket: Socket): ProxyClient {
  let seen = Buffer.alloc(0);
  let look: () => void = () => undefined;
  const onData = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk]);
    look();
  };
  socket.on('data', onData);
  const take = (lengthOf: () => number) =>
    new Promise<Buffer>((resolve) => {
      look = () => {
        const length = lengthOf();
        if (length < 0 || seen.length < length) return;
        look = () => undefined;
        const bytes = seen.subarray(0, length);
        seen = seen.subarray(length);
        resolve(bytes);
      };
      look();
    });
  return {
    socket,
    read: (length) => take(() => length),
    readHead: async () => {
      const end = '\r\n\r\n';
      const bytes = await take(() => (seen.includes(end) ? seen.indexOf(end) + end.length : -1));
      return bytes.toString('latin1').slice(0, -end.length);
    },
    write: (what) =>
      void socket.write(what.startsWith('hex:') ? Buffer.from(what.slice(4).replace(/ /g, ''), 'hex') : what),
    relay: async (host, port, spoil) => {
      const beyond = connect({ host, port });
      beyond.on('error', () => socket.destroy());
      beyond.on('close', () => socket.destroy());
      socket.on('close', () => beyond.destroy());
      socket.removeListener('data', onData);
      beyond.write(seen);
      socket.pipe(beyond);
      if (spoil === undefined) beyond.pipe(socket);
      else passSome(beyond, socket, spoil);
      await once(beyond, 'close');
    },
  };
}

function passSome(from: Socket, to: Socket, { bytes, then }: TunnelSpoil): void {
  let left = bytes;
  let isSpoiled = false;
  from.on('data', (chunk: Buffer) => {
    if (isSpoiled) return;
    const passed = chunk.subarray(0, left);
    left -= passed.length;
    isSpoiled = left === 0;
    to.write(passed, () => {
      if (!isSpoiled) return;
      if (then === 'close') to.end();
      if (then === 'reset') to.resetAndDestroy();
    });
  });
}
