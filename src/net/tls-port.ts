import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';

const RECORD_HEADER_BYTES = 5;
const FIRST_RECORD_TYPE = 0x14;
const LAST_RECORD_TYPE = 0x18;

/**
 * A socket as TLS may use it for a while: TLS ends without ending the connection, and the socket can be had
 * back for clear text (FTP's CCC). For low traffic only; TLS straight on the socket is faster.
 */
export class TlsPort extends Duplex {
  readonly #socket: Socket;
  #isEnding = false;
  #held: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
    socket.resume();
  }

  /** From here on the other side may go over to clear text: what is no TLS record is held back for it. */
  expectClearText(): void {
    this.#isEnding = true;
  }

  /** The socket, paused, with what was held back standing first. The port is of no use afterwards. */
  release(): Socket {
    this.#socket.pause();
    this.#socket.removeListener('data', this.#onData);
    this.#socket.removeListener('end', this.#onEnd);
    this.#socket.removeListener('error', this.#onError);
    this.#socket.removeListener('close', this.#onClose);
    if (this.#held.length > 0) this.#socket.unshift(this.#held);
    return this.#socket;
  }

  override _read(): void {
    // The socket flows all the time: a control connection has its own limits.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  /** TLS has ended; the connection has not. */
  override _final(done: () => void): void {
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#isEnding) this.#socket.destroy();
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (!this.#isEnding) {
      this.push(chunk);
      return;
    }
    this.#held = Buffer.concat([this.#held, chunk]);
    for (let length = recordLength(this.#held); length > 0; length = recordLength(this.#held)) {
      const record = this.#held.subarray(0, length);
      this.#held = this.#held.subarray(length);
      this.push(record);
    }
  };

  readonly #onEnd = (): void => void this.push(null);

  readonly #onError = (error: Error): void => void this.destroy(error);

  readonly #onClose = (): void => void this.destroy();
}

/**
 * The bytes of the complete TLS record at the start, 0 when there is none. Clear replies begin with a digit.
 */
function recordLength(bytes: Buffer): number {
  const type = bytes[0] ?? 0;
  if (bytes.length < RECORD_HEADER_BYTES || type < FIRST_RECORD_TYPE || type > LAST_RECORD_TYPE) return 0;
  const length = RECORD_HEADER_BYTES + bytes.readUInt16BE(3);
  return length <= bytes.length ? length : 0;
}
