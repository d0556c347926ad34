/** Big enough that a system call is worth its price, small enough that a dozen of them are little memory. */
export const BLOCK_BYTES = 512 * 1024;

/** So many idle blocks are kept; more are left to the garbage collector. */
const MAX_IDLE_BLOCKS = 16;

/**
 * Memory for payload that is used again instead of being thrown away: a gigabyte of fresh buffers costs the
 * garbage collector more time than the copying itself. Giving a block back is voluntary: one that is not given
 * back is simply collected. Whoever gives one back must be the last to look at it.
 */
export class BlockPool {
  readonly #idle: Buffer[] = [];
  readonly #lent = new WeakMap<ArrayBufferLike, Buffer>();

  /** A block of BLOCK_BYTES with arbitrary content. */
  take(): Buffer {
    const block = this.#idle.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
    this.#lent.set(block.buffer, block);
    return block;
  }

  /** Gives back the block that `chunk` lies in. Chunks of other memory, and blocks given back before, are ignored. */
  give(chunk: Uint8Array): void {
    const block = this.#lent.get(chunk.buffer);
    if (block === undefined) return;
    this.#lent.delete(chunk.buffer);
    if (this.#idle.length < MAX_IDLE_BLOCKS) this.#idle.push(block);
  }
}
