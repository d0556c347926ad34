import { createHash } from 'node:crypto';
import type { Platform } from '../../src/core/platform.js';
import type { Receipt } from '../../src/core/outcome.js';
import type { RemotePath } from '../../src/core/remote-path.js';
import { TransferError } from '../../src/core/transfer-error.js';
import type { Capabilities } from '../../src/protocols/capabilities.js';
import { LocalClient } from '../../src/protocols/local/local-client.js';
import type {
  ByteSource,
  ProtocolClient,
  UnfinishedWrite,
  WriteOptions,
} from '../../src/protocols/protocol-client.js';
import { unsupportedError } from '../../src/protocols/unsupported.js';
import type { ConnectionBudget } from '../../src/transfers/connection-budget.js';
import { ConnectionBudgets } from '../../src/transfers/connection-budgets.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { ServerMemory } from '../../src/transfers/server-memory.js';
import { SessionPool } from '../../src/transfers/session-pool.js';
import { SessionPools } from '../../src/transfers/session-pools.js';

/** A place on the disk behind a server that can do less, and does some things otherwise. */
export type Limits = Partial<
  Pick<Capabilities, 'rename' | 'folders' | 'wholeWrites' | 'resumeRead' | 'resumeWrite'>
>;

/** What a test sees of the sessions, and where it may step in. */
export interface LimitedHooks {
  /** Called before each operation; what it throws is the operation's failure. */
  readonly before?: (verb: string, path: RemotePath) => Promise<void> | void;
  /** Asked at each write that shows only once it is whole: after so many bytes its connection breaks. */
  readonly cutAfterBytes?: () => number | undefined;
}

/** Pools whose sessions to `endpoint` are of that kind; all others are as ever. */
export class LimitedPools extends SessionPools {
  readonly #endpoint: Endpoint;
  readonly #pool: SessionPool;

  constructor(endpoint: Endpoint, platform: Platform, limits: Limits, hooks: LimitedHooks = {}) {
    const budgets = new ConnectionBudgets(platform, ServerMemory.inMemory(platform));
    super(platform, budgets);
    this.#endpoint = endpoint;
    const open = () => new LimitedClient(platform, limits, hooks);
    this.#pool = new LimitedPool(endpoint, platform, budgets.of(endpoint), open);
  }

  override of(endpoint: Endpoint): SessionPool {
    return endpoint === this.#endpoint ? this.#pool : super.of(endpoint);
  }
}

class LimitedPool extends SessionPool {
  readonly #open: () => ProtocolClient;

  constructor(
    ...[endpoint, platform, budget, open]: [Endpoint, Platform, ConnectionBudget, () => ProtocolClient]
  ) {
    super(endpoint, platform, budget);
    this.#open = open;
  }

  override acquire(): Promise<ProtocolClient> {
    return Promise.resolve(this.#open());
  }

  override release(session: ProtocolClient): Promise<void> {
    return session.close();
  }
}

class LimitedClient extends LocalClient {
  override readonly capabilities: Capabilities;
  readonly #hooks: LimitedHooks;
  readonly #platform: Platform;

  constructor(platform: Platform, limits: Limits, hooks: LimitedHooks) {
    super(platform);
    this.capabilities = { ...new LocalClient(platform).capabilities, ...limits };
    this.#hooks = hooks;
    this.#platform = platform;
  }

  override async makeFolder(path: RemotePath, options: { readonly signal: AbortSignal }): Promise<Receipt> {
    await this.#hooks.before?.('makeFolder', path);
    if (!this.capabilities.folders)
      throw unsupportedError('the limited place', 'makes no folders', 'make-folder');
    return super.makeFolder(path, options);
  }

  override async rename(
    from: RemotePath,
    to: RemotePath,
    options: { readonly signal: AbortSignal; readonly replace: boolean },
  ): Promise<Receipt> {
    await this.#hooks.before?.('rename', from);
    if (!this.capabilities.rename) throw unsupportedError('the limited place', 'renames nothing', 'rename');
    return super.rename(from, to, options);
  }

  override async remove(path: RemotePath, options: { readonly signal: AbortSignal }): Promise<Receipt> {
    await this.#hooks.before?.('remove', path);
    return super.remove(path, options);
  }

  override async write(path: RemotePath, source: ByteSource, options: WriteOptions): Promise<Receipt> {
    await this.#hooks.before?.('write', path);
    if (!this.capabilities.wholeWrites) return super.write(path, source, options);
    const hidden = hiddenPath(path);
    const { signal, offset = 0 } = options;
    if (offset === 0) await options.unfinished?.began('the only one');
    try {
      const cutAfter = this.#hooks.cutAfterBytes?.();
      const given = cutAfter === undefined ? source : cutSource(source, cutAfter);
      const receipt = await super.write(hidden, given, { signal, offset });
      await super.rename(hidden, path, { signal, replace: options.exclusive !== true });
      return receipt;
    } catch (error) {
      if (options.keepUnfinished !== true) await this.abandonWrite(path);
      throw error;
    }
  }

  override async unfinishedWrite(path = '' as RemotePath): Promise<UnfinishedWrite | undefined> {
    await this.#hooks.before?.('unfinishedWrite', path);
    const bytes = await this.#platform.files.readAll(hiddenPath(path)).catch(() => undefined);
    if (bytes === undefined) return undefined;
    const lengthBytes = Math.min(bytes.length, TAIL_BYTES);
    const offset = bytes.length - lengthBytes;
    const value = createHash('sha256').update(bytes.subarray(offset)).digest('hex');
    return { bytes: bytes.length, tail: { offset, lengthBytes, algorithm: 'sha256', value } };
  }

  override async abandonWrite(path = '' as RemotePath): Promise<void> {
    await this.#hooks.before?.('abandonWrite', path);
    await this.#platform.files.remove(hiddenPath(path)).catch(() => undefined);
  }
}

const TAIL_BYTES = 100_000;

/** Where the bytes of a write wait until it is whole. */
export function hiddenPath(path: string): RemotePath {
  return `${path}.hidden` as RemotePath;
}

async function* cutSource(source: ByteSource, afterBytes: number): ByteSource {
  let given = 0;
  for await (const chunk of source) {
    yield chunk.subarray(0, afterBytes - given);
    given += chunk.byteLength;
    if (given >= afterBytes)
      throw new TransferError({ code: 'CONNECTION_LOST', lastCode: 10054, phase: 'write', message: 'cut' });
  }
}
