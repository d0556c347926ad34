import type { ByteSink } from '../protocol-client.js';
import type { Wait } from './session-life.js';
import { OddAnswer, SFTP_STATUS, statusOf } from './sftp-errors.js';
import type { SftpFile, TransferWindow } from './transfer-window.js';

/** A stretch of the file that was asked for. Slots are handed on in their order, whatever order answers come in. */
interface Slot {
  readonly position: number;
  readonly length: number;
  /** What came so far, in order: one part, or several when the server gave less than was asked for. */
  readonly parts: Buffer[];
  filled: number;
  ended: boolean;
  emptyAnswers: number;
}

/** Requests that a new read begins with; each answer allows more, so that small files cost few. */
const FIRST_REQUESTS = 2;
const SMALLEST_SHORT_READ_BYTES = 4096;
/** DATA packets without a byte that are taken as "ask again"; more would be a loop. */
const MAX_EMPTY_ANSWERS = 3;

export interface ReadWindowOptions {
  readonly offset: number;
  readonly window: TransferWindow;
  /** Makes the error of an answer that refuses the read. */
  readonly refused: (thrown: unknown) => Error;
  /** Makes the error of a file whose end was told before bytes that had come already. */
  readonly truncated: (position: number) => Error;
}

/**
 * Reads a file with many requests under way and hands it to the sink in order. A short answer asks again for
 * the rest; only status EOF ends the file. `wait` resolves with the number of bytes handed over.
 */
export function readWindow(
  file: SftpFile,
  sink: ByteSink,
  options: ReadWindowOptions,
  wait: Wait<number>,
): void {
  new ReadWindow(file, sink, options, wait).start();
}

class ReadWindow {
  readonly #file: SftpFile;
  readonly #sink: ByteSink;
  readonly #options: ReadWindowOptions;
  readonly #wait: Wait<number>;
  readonly #slots: Slot[] = [];
  #requestBytes: number;
  #nextPosition: number;
  #heldBytes = 0;
  #outstanding = 0;
  #allowed = FIRST_REQUESTS;
  #delivered = 0;
  #sawEof = false;
  #sinkBusy = false;

  constructor(file: SftpFile, sink: ByteSink, options: ReadWindowOptions, wait: Wait<number>) {
    this.#file = file;
    this.#sink = sink;
    this.#options = options;
    this.#wait = wait;
    this.#requestBytes = options.window.requestBytes;
    this.#nextPosition = options.offset;
  }

  start(): void {
    this.#askMore();
  }

  #askMore(): void {
    while (!this.#wait.settled && this.#mayAsk()) {
      const slot = newSlot(this.#nextPosition, this.#requestBytes);
      this.#nextPosition += slot.length;
      this.#heldBytes += slot.length;
      this.#slots.push(slot);
      this.#ask(slot);
    }
  }

  #mayAsk(): boolean {
    const { window } = this.#options;
    if (this.#sawEof) return false;
    if (this.#slots.length === 0) return true;
    if (this.#slots.length >= Math.min(this.#allowed, window.maxRequests)) return false;
    return this.#heldBytes + this.#requestBytes <= window.windowBytes;
  }

  #ask(slot: Slot): void {
    this.#outstanding += 1;
    this.#wait.progress();
    this.#file.read(slot.length - slot.filled, slot.position + slot.filled, (error, data) =>
      this.#answered(slot, error, data),
    );
  }

  #answered(slot: Slot, error: Error | undefined, data: Buffer): void {
    if (this.#wait.settled) return;
    this.#outstanding -= 1;
    if (error !== undefined) this.#refused(slot, error);
    else if (data.length === 0) this.#answeredEmpty(slot);
    else this.#filled(slot, data);
    this.#deliver();
    this.#askMore();
    if (this.#outstanding === 0) this.#wait.pause();
    else this.#wait.progress();
  }

  #refused(slot: Slot, error: Error): void {
    if (statusOf(error) !== SFTP_STATUS.eof) return this.#wait.reject(this.#options.refused(error));
    slot.ended = true;
    this.#sawEof = true;
  }

  #answeredEmpty(slot: Slot): void {
    slot.emptyAnswers += 1;
    if (slot.emptyAnswers < MAX_EMPTY_ANSWERS) return this.#ask(slot);
    this.#wait.reject(this.#options.refused(new OddAnswer('data packets without data')));
  }

  #filled(slot: Slot, data: Buffer): void {
    const bytes = data.length;
    slot.parts.push(data);
    slot.filled += bytes;
    slot.emptyAnswers = 0;
    this.#allowed += 1;
    if (slot.filled >= slot.length) return;
    if (slot.filled === bytes && bytes < this.#requestBytes) {
      this.#requestBytes = Math.max(Math.min(SMALLEST_SHORT_READ_BYTES, this.#requestBytes), bytes);
    }
    this.#ask(slot);
  }

  #deliver(): void {
    while (!this.#sinkBusy && !this.#wait.settled) {
      const slot = this.#slots[0];
      if (slot === undefined) return;
      const part = slot.parts.shift();
      if (part !== undefined) this.#handOver(part);
      else if (slot.ended || slot.filled === slot.length) this.#finish(slot);
      else return;
    }
  }

  #handOver(part: Buffer): void {
    this.#delivered += part.length;
    let busy: Promise<void> | undefined;
    try {
      busy = this.#sink.write(part);
    } catch (error) {
      return this.#wait.reject(error);
    }
    if (busy === undefined) return;
    this.#sinkBusy = true;
    busy.then(
      () => this.#sinkReady(),
      (error: unknown) => this.#wait.reject(error),
    );
  }

  #sinkReady(): void {
    this.#sinkBusy = false;
    this.#deliver();
    this.#askMore();
  }

  #finish(slot: Slot): void {
    this.#slots.shift();
    this.#heldBytes -= slot.length;
    if (!slot.ended) return;
    if (this.#slots.some((later) => later.filled > 0)) {
      this.#wait.reject(this.#options.truncated(slot.position + slot.filled));
    } else {
      this.#wait.resolve(this.#delivered);
    }
  }
}

function newSlot(position: number, length: number): Slot {
  return { position, length, parts: [], filled: 0, ended: false, emptyAnswers: 0 };
}
