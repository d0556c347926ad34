import { posix } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Platform } from '../../core/platform.js';
import { remotePath, type RemotePath } from '../../core/remote-path.js';
import { throwIfCancelled } from '../../core/transfer-error.js';
import { LocalClient } from '../../protocols/local/local-client.js';
import { localError } from '../../protocols/local/local-errors.js';
import type { Endpoint } from '../../transfers/endpoint.js';
import { temporaryPath } from '../../transfers/temporary-name.js';
import type { FileContext } from './own-file.js';

/**
 * A result that is whole on the disk under a temporary name beside its final one. The journal knows of it, so that a
 * later run clears it when this process dies. Exactly one of `commit` and `discard` ends it.
 */
export class StagedFile {
  readonly final: string;
  readonly temporary: string;
  readonly bytes: number;
  readonly crc32: number;
  readonly #platform: Platform;
  readonly #settle: () => Promise<void>;

  private constructor(context: FileContext, made: StagedFacts) {
    this.final = made.final;
    this.temporary = made.temporary;
    this.bytes = made.bytes;
    this.crc32 = made.crc32;
    this.#settle = made.settle;
    this.#platform = context.services.platform;
  }

  /**
   * Writes the bytes and flushes them. Whatever fails, nothing is left. Rejects with what `chunks` rejects with.
   * `folder`: where it waits, on the same file system; the folder of its final name when absent.
   */
  static async write(
    final: string,
    chunks: AsyncIterable<Uint8Array>,
    context: FileContext,
    folder = posix.dirname(final),
  ): Promise<StagedFile> {
    const { platform, journal } = context.services;
    await makeFolders(folder, platform);
    const beside = remotePath(posix.join(folder, posix.basename(final)));
    const temporary = temporaryPath(beside, platform.random);
    const settle = await journal.begin(localEndpoint(platform), { kind: 'temporary', path: temporary });
    try {
      const written = await writeAll(temporary, chunks, context);
      return new StagedFile(context, { final, temporary, settle, ...written });
    } catch (error) {
      await clear(temporary, settle, platform);
      throw error;
    }
  }

  /** Gives it its final name in one step. Rejects ALREADY_EXISTS with `refuse` when something has it; then `discard`. */
  async commit(onTaken: 'replace' | 'refuse'): Promise<void> {
    const client = new LocalClient(this.#platform);
    // Not to be cut short: the bytes are proven, and a name is given at once.
    const { signal } = new AbortController();
    await client.rename(this.temporary as RemotePath, this.final as RemotePath, {
      signal,
      replace: onTaken === 'replace',
    });
    await this.#settle();
  }

  /** Never rejects: what cannot be removed now stays in the journal, and a later run removes it. */
  async discard(): Promise<void> {
    await clear(this.temporary, this.#settle, this.#platform);
  }
}

interface Written {
  readonly bytes: number;
  readonly crc32: number;
}

interface StagedFacts extends Written {
  readonly final: string;
  readonly temporary: string;
  readonly settle: () => Promise<void>;
}

async function writeAll(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  context: FileContext,
): Promise<Written> {
  const { files } = context.services.platform;
  const file = await files.open(path, 'create').catch((error: unknown) => {
    throw localError(error, 'write', path);
  });
  const onDisk = (work: Promise<void>) =>
    work.catch((error: unknown) => {
      throw localError(error, 'write', path);
    });
  let bytes = 0;
  let checksum = 0;
  try {
    for await (const chunk of chunks) {
      throwIfCancelled(context.signal, 'write');
      await onDisk(file.write([chunk], bytes));
      bytes += chunk.byteLength;
      checksum = crc32(chunk, checksum);
    }
    await onDisk(file.sync());
  } finally {
    await onDisk(file.close());
  }
  return { bytes, crc32: checksum };
}

/** Makes a folder and those above it that are missing. */
export async function makeFolders(folder: string, platform: Platform): Promise<void> {
  try {
    await platform.files.makeFolder(folder, { recursive: true });
  } catch (error) {
    throw localError(error, 'make-folder', folder);
  }
}

async function clear(path: string, settle: () => Promise<void>, { files }: Platform): Promise<void> {
  try {
    await files.remove(path);
    await settle();
  } catch (error) {
    // Without a file the entry in the journal costs the later run one look.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') await settle().catch(() => undefined);
  }
}

function localEndpoint(platform: Platform): Endpoint {
  return {
    label: 'local',
    options: { kind: 'local' },
    columns: { protocol: 'local', host: 'localhost', port: 0, user: platform.host.userName },
    maxConnections: 1,
    finalName: 'temporary',
  };
}
