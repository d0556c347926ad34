import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { BlockPool } from '../../core/block-pool.js';
import { resetError, wasReset } from '../../net/reset-behind-data.js';

/** A head larger than this is no sound server's. */
export const MAX_HEAD_BYTES = 64 * 1024;
/** So many interim answers before the real one; more would keep us busy for ever. */
export const MAX_INTERIM_ANSWERS = 50;

/** What is written at a time, so that progress shows on a slow line. */
const PIECE_BYTES = 64 * 1024;
const WRITE_AHEAD_BYTES = 512 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const INTERIM = /^HTTP\/1\.\d 1(?!01)\d\d/;
const INTERIM_START_BYTES = 12;

/** The server sent a head, or interim answers, without end. */
export class WireLimitError extends Error {}

/** What an exchange wants to hear of its bytes. No method throws. */
export interface WireListener {
  /** Bytes of the request have left. */
  sent(bytes: number): void;
  /** `HTTP/1.1 100 Continue` or another interim answer, its first line. */
  interim(line: string): void;
  /** The first byte of an answer, interim ones included, has come. */
  answered(): void;
}

/**
 * The socket as undici uses it. It takes out the interim answers (RFC 9110, section 15.2), of which undici takes 100
 * for an error, and adds `Expect: 100-continue` to a request, whose body then waits for the server's word.
 */
export class HttpWire extends Duplex {
  readonly #socket: Socket;
  readonly #blocks: BlockPool;
  #listener: WireListener | undefined;
  /** What comes next of a request. */
  #out: 'head' | 'body' = 'head';
  #asksFirst = false;
  /** The body waits for the server's word; called when it has come. */
  #letBodyGo: (() => void) | undefined;
  /** A chunked body's first line end went out with the head. */
  #skipsLineEnd = false;
  /** The start of an answer that cannot be told from an interim one yet; undefined: not at the start. */
  #start: Buffer | undefined = Buffer.alloc(0);
  #interimAnswers = 0;
  #headBytes = 0;
  #headEndsMatched = 0;
  #bodyBytes = 0;

  constructor(socket: Socket, blocks: BlockPool) {
    super({ allowHalfOpen: true, writableHighWaterMark: WRITE_AHEAD_BYTES });
    this.#socket = socket;
    this.#blocks = blocks;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
    socket.resume();
  }

  /** Before each request. With `asksFirst`, its body waits until the server, or `letBodyGo`, says so. */
  begin(listener: WireListener, asksFirst: boolean): void {
    this.#listener = listener;
    this.#out = 'head';
    this.#asksFirst = asksFirst;
    this.#letBodyGo = undefined;
    this.#skipsLineEnd = false;
    this.#start = Buffer.alloc(0);
    this.#interimAnswers = 0;
    this.#headBytes = 0;
    this.#headEndsMatched = 0;
    this.#bodyBytes = 0;
  }

  /** The server does not say whether it wants the body: it gets it. */
  letBodyGo(): void {
    this.#asksFirst = false;
    const go = this.#letBodyGo;
    this.#letBodyGo = undefined;
    go?.();
  }

  /** True while a body waits for the server's word. */
  get holdsBody(): boolean {
    return this.#letBodyGo !== undefined;
  }

