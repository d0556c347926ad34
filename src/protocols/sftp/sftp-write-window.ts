import type { BlockPool } from '../../core/block-pool.js';
import type { ByteSource } from '../protocol-client.js';
import type { Wait } from './session-life.js';
import type { SftpFile, TransferWindow } from './transfer-window.js';

export interface WriteWindowOptions {
  readonly offset: number;
  readonly window: TransferWindow;
  /** Chunks go back to it once the server has acknowledged all of them. */
  readonly blocks: BlockPool;
  /** Makes the error of an answer that refuses the write. */
  readonly refused: (thrown: unknown) => Error;
}

/**
 * Writes the source with many requests under way. `wait` resolves with the number of bytes once each of them
 * is acknowledged. A rejection of the source is passed on as it is. Whenever the write ends before the source
 * does, the source's `return()` is called; the promise resolves when that is done, and never rejects.
 */
export function writeWindow(
  file: SftpFile,
  source: ByteSource,
  options: WriteWindowOptions,
  wait: Wait<number>,
): Promise<void> {
  return new WriteWindow(file, source, options, wait).run();
}

class WriteWindow {
  readonly #file: SftpFile;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #options: WriteWindowOptions;
  readonly #wait: Wait<number>;
  #position: number;
  #outstanding = 0;
  #outstandingBytes = 0;
  #wake: (() => void) | undefined;

  constructor(file: SftpFile, source: ByteSource, options: WriteWindowOptions, wait: Wait<number>) {
    this.#file = file;
    this.#source = source[Symbol.asyncIterator]();
    this.#options = options;
    this.#wait = wait;
    this.#position = options.offset;
    wait.onSettled(() => this.#wake?.());
  }

  async run(): Promise<void> {
    try {
      if (await this.#sendAll()) {
        await this.#drained();
        this.#wait.resolve(this.#position - this.#options.offset);
      }
    } catch (error) {
      this.#wait.reject(error);
    }
  }

  /** True when the source is used up, false when the write ended before. */
  async #sendAll(): Promise<boolean> {
    for (;;) {
      if (this.#outstanding === 0) this.#wait.pause();
      const step = await this.#nextChunk();
      if (step === undefined) return false;
      if (step.done === true) return true;
      await this.#send(step.value);
      if (this.#wait.settled) {
        await this.#letGo();
        return false;
      }
    }
  }

  /** The source's next step; undefined when the write ended first, since a source may never answer. */
  async #nextChunk(): Promise<IteratorResult<Uint8Array> | undefined> {
    const ended = new Promise<undefined>((resolve) => {
      this.#wake = () => {
        if (this.#wait.settled) resolve(undefined);
      };
    });
    const step = await Promise.race([this.#source.next(), ended]);
    if (step === undefined) void this.#letGo();
    return step;
  }

  async #send(chunk: Uint8Array): Promise<void> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const { requestBytes } = this.#options.window;
    let unanswered = bytes.length;
    const answered = (count: number) => {
      unanswered -= count;
      if (unanswered === 0) this.#options.blocks.give(chunk);
    };
    for (let at = 0; at < bytes.length; at += requestBytes) {
      const piece = bytes.length <= requestBytes ? bytes : bytes.subarray(at, at + requestBytes);
      if (!this.#hasRoom(piece.length)) await this.#room(piece.length);
      if (this.#wait.settled) return;
      this.#sendPiece(piece, answered);
    }
  }

  #sendPiece(piece: Buffer, answered: (bytes: number) => void): void {
    this.#outstanding += 1;
    this.#outstandingBytes += piece.length;
    this.#wait.progress();
    const position = this.#position;
    this.#position += piece.length;
    this.#file.write(piece, position, (error) => {
      if (error === undefined) answered(piece.length);
      this.#acknowledged(piece.length, error);
    });
  }

  #acknowledged(bytes: number, error: Error | undefined): void {
    this.#outstanding -= 1;
    this.#outstandingBytes -= bytes;
    if (error !== undefined) this.#wait.reject(this.#options.refused(error));
    else if (this.#outstanding === 0) this.#wait.pause();
    else this.#wait.progress();
    this.#wake?.();
  }

  #hasRoom(bytes: number): boolean {
    const { maxRequests, windowBytes } = this.#options.window;
    if (this.#outstanding === 0) return true;
    return this.#outstanding < maxRequests && this.#outstandingBytes + bytes <= windowBytes;
  }

  async #room(bytes: number): Promise<void> {
    while (!this.#wait.settled && !this.#hasRoom(bytes)) await this.#nextAnswer();
  }

  async #drained(): Promise<void> {
    while (!this.#wait.settled && this.#outstanding > 0) await this.#nextAnswer();
  }

  #nextAnswer(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** The write has its outcome already, so what the source says on its way out changes nothing. */
  async #letGo(): Promise<void> {
    await Promise.resolve(this.#source.return?.()).catch(() => undefined);
  }
}
