import type { BlockPool } from '../../core/block-pool.js';
import type { Files, OpenFile, OpenMode } from '../../core/files.js';
import type { Receipt } from '../../core/outcome.js';
import type { Platform } from '../../core/platform.js';
import { throwIfCancelled } from '../../core/transfer-error.js';
import type { ByteSource, WriteOptions } from '../protocol-client.js';
import { InterruptibleSource } from '../interruptible.js';
import { localError, namingMissingFolder } from './local-errors.js';

/** Enough for one write to be worth its call, small enough for flat memory. */
const BATCH_BYTES = 1024 * 1024;

/**
 * Writes the source to the file and flushes it to the disk before it resolves: a copy that only the page
 * cache knows is no proof for removing a source. One batch is written while the next is gathered.
 */
export async function writeFile(
  { files, blocks }: Pick<Platform, 'files' | 'blocks'>,
  path: string,
  source: ByteSource,
  options: WriteOptions,
): Promise<Receipt> {
  throwIfCancelled(options.signal, 'write');
  const offset = options.offset ?? 0;
  const file = await openForWriting(files, path, openMode(offset, options));
  const writer = new BatchedWriter({ file, path, blocks }, offset);
  const chunks = new InterruptibleSource(source, options.signal);
  try {
    for (let chunk = await chunks.next(); chunk !== undefined; chunk = await chunks.next()) {
      throwIfCancelled(options.signal, 'write');
      await writer.add(chunk);
    }
    await writer.finish();
    await onDisk(path, file.sync());
    return { lastCode: 0, bytes: writer.position - offset };
  } catch (error) {
    await chunks.letGo();
    // Whoever goes on with it finds all that came; that this fails too is no news.
    await writer.finish().catch(() => undefined);
    throw error;
  } finally {
    await writer.settled();
    await onDisk(path, file.close());
  }
}

async function openForWriting(files: Files, path: string, mode: OpenMode): Promise<OpenFile> {
  try {
    return await files.open(path, mode);
  } catch (error) {
    throw await namingMissingFolder(files, localError(error, 'write', path), path);
  }
}

function openMode(offset: number, { exclusive = false }: WriteOptions): OpenMode {
  if (offset > 0) return 'update';
  return exclusive ? 'create' : 'replace';
}

interface WriteTarget {
  readonly file: OpenFile;
  readonly path: string;
  readonly blocks: BlockPool;
}

class BatchedWriter {
  readonly #target: WriteTarget;
  #batch: Uint8Array[] = [];
  #batchBytes = 0;
  #written: number;
  #running: Promise<void> = Promise.resolve();

  constructor(target: WriteTarget, offset: number) {
    this.#target = target;
    this.#written = offset;
  }

  /** End of what was handed to the file so far. */
  get position(): number {
    return this.#written;
  }

  /** Resolves as soon as there is room for more. */
  async add(chunk: Uint8Array): Promise<void> {
    this.#batch.push(chunk);
    this.#batchBytes += chunk.byteLength;
    if (this.#batchBytes >= BATCH_BYTES) await this.#flush();
  }

  async finish(): Promise<void> {
    await this.#flush();
    await this.#running;
  }

  /** Waits for a write under way, whatever becomes of it: the handle must not be closed under it. */
  async settled(): Promise<void> {
    await this.#running.catch(() => undefined);
  }

  async #flush(): Promise<void> {
    await this.#running;
    if (this.#batchBytes === 0) return;
    const batch = this.#batch;
    const at = this.#written;
    this.#written += this.#batchBytes;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#running = this.#writeBatch(batch, at);
    this.#running.catch(() => undefined);
  }

  async #writeBatch(batch: readonly Uint8Array[], at: number): Promise<void> {
    const { file, path, blocks } = this.#target;
    await onDisk(path, file.write(batch, at));
    for (const chunk of batch) blocks.give(chunk);
  }
}

async function onDisk<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw localError(error, 'write', path);
  }
}
