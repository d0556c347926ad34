import { ManualClock } from '../../client-log/manual-clock.testing.js';
import { SessionLife, type CallFacts } from './session-life.js';
import type { SftpFile, TransferWindow } from './transfer-window.js';

/** A status as ssh2 reports it. */
export function status(code: number, text = `status ${code}`): Error {
  return Object.assign(new Error(text), { code });
}

export interface ScriptedFileOptions {
  readonly content?: Buffer;
  /** READ gives at most so many bytes. */
  readonly longestReadBytes?: number;
  /** Picks which of the `waiting` requests is answered next. Default: the oldest. */
  readonly pick?: (waiting: number) => number;
  /** Replaces the answer to the n-th request, from 1: a status, a number of bytes, or silence. */
  readonly answerTo?: Readonly<Record<number, Error | number | 'silence'>>;
}

/** An open file of a server whose answers the test controls: they come only by `answerOne` and `answerAll`. */
export class ScriptedFile implements SftpFile {
  content: Buffer;
  requests = 0;
  mostWaiting = 0;
  mostWaitingBytes = 0;
  readonly requestSizes: number[] = [];
  readonly #options: ScriptedFileOptions;
  readonly #waiting: { readonly bytes: number; readonly answer: () => void }[] = [];

  constructor(options: ScriptedFileOptions = {}) {
    this.#options = options;
    this.content = options.content ?? Buffer.alloc(0);
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  read(length: number, position: number, done: (error: Error | undefined, data: Buffer) => void): void {
    const scripted = this.#enqueue(length, () => {
      if (scripted instanceof Error) return done(scripted, Buffer.alloc(0));
      const most = scripted ?? Math.min(length, this.#options.longestReadBytes ?? length);
      const data = Buffer.from(this.content.subarray(position, position + most));
      if (data.length === 0 && scripted === undefined) done(status(1), data);
      else done(undefined, data);
    });
  }

  write(chunk: Buffer, position: number, done: (error: Error | undefined) => void): void {
    const bytes = Buffer.from(chunk);
    const scripted = this.#enqueue(chunk.length, () => {
      if (scripted instanceof Error) return done(scripted);
      const size = Math.max(this.content.length, position + bytes.length);
      this.content = Buffer.concat([this.content, Buffer.alloc(size - this.content.length)]);
      bytes.copy(this.content, position);
      done(undefined);
    });
  }

  answerOne(): boolean {
    const index = this.#options.pick?.(this.#waiting.length) ?? 0;
    const [request] = this.#waiting.splice(index, 1);
    request?.answer();
    return request !== undefined;
  }

  /** Answers until nothing is asked any more, letting sinks and sources take their turns in between. */
  async answerAll(): Promise<void> {
    for (let idle = 0; idle < 2;) {
      // All promises in hand settle before an immediate runs, however long their chain is.
      await new Promise((resolve) => setImmediate(resolve));
      idle = this.answerOne() ? 0 : idle + 1;
    }
  }

  #enqueue(bytes: number, answer: () => void): Error | number | undefined {
    this.requests += 1;
    this.requestSizes.push(bytes);
    const scripted = this.#options.answerTo?.[this.requests];
    if (scripted === 'silence') return undefined;
    this.#waiting.push({ bytes, answer });
    this.mostWaiting = Math.max(this.mostWaiting, this.#waiting.length);
    const waitingBytes = this.#waiting.reduce((sum, request) => sum + request.bytes, 0);
    this.mostWaitingBytes = Math.max(this.mostWaitingBytes, waitingBytes);
    return scripted;
  }
}

export const SMALL_WINDOW: TransferWindow = { requestBytes: 10, windowBytes: 40, maxRequests: 8 };

/** A session that nothing but the test can end. */
export function scriptedLife(signal = new AbortController().signal): {
  readonly life: SessionLife;
  readonly clock: ManualClock;
  readonly call: CallFacts;
} {
  const clock = new ManualClock('2026-03-01T00:00:00Z');
  const life = new SessionLife({ clock, timeoutMs: 1000, place: 'host:22', destroy: () => undefined });
  life.markStanding();
  return { life, clock, call: { phase: 'read', what: 'read /x', signal } };
}
