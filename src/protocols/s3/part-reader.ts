import type { BlockPool } from '../../core/block-pool.js';
import type { ByteSource } from '../protocol-client.js';
import { InterruptibleSource } from '../interruptible.js';

/** What one request carries. */
export interface Part {
  /** Valid until the part after the next is asked for: the memory of two parts is used in turns. */
  readonly content: Buffer;
  readonly isLast: boolean;
}

/** Growing costs a copy, so not too little; an empty file must not cost a whole part. */
const FIRST_BYTES = 64 * 1024;

/** Gathers a source into parts. Blocks of the pool are given back as soon as they are copied. */
export class PartReader {
  readonly #source: InterruptibleSource;
  readonly #blocks: BlockPool;
  readonly #memory: [Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0)];
  #turn: 0 | 1 = 0;
  /** What is already here of the next part. */
  #rest: Uint8Array | undefined;

  constructor(source: ByteSource, blocks: BlockPool, signal: AbortSignal) {
    this.#source = new InterruptibleSource(source, signal);
    this.#blocks = blocks;
  }

  /** The next `partBytes`, or what is left. Rejects as the source does. */
  async next(partBytes: number): Promise<Part> {
    this.#turn = this.#turn === 0 ? 1 : 0;
    let length = 0;
    for (;;) {
      const chunk = this.#rest ?? (await this.#nextChunk());
      if (chunk === undefined) return { content: this.#filled(length), isLast: true };
      this.#rest = chunk;
      if (length === partBytes) return { content: this.#filled(length), isLast: false };
      const taken = chunk.subarray(0, partBytes - length);
      this.#room(length + taken.byteLength, length, partBytes).set(taken, length);
      length += taken.byteLength;
      this.#rest = taken.byteLength < chunk.byteLength ? chunk.subarray(taken.byteLength) : undefined;
      if (this.#rest === undefined) this.#blocks.give(chunk);
    }
  }

  letGo(): Promise<void> {
    return this.#source.letGo();
  }

  async #nextChunk(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk = await this.#source.next();
      if (chunk === undefined || chunk.byteLength > 0) return chunk;
    }
  }

  #filled(length: number): Buffer {
    return this.#memory[this.#turn].subarray(0, length);
  }

  #room(neededBytes: number, keptBytes: number, partBytes: number): Buffer {
    const memory = this.#memory[this.#turn];
    if (memory.byteLength >= neededBytes) return memory;
    const doubled = Math.max(FIRST_BYTES, memory.byteLength * 2, neededBytes);
    const grown = Buffer.allocUnsafeSlow(Math.max(neededBytes, Math.min(doubled, partBytes)));
    memory.copy(grown, 0, 0, keptBytes);
    this.#memory[this.#turn] = grown;
    return grown;
  }
}
