import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Where the next data connection of a session comes from (passive) or goes to (active). */
export interface FtpDataPort {
  /** The one connection, or undefined when none came in time. The caller owns it from then on. */
  take(waitMs: number): Promise<Socket | undefined>;
  /** Lets go of the port, and of a connection that nobody took. Idempotent. */
  close(): void;
}

export interface PassivePort extends FtpDataPort {
  readonly port: number;
}

/** Listens for one connection from `peerAddress` and refuses every other. */
export async function listenForData(address: string, peerAddress: string): Promise<PassivePort> {
  const arrival = new Arrival();
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    socket.on('error', () => undefined);
    if (socket.remoteAddress !== peerAddress || !arrival.offer(socket)) socket.destroy();
    else server.close();
  });
  await listening(server, address);
  return {
    port: (server.address() as AddressInfo).port,
    take: (waitMs) => arrival.take(waitMs),
    close() {
      server.close(() => undefined);
      arrival.cancel();
    },
  };
}

/** Connects to the client's own port (PORT, EPRT), once it is asked to. */
export function dialForData(host: string, port: number, localAddress: string): FtpDataPort {
  const arrival = new Arrival();
  let dialled: Socket | undefined;
  return {
    take(waitMs) {
      const socket = connect({ host, port, localAddress, noDelay: true });
      dialled = socket;
      socket.on('error', () => arrival.cancel());
      socket.once('connect', () => {
        socket.pause();
        if (!arrival.offer(socket)) socket.destroy();
        dialled = undefined;
      });
      return arrival.take(waitMs);
    },
    close() {
      dialled?.destroy();
      arrival.cancel();
    },
  };
}

/** One socket that comes or does not come. */
class Arrival {
  #socket: Socket | undefined;
  #isOver = false;
  #waiting: ((socket: Socket | undefined) => void) | undefined;

  /** False when nobody wants the socket any more. */
  offer(socket: Socket): boolean {
    if (this.#isOver || this.#socket !== undefined) return false;
    this.#socket = socket;
    this.#waiting?.(this.#handOver());
    return true;
  }

  take(waitMs: number): Promise<Socket | undefined> {
    if (this.#isOver || this.#socket !== undefined) return Promise.resolve(this.#handOver());
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.cancel(), waitMs);
      this.#waiting = (socket) => {
        clearTimeout(timer);
        this.#waiting = undefined;
        resolve(socket);
      };
    });
  }

  cancel(): void {
    if (!this.#isOver) this.#socket?.destroy();
    this.#isOver = true;
    this.#waiting?.(undefined);
  }

  #handOver(): Socket | undefined {
    const socket = this.#isOver ? undefined : this.#socket;
    this.#isOver = true;
    return socket;
  }
}

function listening(server: Server, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: 0 }, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve();
    });
  });
}
