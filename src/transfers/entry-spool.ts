import type { OpenFile } from '../core/files.js';
import type { Platform } from '../core/platform.js';
import { localError } from '../protocols/local/local-errors.js';

/** One file of the source, found by listing: its names below the start folder, the file's own last. */
export interface FoundFile {
  readonly names: readonly string[];
  readonly sizeBytes: number | undefined;
  readonly modifiedMs?: number | undefined;
}

const IN_MEMORY = 10_000;
const READ_BYTES = 256 * 1024;

/**
 * The files that a listing found, in its order, read once. Beyond some thousands they stand in a scratch file: a
 * folder of a million files costs no memory, and the listing need not wait for the transfers.
 */
export class EntrySpool {
  readonly #platform: Platform;
  readonly #scratchPath: string | undefined;
  #entries: FoundFile[] = [];
  #file: OpenFile | undefined;
  #fileBytes = 0;
  #count = 0;

  /** Without a scratch path everything stays in memory. */
  constructor(platform: Platform, scratchPath: string | undefined) {
    this.#platform = platform;
    this.#scratchPath = scratchPath;
  }

  get count(): number {
    return this.#count;
  }

  async add(entry: FoundFile): Promise<void> {
    this.#entries.push(entry);
    this.#count += 1;
    if (this.#entries.length >= IN_MEMORY && this.#scratchPath !== undefined)
      await this.#spill(this.#scratchPath);
  }

  async #spill(path: string): Promise<void> {
    const lines = Buffer.from(this.#entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    this.#entries = [];
    try {
      this.#file ??= await this.#platform.files.open(path, 'create');
      await this.#file.write([lines], this.#fileBytes);
    } catch (error) {
      throw localError(error, 'list', path);
    }
    this.#fileBytes += lines.byteLength;
  }

  /** All entries in order. Call once, after the last `add`. */
  async *read(): AsyncIterable<FoundFile> {
    if (this.#scratchPath !== undefined && this.#file !== undefined)
      yield* this.#readScratch(this.#scratchPath);
    yield* this.#entries;
  }

  async *#readScratch(path: string): AsyncIterable<FoundFile> {
    const file = await this.#platform.files.open(path, 'read');
    try {
      let rest: Buffer = Buffer.alloc(0);
      for (let position = 0; position < this.#fileBytes;) {
        const buffer = Buffer.allocUnsafe(READ_BYTES);
        const count = await file.read(buffer, position);
        if (count === 0) break;
        position += count;
        const bytes = Buffer.concat([rest, buffer.subarray(0, count)]);
        const lastEnd = bytes.lastIndexOf(0x0a);
        rest = bytes.subarray(lastEnd + 1);
        for (const line of bytes.subarray(0, Math.max(0, lastEnd)).toString('utf8').split('\n')) {
          if (line !== '') yield JSON.parse(line) as FoundFile;
        }
      }
    } finally {
      await file.close();
    }
  }

  /** Removes the scratch file. Idempotent. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined || this.#scratchPath === undefined) return;
    await file.close();
    await this.#platform.files.remove(this.#scratchPath);
  }
}