  /** Bytes that came after the head of the answer. */
  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#out === 'head') {
      this.#out = 'body';
      this.#writeHead(chunk, done);
    } else if (this.#asksFirst) {
      this.#letBodyGo = () => this.#writeBody(chunk, done);
    } else {
      this.#writeBody(chunk, done);
    }
  }

  #writeHead(head: Buffer, done: (error?: Error | null) => void): void {
    if (!this.#asksFirst) return this.#send(head, done);
    const line = head.indexOf('\r\n') + 2;
    const isWhole = head.subarray(-HEAD_END.length).equals(HEAD_END);
    // undici leaves the head of a chunked body open: its end stands before the first chunk.
    this.#skipsLineEnd = !isWhole;
    const parts = [head.subarray(0, line), Buffer.from('expect: 100-continue\r\n'), head.subarray(line)];
    if (!isWhole) parts.push(Buffer.from('\r\n'));
    this.#send(Buffer.concat(parts), done);
  }

  #writeBody(chunk: Buffer, done: (error?: Error | null) => void): void {
    const skipped = this.#skipsLineEnd ? 2 : 0;
    this.#skipsLineEnd = false;
    this.#send(skipped === 0 ? chunk : chunk.subarray(skipped), done);
  }

  #send(chunk: Buffer, done: (error?: Error | null) => void): void {
    if (chunk.length === 0) return done();
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      const piece = chunk.subarray(at, at + PIECE_BYTES);
      const isLast = at + piece.length === chunk.length;
      this.#socket.write(piece, (error) => {
        if (!error) this.#listener?.sent(piece.length);
        if (!isLast) return;
        this.#blocks.give(chunk);
        done(error);
      });
    }
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#listener = undefined;
    this.#letBodyGo = undefined;
    this.#socket.destroy();
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#start === undefined) return this.#passOn(chunk);
    if (this.#start.length === 0 && this.#interimAnswers === 0) this.#listener?.answered();
    this.#start = this.#start.length === 0 ? chunk : Buffer.concat([this.#start, chunk]);
    this.#takeOutInterim();
  };

  /** Passes on the answer once it is known to be no interim one. */
  #takeOutInterim(): void {
    while (this.#start !== undefined && this.#start.length >= INTERIM_START_BYTES) {
      const start: Buffer = this.#start;
      if (!INTERIM.test(start.subarray(0, INTERIM_START_BYTES).toString('latin1'))) {
        this.#start = undefined;
        return this.#passOn(start);
      }
      const end = start.indexOf(HEAD_END);
      if (end < 0 && start.length < MAX_HEAD_BYTES) return;
      this.#interimAnswers += 1;
      if (end < 0 || this.#interimAnswers > MAX_INTERIM_ANSWERS) return this.#breakOff();
      this.#start = start.subarray(end + HEAD_END.length);
      this.#listener?.interim(start.subarray(0, start.indexOf('\r\n')).toString('latin1'));
      this.letBodyGo();
    }
  }

  #passOn(chunk: Buffer): void {
    const afterHead = this.#headEndsMatched === HEAD_END.length ? chunk.length : this.#countHead(chunk);
    this.#bodyBytes += afterHead;
    if (this.#headBytes > MAX_HEAD_BYTES) return this.#breakOff();
    if (!this.push(chunk)) this.#socket.pause();
  }

  /** Looks for the end of the head; gives the number of bytes behind it. */
  #countHead(chunk: Buffer): number {
    for (let at = 0; at < chunk.length; at += 1) {
      const isNext = chunk[at] === HEAD_END[this.#headEndsMatched];
      this.#headEndsMatched = isNext ? this.#headEndsMatched + 1 : chunk[at] === HEAD_END[0] ? 1 : 0;
      this.#headBytes += 1;
      if (this.#headEndsMatched === HEAD_END.length) return chunk.length - at - 1;
      if (this.#headBytes > MAX_HEAD_BYTES) return 0;
    }
    return 0;
  }

  #breakOff(): void {
    this.destroy(new WireLimitError('the head of the answer does not end'));
  }

  /** A body without a length ends with the stream, so a reset must not pass for its end. */
  readonly #onEnd = (): void => {
    if (wasReset(this.#socket)) return void this.destroy(resetError());
    if (this.#start !== undefined && this.#start.length > 0) {
      const rest = this.#start;
      this.#start = undefined;
      this.#passOn(rest);
    }
    this.push(null);
  };

  readonly #onError = (error: Error): void => void this.destroy(error);

  readonly #onClose = (): void => void this.destroy();
}
