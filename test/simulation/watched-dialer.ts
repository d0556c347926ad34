import type { Socket } from 'node:net';
import type { Clock } from '../../src/core/clock.js';
import type {
  Dialer,
  DialListener,
  DialOptions,
  DialTarget,
  HostAddress,
  ListenOptions,
} from '../../src/core/dialer.js';
import { TcpDialer } from '../../src/net/tcp-dialer.js';

/** The real dialer; it tells whether something moves on the sockets that it gave. */
export class WatchedDialer implements Dialer {
  readonly #inner: TcpDialer;
  readonly #open = new Set<Socket>();
  #dialing = 0;
  #endedMoves = 0;

  constructor(clock: Clock) {
    this.#inner = new TcpDialer(clock);
  }

  /** Grows while something moves. */
  get moves(): number {
    let sum = this.#endedMoves + this.#dialing;
    for (const socket of this.#open) sum += movesOf(socket);
    return sum;
  }

  get isBusy(): boolean {
    return this.#open.size > 0 || this.#dialing > 0;
  }

  /** Their process has died. */
  cutAll(): void {
    for (const socket of this.#open) socket.destroy();
  }

  async dial(target: DialTarget, options: DialOptions): Promise<Socket> {
    this.#dialing += 1;
    try {
      const socket = await this.#inner.dial(target, options);
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#endedMoves += 1 + movesOf(socket);
      });
      return socket;
    } finally {
      this.#dialing -= 1;
      this.#endedMoves += 2;
    }
  }

  listen(options: ListenOptions): Promise<DialListener> {
    return this.#inner.listen(options);
  }

  lookup(host: string, options: Pick<DialOptions, 'signal' | 'timeoutMs'>): Promise<readonly HostAddress[]> {
    return this.#inner.lookup(host, options);
  }
}

function movesOf(socket: Socket): number {
  return socket.bytesRead + socket.bytesWritten;
}
