import { closeSync, openSync } from 'node:fs';
import { unreadable } from './log-names.js';
import type { LogFile } from './log-file.js';
import type { ScanTask } from './scan-task.js';

/** A plain file as it is cut into pieces for several lanes. */
export class FileRanges {
  readonly #file: LogFile;
  readonly #sizeBytes: number;
  readonly #rangeBytes: number;
  #fd: number | undefined;
  #at = 0;

  constructor(file: LogFile, sizeBytes: number, rangeBytes: number) {
    this.#file = file;
    this.#sizeBytes = sizeBytes;
    this.#rangeBytes = rangeBytes;
  }

  /** The next piece; undefined behind the last one. Opens the file for the first. */
  next(): ScanTask | undefined {
    if (this.#at >= this.#sizeBytes) return undefined;
    const start = this.#at;
    this.#at = Math.min(this.#sizeBytes, start + this.#rangeBytes);
    return {
      kind: 'range',
      fd: this.#open(),
      range: { start, end: this.#at, sizeBytes: this.#sizeBytes },
      file: this.#file.ref,
    };
  }

  /** Once no piece is being scanned any more. */
  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #open(): number {
    const { name } = this.#file.ref;
    try {
      this.#fd ??= openSync(name, 'r');
      return this.#fd;
    } catch (error) {
      throw unreadable(name, error);
    }
  }
}
