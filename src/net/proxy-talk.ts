import type { Socket } from 'node:net';
import type { Clock, Timer } from '../core/clock.js';
import type { DialOptions } from '../core/dialer.js';
import { cancelledError, type TransferError } from '../core/transfer-error.js';
import { EFT_INTERNAL_TIMEOUT, WSAECONNRESET } from '../core/winsock.js';
import { hopError, isSocks, showTarget, SOCKS_CATCH_ALL, type ProxyHop } from './proxy-hop.js';

export interface TalkLimits extends DialOptions {
  readonly clock: Clock;
  /** By `clock.monotonicMs()`: when all hops together must be done. */
  readonly deadlineMs: number;
}

/**
 * What is said to a proxy before its connection becomes the tunnel. Waits end by the deadline (PROXY_FAILED, 2000), by
 * abort, or with the connection (PROXY_FAILED, 7 for SOCKS and 10054 for HTTP). Ends by `release` or `abandon`.
 */
export class ProxyTalk {
  readonly #socket: Socket;
  readonly #hop: ProxyHop;
  readonly #limits: TalkLimits;
  readonly #timer: Timer;
  #bytes: Buffer = Buffer.alloc(0);
  #failure: TransferError | undefined;
  #look: (() => void) | undefined;

  constructor(socket: Socket, hop: ProxyHop, limits: TalkLimits) {
    this.#socket = socket;
    this.#hop = hop;
    this.#limits = limits;
    const leftMs = Math.max(0, limits.deadlineMs - limits.clock.monotonicMs());
    this.#timer = limits.clock.startTimer(leftMs, () => this.#fail(talkTimeout(hop, limits.timeoutMs)));
    limits.signal.addEventListener('abort', this.#onAbort, { once: true });
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.on('close', this.#onEnd);
    if (limits.signal.aborted) this.#onAbort();
    socket.resume();
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Exactly so many bytes. */
  read(length: number): Promise<Buffer> {
    return this.take((bytes) => (bytes.length < length ? undefined : length));
  }

  /** As many bytes as `measure` finds to belong together; it may throw to refuse them. */
  take(measure: (bytes: Buffer) => number | undefined): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const look = () => {
        try {
          const length = measure(this.#bytes);
          if (length !== undefined) {
            this.#look = undefined;
            resolve(this.#cut(length));
          } else if (this.#failure !== undefined) reject(this.#failure);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.#look = look;
      look();
    });
  }

  /** The socket as a dialer gives it: paused, without a listener, and what came behind the answer standing first. */
  release(): Socket {
    if (this.#failure !== undefined) throw this.#failure;
    this.#stop();
    this.#socket.pause();
    if (this.#bytes.length > 0) this.#socket.unshift(this.#bytes);
    return this.#socket;
  }

  abandon(): void {
    this.#stop();
    this.#socket.on('error', ignoreFromNowOn);
    this.#socket.destroy();
  }

  #cut(length: number): Buffer {
    const bytes = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return bytes;
  }

  #stop(): void {
    this.#timer.cancel();
    this.#limits.signal.removeEventListener('abort', this.#onAbort);
    this.#socket.removeListener('data', this.#onData);
    this.#socket.removeListener('end', this.#onEnd);
    this.#socket.removeListener('error', this.#onError);
    this.#socket.removeListener('close', this.#onEnd);
  }

  #fail(error: TransferError): void {
    this.#failure ??= error;
    this.#look?.();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    this.#limits.blocks?.give(chunk);
    this.#look?.();
  };

  readonly #onEnd = (): void => this.#fail(connectionEnded(this.#hop));

  readonly #onError = (cause: Error): void => this.#fail(connectionEnded(this.#hop, cause));

  readonly #onAbort = (): void => this.#fail(cancelledError(this.#limits.signal, 'proxy'));
}

function talkTimeout(hop: ProxyHop, timeoutMs: number): TransferError {
  return hopError(hop, {
    code: 'PROXY_FAILED',
    lastCode: EFT_INTERNAL_TIMEOUT,
    problem: `no connection to ${showTarget(hop)} within ${timeoutMs / 1000} s`,
  });
}

function connectionEnded(hop: ProxyHop, cause?: Error): TransferError {
  return hopError(hop, {
    code: 'PROXY_FAILED',
    lastCode: isSocks(hop.proxy) ? SOCKS_CATCH_ALL : WSAECONNRESET,
    problem: `it closed the connection before it had answered for ${showTarget(hop)}`,
    advice:
      'Read the log of the proxy; some proxies, such as ssh -D, say no more when the host cannot be reached.',
    cause,
  });
}

/** The failure was told already; what the dying socket says after it is of no interest. */
function ignoreFromNowOn(): void {}
