import type { Random } from '../../src/core/random.js';
import type { MemoryDisk } from './memory-disk.js';

/** One version of a file that somebody put into a watched folder. */
export interface PutFile {
  readonly way: string;
  readonly name: string;
  readonly path: string;
  readonly content: string;
  readonly putMs: number;
  /** Somebody took it away or wrote over it before it was picked up, perhaps: it may have gone, once, or not. */
  isWithdrawn: boolean;
}

/** What other people and programs write. Each version of a file has a content of its own. */
export class Traffic {
  readonly files: PutFile[] = [];
  readonly #disk: MemoryDisk;
  readonly #random: Random;
  readonly #now: () => number;
  #count = 0;

  constructor(disk: MemoryDisk, random: Random, now: () => number) {
    this.#disk = disk;
    this.#random = random;
    this.#now = now;
  }

  /** A whole file at once, over whatever lies there. */
  put(way: string, name: string): PutFile {
    const path = `${way === 'fetch' ? '/partner/out' : `/sim/out/${way}`}/${name}`;
    this.#withdrawn(path);
    this.#count += 1;
    const line = `${way} ${name} version ${this.#count}\n`;
    const content = line.repeat(1 + Math.floor(this.#random.fraction() * 20));
    this.#disk.put(path, content);
    const file = { way, name, path, content, putMs: this.#now(), isWithdrawn: false };
    this.files.push(file);
    return file;
  }

  /** The first part of a file; `finish` writes the rest. */
  begin(way: string, name: string): { finish(): void } {
    const file = this.put(way, name);
    this.#disk.put(file.path, file.content.slice(0, file.content.length / 2));
    return { finish: () => this.#disk.put(file.path, file.content) };
  }

  /** Somebody thinks better of it. */
  vanish(file: PutFile): void {
    if (this.#disk.content(file.path) !== file.content) return;
    this.#disk.take(file.path);
    file.isWithdrawn = true;
  }

  #withdrawn(path: string): void {
    const there = this.#disk.content(path);
    if (there === undefined) return;
    for (const file of this.files) if (file.path === path) file.isWithdrawn = true;
  }
}
