import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { TLSSocket, type SecureContext } from 'node:tls';

const HEADER_BYTES = 5;
/** Content types of TLS records (RFC 8446, section 5.1): 20 to 24. No FTP command begins with such a byte. */
const FIRST_TYPE = 20;
const LAST_TYPE = 24;

/**
 * The bytes of a socket on their way to TLS, cut into whole records, so that the clear text which follows CCC
 * is told from the last record. TLS ends its own connection here; the socket below stays.
 */
export class TlsRecords extends Duplex {
  readonly #socket: Socket;
  #pending: Buffer = Buffer.alloc(0);
  #onClearText: ((bytes: Buffer) => void) | undefined;

  constructor(socket: Socket) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    let hasEnded = false;
    socket.once('end', () => {
      hasEnded = true;
      this.push(null);
    });
    // After an orderly end what was received still waits to be read.
    socket.once('close', () => {
      if (!hasEnded) this.destroy();
    });
    if (socket.destroyed) this.destroy();
  }

  /** From now on the end of TLS leaves the socket open, and what is no record goes to `take`. */
  expectClearText(take: (bytes: Buffer) => void): void {
    this.#onClearText = take;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, (error) => done(error));
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#onClearText === undefined) this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#onClearText === undefined) this.#socket.destroy();
    else this.#socket.resume();
    done(error);
  }

  #take(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length > 0) {
      const type = this.#pending.readUInt8();
      if (this.#onClearText !== undefined && (type < FIRST_TYPE || type > LAST_TYPE))
        return this.#takeClearText();
      if (this.#pending.length < HEADER_BYTES) return;
      const end = HEADER_BYTES + this.#pending.readUInt16BE(3);
      if (this.#pending.length < end) return;
      this.#pass(this.#pending.subarray(0, end));
      this.#pending = this.#pending.subarray(end);
    }
  }

  #takeClearText(): void {
    const bytes = this.#pending;
    this.#pending = Buffer.alloc(0);
    this.#onClearText?.(bytes);
  }

  #pass(record: Buffer): void {
    if (this.destroyed || this.readableEnded) return;
    if (!this.push(record)) this.#socket.pause();
  }
}

/** The server's side of a hand-shake over `records`; undefined when it fails. */
export async function shakeHands(
  records: TlsRecords,
  secureContext: SecureContext,
): Promise<TLSSocket | undefined> {
  if (records.destroyed) return undefined;
  const secured = new TLSSocket(records, { isServer: true, secureContext });
  secured.on('error', () => secured.destroy());
  secured.on('_tlsError', () => secured.destroy());
  return new Promise((resolve) => {
    const giveUp = (): void => void secured.destroy();
    records.once('end', giveUp);
    secured.once('close', () => resolve(undefined));
    secured.once('secure', () => {
      records.off('end', giveUp);
      resolve(secured);
    });
  });
}
