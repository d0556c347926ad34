import type { ByteSink, ByteSource, RemoteEntry } from '../../src/protocols/protocol-client.js';

export const KIB = 1024;
export const MIB = 1024 * KIB;

const made = new Map<number, Buffer>();

/** Bytes without a pattern that a lost or doubled chunk could hide in; the very same for the same size: not to be changed. */
export function noise(sizeBytes: number): Buffer {
  const known = made.get(sizeBytes) ?? makeNoise(sizeBytes);
  made.set(sizeBytes, known);
  return known;
}

function makeNoise(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  let state = 0x9e3779b9 ^ sizeBytes;
  for (let at = 0; at < sizeBytes; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
}

/** A source that gives `content` in chunks. */
export async function* chunks(content: Uint8Array, chunkBytes = 48 * KIB + 7): ByteSource {
  for (let at = 0; at < content.byteLength; at += chunkBytes) yield content.subarray(at, at + chunkBytes);
}

/** A source that gives `content`, then rejects with `error`. */
export async function* failingAfter(content: Uint8Array, error: Error): ByteSource {
  yield* chunks(content);
  throw error;
}

/** A source that never ends. */
export async function* endless(): ByteSource {
  const chunk = noise(64 * KIB);
  for (;;) yield chunk;
}

/** A sink that keeps the chunks as they are, as it may, and puts them together only when asked. */
export class KeepingSink implements ByteSink {
  readonly #chunks: Uint8Array[] = [];

  write(chunk: Uint8Array): undefined {
    this.#chunks.push(chunk);
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/** A promise to be settled from outside. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** A sink that takes one chunk and then wants no more until `release`. */
export class HoldingSink implements ByteSink {
  readonly reached = gate();
  readonly release = gate();
  bytes = 0;

  write(chunk: Uint8Array): Promise<void> {
    this.bytes += chunk.byteLength;
    this.reached.open();
    return this.release.opened;
  }
}

/** A source that gives one chunk and then nothing until `release`. */
export class HoldingSource implements AsyncIterable<Uint8Array> {
  readonly reached = gate();
  readonly release = gate();

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    yield noise(KIB);
    this.reached.open();
    await this.release.opened;
  }
}

export async function collect(entries: AsyncIterable<RemoteEntry>): Promise<RemoteEntry[]> {
  const found: RemoteEntry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

export function namesOf(entries: readonly RemoteEntry[]): string[] {
  return entries.map((entry) => entry.name).sort();
}
