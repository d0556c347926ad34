import { isMissing } from '../../client-log/client-log-error.js';
import { LineSplitter, type RawLine } from '../../client-log/reading/line-splitter.js';
import type { LogFileRef } from '../../client-log/reading/log-line.js';
import { readLine } from '../../client-log/reading/read-client-log.js';
import type { FileFacts, Files, OpenFile } from '../../core/files.js';
import type { GrowingLog, StartedLog, StartRequest } from './growing-log.js';
import { readLastLines } from './last-lines.js';
import { readFully } from './read-fully.js';
import type { LineChoice } from './line-choice.js';
import type { TailEvent, TailLine, TailNotice } from './tail-event.js';
import { Trouble } from './trouble.js';

const CHUNK_BYTES = 256 * 1024;
/** So many bytes before our place are looked at again: others there mean that the file was written anew. */
const REMEMBERED_BYTES = 64;

export interface GrowingFileParts {
  readonly files: Pick<Files, 'open' | 'stat'>;
  readonly path: string;
  readonly ref: LogFileRef;
  readonly choice: LineChoice;
}

/**
 * One file by its name, whatever happens to it: it grows, is cut short, replaced, taken away and made again. Each
 * `poll` gives what has come since the last one. A line without its end is held back until its end comes, or until
 * nothing can come any more.
 */
export class GrowingFile implements GrowingLog {
  readonly path: string;
  readonly #parts: GrowingFileParts;
  #handle: OpenFile | undefined;
  /** Of the file that was read last; undefined before any. */
  #identity: string | undefined;
  #modifiedMs = 0;
  #position = 0;
  #remembered: Uint8Array = new Uint8Array(0);
  #splitter = new LineSplitter();
  /** Numbers are known of what was read from the file's start. */
  #knowsNumbers = true;
  readonly #trouble: Trouble;

  constructor(parts: GrowingFileParts) {
    this.#parts = parts;
    this.path = parts.path;
    this.#trouble = new Trouble(parts.path);
  }

  async start(request: StartRequest): Promise<StartedLog> {
    const { ref, choice } = this.#parts;
    const [handle, { sizeBytes }] = await this.#openHandle();
    const last = await readLastLines(handle, { ...request, ref, choice, sizeBytes });
    this.#position = last.endOffset;
    const start = Math.max(0, last.endOffset - REMEMBERED_BYTES);
    this.#remembered = await readFully(handle, start, last.endOffset - start);
    this.#splitter = new LineSplitter({ offset: last.endOffset });
    this.#knowsNumbers = last.endOffset === 0;
    return last;
  }

  async *poll(): AsyncGenerator<TailEvent> {
    try {
      const facts = await this.#factsOfPath();
      if (facts === undefined) yield* this.#pollMissing();
      else yield* this.#pollPresent(facts);
    } catch (cause) {
      await this.#closeHandle();
      yield* isMissing(cause) ? this.#trouble.tell('missing') : this.#trouble.tell('unreadable', cause);
    }
  }

  async *leave(): AsyncGenerator<TailEvent> {
    await this.#closeHandle();
    const rest = this.#splitter.end();
    if (rest !== undefined) yield* this.#shown([rest]);
  }

  async #factsOfPath(): Promise<FileFacts | undefined> {
    try {
      return await this.#parts.files.stat(this.path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Somebody may still write to a file whose name is gone. */
  async *#pollMissing(): AsyncGenerator<TailEvent> {
    if (this.#handle !== undefined) yield* this.#readOn(this.#handle);
    yield* this.#trouble.tell('missing');
  }

  async *#pollPresent(facts: FileFacts): AsyncGenerator<TailEvent> {
    const isReplaced = this.#identity !== undefined && facts.identity !== this.#identity;
    if (this.#handle !== undefined && isReplaced) {
      yield* this.#readOn(this.#handle);
      yield* this.leave();
    }
    const wasMissing = this.#trouble.isMissing;
    if (this.#handle === undefined) {
      const previous = this.#identity;
      const [, opened] = await this.#openHandle();
      if (opened.identity !== previous) {
        this.#startAnew();
        if (wasMissing) yield this.#notice('appeared');
        else if (previous !== undefined) yield this.#notice('replaced');
      }
    }
    this.#trouble.end();
    if (this.#handle !== undefined) yield* this.#readOn(this.#handle);
  }

  async #openHandle(): Promise<[OpenFile, FileFacts]> {
    const handle = await this.#parts.files.open(this.path, 'read');
    try {
      const facts = await handle.stat();
      this.#handle = handle;
      this.#identity = facts.identity;
      return [handle, facts];
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async *#readOn(handle: OpenFile): AsyncGenerator<TailEvent> {
    const facts = await handle.stat();
    if (await this.#isRewritten(handle, facts)) {
      const rest = this.#splitter.end();
      if (rest !== undefined) yield* this.#shown([rest]);
      this.#startAnew();
      yield this.#notice('rewritten');
    }
    this.#modifiedMs = facts.modifiedMs;
    while (this.#position < facts.sizeBytes) {
      const room = Math.min(CHUNK_BYTES, facts.sizeBytes - this.#position);
      const chunk = await readFully(handle, this.#position, room);
      if (chunk.length === 0) return;
      this.#position += chunk.length;
      this.#remember(chunk);
      this.#splitter.feed(chunk);
      yield* this.#shown(this.#finishedLines());
    }
  }

  /** Shorter than what was read of it, or other bytes where ours were. */
  async #isRewritten(handle: OpenFile, { sizeBytes, modifiedMs }: FileFacts): Promise<boolean> {
    if (sizeBytes === this.#position && modifiedMs === this.#modifiedMs) return false;
    const { length } = this.#remembered;
    const present = await readFully(handle, this.#position - length, length);
    return present.length < length || present.some((byte, index) => byte !== this.#remembered[index]);
  }

  #startAnew(): void {
    this.#position = 0;
    this.#remembered = new Uint8Array(0);
    this.#splitter = new LineSplitter();
    this.#knowsNumbers = true;
  }

  #remember(chunk: Uint8Array): void {
    const both = new Uint8Array([...this.#remembered, ...chunk.subarray(-REMEMBERED_BYTES)]);
    this.#remembered = both.slice(-REMEMBERED_BYTES);
  }

  #finishedLines(): RawLine[] {
    const lines: RawLine[] = [];
    for (let line = this.#splitter.next(); line !== undefined; line = this.#splitter.next()) lines.push(line);
    return lines;
  }

  *#shown(raw: readonly RawLine[]): Generator<TailEvent> {
    const { ref, choice } = this.#parts;
    const lines: TailLine[] = [];
    for (const each of raw) {
      if (!choice.mayWant(each.raw)) continue;
      const read = readLine(each, ref);
      const line = this.#knowsNumbers ? read : { ...read, lineNumber: undefined };
      if (choice.wants(line)) lines.push(line);
    }
    if (lines.length > 0) yield { kind: 'lines', lines };
  }

  #notice(notice: TailNotice['notice']): TailEvent {
    return { kind: 'notice', notice, name: this.path };
  }

  async #closeHandle(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    // Nothing was written through it, so a close that fails has lost nothing.
    await handle?.close().catch(() => undefined);
  }
}
