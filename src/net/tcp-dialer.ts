import { lookup } from 'node:dns/promises';
import {
  connect,
  createServer,
  isIPv6,
  type NetConnectOpts,
  type OnReadOpts,
  type Server,
  type Socket,
} from 'node:net';
import type { BlockPool } from '../core/block-pool.js';
import type { Clock } from '../core/clock.js';
import type {
  DialListener,
  DialOptions,
  DialTarget,
  Dialer,
  HostAddress,
  ListenOptions,
} from '../core/dialer.js';
import { cancelledError, throwIfCancelled, TransferError, type Phase } from '../core/transfer-error.js';
import { EFT_INTERNAL_TIMEOUT, WSAETIMEDOUT } from '../core/winsock.js';
import { socketError } from './socket-errors.js';

const KEEP_ALIVE_DELAY_MS = 30_000;
/** Room for one burst of a fast line; the default of 16 KiB costs a system call per chunk. */
const SOCKET_BUFFER_BYTES = 1024 * 1024;

/** Direct TCP: the last dialer of every chain. Tries all addresses of a name, IPv6 and IPv4 in turns (RFC 8305). */
export class TcpDialer implements Dialer {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  dial(target: DialTarget, options: DialOptions): Promise<Socket> {
    throwIfCancelled(options.signal, 'connect');
    const place = showPlace(target.host, target.port);
    return new Promise((resolve, reject) => {
      const socket: Socket = connect({
        ...connectOptions(target),
        ...(options.blocks === undefined ? {} : { onread: readIntoBlocks(options.blocks, () => socket) }),
      });
      socket.pause();
      const settle = once((error?: TransferError) => {
        timer.cancel();
        options.signal.removeEventListener('abort', onAbort);
        socket.removeListener('error', onError);
        socket.removeListener('connect', onConnect);
        if (error === undefined) return resolve(socket);
        discard(socket);
        reject(error);
      });
      const onConnect = () => settle();
      const onError = (error: Error) => settle(socketError(error, { phase: dialPhase(error), place }));
      const onAbort = () => settle(cancelledError(options.signal, 'connect'));
      const timer = this.#clock.startTimer(options.timeoutMs, () =>
        settle(connectTimeout(place, options.timeoutMs)),
      );
      socket.once('connect', onConnect);
      socket.once('error', onError);
      options.signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** A look-up cannot be stopped: after a time-out or an abort its answer is passed over. */
  lookup(
    host: string,
    { signal, timeoutMs }: Pick<DialOptions, 'signal' | 'timeoutMs'>,
  ): Promise<readonly HostAddress[]> {
    throwIfCancelled(signal, 'resolve');
    return new Promise((resolve, reject) => {
      const settle = once((outcome: readonly HostAddress[] | TransferError) => {
        timer.cancel();
        signal.removeEventListener('abort', onAbort);
        if (outcome instanceof TransferError) reject(outcome);
        else resolve(outcome);
      });
      const onAbort = () => settle(cancelledError(signal, 'resolve'));
      const timer = this.#clock.startTimer(timeoutMs, () => settle(lookupTimeout(host, timeoutMs)));
      signal.addEventListener('abort', onAbort, { once: true });
      lookup(host, { all: true, order: 'verbatim' }).then(
        (found) => settle(found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))),
        (error: unknown) => settle(socketError(error, { phase: 'resolve', place: host })),
      );
    });
  }

  async listen(options: ListenOptions): Promise<DialListener> {
    throwIfCancelled(options.signal, 'connect');
    for (const port of candidatePorts(options)) {
      try {
        return new TcpListener(await listenOn(options.address, port), this.#clock);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
          throw socketError(error, {
            phase: 'connect',
            place: `our own address ${showPlace(options.address, port)}`,
          });
        }
      }
    }
    throw new TransferError({
      code: 'NETWORK_FAILED',
      lastCode: 10048,
      phase: 'connect',
      message: `every port of ours from ${options.portRange?.min} to ${options.portRange?.max} is in use`,
      side: 'us',
      advice: 'Give active mode a larger port range.',
    });
  }
}

function connectOptions(target: DialTarget): NetConnectOpts {
  const options = {
    host: target.host,
    port: target.port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS,
    highWaterMark: SOCKET_BUFFER_BYTES,
  };
  return target.localAddress === undefined ? options : { ...options, localAddress: target.localAddress };
}

/** A read that fills less than this is copied: a block for each packet of a slow line would be memory for nothing. */
const WORTH_A_BLOCK_BYTES = 64 * 1024;

