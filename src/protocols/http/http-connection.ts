import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { Platform } from '../../core/platform.js';
import { TransferError } from '../../core/transfer-error.js';
import { WSAECONNRESET } from '../../core/winsock.js';
import type { TlsOptions } from '../../net/tls-options.js';
import { tlsContext } from '../../net/tls-trust.js';
import { upgradeToTls } from '../../net/tls-upgrade.js';
import { HttpExchange, type ExchangeFacts, type ExchangeLine } from './http-exchange.js';
import { asHttpDialError, placeOf, type HttpOrigin } from './http-origin.js';
import { HttpWire, MAX_HEAD_BYTES } from './http-wire.js';

/** A connection younger than this, and without an exchange, cannot have been given up by the server. */
const FRESH_MS = 1_000;

export interface ConnectionOptions {
  readonly origin: HttpOrigin;
  /** Dialled in place of the origin's name, which was looked up already. */
  readonly address?: string | undefined;
  readonly tls: TlsOptions;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** One connection to a web server, TLS included, with one exchange at a time. */
export class HttpConnection implements ExchangeLine {
  readonly origin: HttpOrigin;
  readonly place: string;
  readonly clock: Platform['clock'];
  readonly timeoutMs: number;
  readonly wire: HttpWire;
  readonly client: Client;
  /** The address of the other end, which a proxy's is too. */
  readonly peerAddress: string | undefined;
  readonly #openedMs: number;
  #exchanges = 0;
  #isOpen = true;

  private constructor(socket: Socket, options: ConnectionOptions, platform: Platform) {
    this.origin = options.origin;
    this.place = placeOf(options.origin);
    this.clock = platform.clock;
    this.timeoutMs = options.timeoutMs;
    this.peerAddress = socket.remoteAddress;
    this.#openedMs = platform.clock.monotonicMs();
    this.wire = new HttpWire(socket, platform.blocks);
    this.client = this.#makeClient();
  }

  static async open(options: ConnectionOptions, platform: Platform): Promise<HttpConnection> {
    const { origin, signal, timeoutMs, tls } = options;
    const target = { host: options.address ?? origin.host, port: origin.port };
    const socket = await platform.dialer.dial(target, { signal, timeoutMs }).catch((error: unknown) => {
      throw asHttpDialError(error);
    });
    if (origin.security === 'none') return new HttpConnection(socket, options, platform);
    const secured = await upgradeToTls(socket, {
      context: await tlsContext(tls, platform.files),
      serverName: tls.serverName ?? origin.host,
      pins: tls.pins,
      place: placeOf(origin),
      clock: platform.clock,
      timeoutMs,
      signal,
    });
    return new HttpConnection(secured, options, platform);
  }

  /** undici with this one socket; what it would dial after that is refused. */
  #makeClient(): Client {
    let isTaken = false;
    const client = new Client('http://localhost', {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_HEAD_BYTES,
      // Called back at once, undici would wait for ever.
      connect: (_options, callback) =>
        queueMicrotask(() => {
          if (isTaken) return callback(this.#gone(), null);
          isTaken = true;
          // It is a Duplex of ours; undici needs no more of a socket.
          callback(null, this.wire as unknown as Socket);
        }),
    });
    client.on('disconnect', () => this.destroy());
    return client;
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.wire.destroyed;
  }

  /** The server may have closed it a moment ago without our knowing. */
  get mayBeStale(): boolean {
    return this.#exchanges > 0 || this.clock.monotonicMs() - this.#openedMs > FRESH_MS;
  }

  start(facts: ExchangeFacts): HttpExchange {
    this.#exchanges += 1;
    return new HttpExchange(this, facts);
  }

  destroy(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.wire.destroy();
    void this.client.destroy().catch(() => undefined);
  }

  #gone(): TransferError {
    return new TransferError({
      code: 'CONNECTION_LOST',
      lastCode: WSAECONNRESET,
      phase: 'connect',
      message: `${this.place}: the connection is gone`,
      sessionLost: true,
    });
  }
}