/** Node then reads straight into the blocks; pushed on, they go the ordinary way of a stream, back-pressure included. */
function readIntoBlocks(blocks: BlockPool, socket: () => Socket): OnReadOpts {
  let block = blocks.take();
  return {
    buffer: () => block,
    callback: (count) => {
      const read = block.subarray(0, count);
      if (count < WORTH_A_BLOCK_BYTES) return socket().push(Buffer.from(read));
      block = blocks.take();
      return socket().push(read);
    },
  };
}

class TcpListener implements DialListener {
  readonly address: string;
  readonly port: number;
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #arrived: Socket[] = [];
  #wake: (() => void) | undefined;

  constructor(server: Server, clock: Clock) {
    const bound = server.address() as { address: string; port: number };
    this.address = bound.address;
    this.port = bound.port;
    this.#server = server;
    this.#clock = clock;
    // A socket may come before accept() is called: the server connects as soon as it has read the command.
    server.on('connection', (socket) => {
      socket.on('error', ignoreUntilTaken);
      this.#arrived.push(socket);
      this.#wake?.();
    });
  }

  accept(peerAddress: string, options: DialOptions): Promise<Socket> {
    throwIfCancelled(options.signal, 'connect');
    return new Promise((resolve, reject) => {
      const settle = once((outcome: Socket | TransferError) => {
        timer.cancel();
        options.signal.removeEventListener('abort', onAbort);
        this.#wake = undefined;
        if (outcome instanceof TransferError) reject(outcome);
        else resolve(outcome);
      });
      const takeFromPeer = () => {
        for (let socket = this.#arrived.shift(); socket !== undefined; socket = this.#arrived.shift()) {
          socket.removeListener('error', ignoreUntilTaken);
          if (plainAddress(socket.remoteAddress) === plainAddress(peerAddress)) return settle(socket);
          discard(socket);
        }
      };
      const onAbort = () => settle(cancelledError(options.signal, 'connect'));
      const timer = this.#clock.startTimer(options.timeoutMs, () =>
        settle(acceptTimeout(this.port, options.timeoutMs)),
      );
      options.signal.addEventListener('abort', onAbort, { once: true });
      this.#wake = takeFromPeer;
      takeFromPeer();
    });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#arrived.splice(0)) discard(socket);
  }
}

function listenOn(address: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({
      pauseOnConnect: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS,
      highWaterMark: SOCKET_BUFFER_BYTES,
    });
    server.once('error', reject);
    server.listen({ host: address, port, exclusive: true }, () => {
      server.removeListener('error', reject);
      resolve(server);
    });
  });
}

function candidatePorts(options: ListenOptions): readonly number[] {
  const range = options.portRange;
  if (range === undefined) return [0];
  return Array.from({ length: range.max - range.min + 1 }, (_, index) => range.min + index);
}

function connectTimeout(place: string, timeoutMs: number): TransferError {
  return new TransferError({
    code: 'CONNECT_TIMEOUT',
    lastCode: WSAETIMEDOUT,
    phase: 'connect',
    message: `${place}: no answer to the connection attempt within ${timeoutMs / 1000} s`,
    sessionLost: true,
  });
}

function lookupTimeout(host: string, timeoutMs: number): TransferError {
  return new TransferError({
    code: 'NAME_LOOKUP_FAILED',
    lastCode: 11002,
    phase: 'resolve',
    message: `${host}: no answer of the name server within ${timeoutMs / 1000} s`,
    sessionLost: true,
  });
}

function acceptTimeout(port: number, timeoutMs: number): TransferError {
  return new TransferError({
    code: 'TIMEOUT',
    lastCode: EFT_INTERNAL_TIMEOUT,
    phase: 'connect',
    message: `the server did not connect to our port ${port} within ${timeoutMs / 1000} s`,
    advice: 'A firewall between the server and us blocks active mode; use passive mode.',
    sessionLost: true,
  });
}

function dialPhase(error: Error): Phase {
  return (error as NodeJS.ErrnoException).syscall === 'getaddrinfo' ? 'resolve' : 'connect';
}

/** IPv4 peers of a dual-stack socket come as `::ffff:a.b.c.d`. */
function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase();
}

/** `host:port`, an IPv6 address in brackets. */
export function showPlace(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

function discard(socket: Socket): void {
  socket.on('error', ignoreUntilTaken);
  socket.destroy();
}

/** A late error of a socket that nobody uses has nobody to tell. */
function ignoreUntilTaken(): void {}

function once<T extends unknown[]>(run: (...values: T) => void): (...values: T) => void {
  let done = false;
  return (...values) => {
    if (done) return;
    done = true;
    run(...values);
  };
}
