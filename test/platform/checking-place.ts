import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { ChecksumAlgorithm } from '../../src/core/checksum.js';
import type { Receipt } from '../../src/core/outcome.js';
import type { Platform } from '../../src/core/platform.js';
import type { RemotePath } from '../../src/core/remote-path.js';
import { TransferError } from '../../src/core/transfer-error.js';
import type { Capabilities } from '../../src/protocols/capabilities.js';
import { LocalClient } from '../../src/protocols/local/local-client.js';
import type {
  ByteSink,
  ByteSource,
  CallOptions,
  ChecksumOptions,
  ReadOptions,
  RemoteEntry,
  RenameOptions,
  WriteOptions,
} from '../../src/protocols/protocol-client.js';
import { ConnectionBudgets } from '../../src/transfers/connection-budgets.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { ServerMemory } from '../../src/transfers/server-memory.js';
import { SessionPool } from '../../src/transfers/session-pool.js';
import { SessionPools } from '../../src/transfers/session-pools.js';

/** What kind of server stands in front of the disk. */
export interface CheckingHabits {
  readonly capabilities?: Partial<Capabilities>;
  /** What it answers in place of the checksum; a TransferError is thrown. */
  readonly checksum?: (algorithm: ChecksumAlgorithm, path: string) => string | TransferError | undefined;
  /** It compares what it stores with this. */
  readonly comparesBy?: ChecksumAlgorithm;
  readonly command?: (text: string) => TransferError | undefined;
  /** Changes what stands there after a write: a gateway that alters content, an inbox that takes it away. */
  readonly stored?: (path: string) => Promise<void>;
  /** Changes what a look finds. */
  readonly looked?: (entry: RemoteEntry) => RemoteEntry;
  /** It replaces what stands in the way of a rename, whether that is wanted or not. */
  readonly renamesOver?: boolean;
  /** Refuses a verb. */
  readonly refuses?: (verb: string, path: string) => TransferError | undefined;
}

/** Sessions with a server that computes checksums and takes commands; `asked` holds what it was asked, in order. */
export class CheckingPools extends SessionPools {
  readonly asked: string[] = [];
  readonly #endpoint: Endpoint;
  readonly #pool: SessionPool;

  constructor(endpoint: Endpoint, platform: Platform, habits: CheckingHabits) {
    const budgets = new ConnectionBudgets(platform, ServerMemory.inMemory(platform));
    super(platform, budgets);
    this.#endpoint = endpoint;
    const { asked } = this;
    this.#pool = new (class extends SessionPool {
      override acquire = () => Promise.resolve(new CheckingClient(platform, habits, asked));
      override release = (session: { close(): Promise<void> }) => session.close();
    })(endpoint, platform, budgets.of(endpoint));
  }

  override of(endpoint: Endpoint): SessionPool {
    return endpoint === this.#endpoint ? this.#pool : super.of(endpoint);
  }
}

class CheckingClient extends LocalClient {
  override readonly capabilities: Capabilities;
  readonly #habits: CheckingHabits;
  readonly #asked: string[];

  constructor(platform: Platform, habits: CheckingHabits, asked: string[]) {
    super(platform);
    this.#habits = habits;
    this.#asked = asked;
    this.capabilities = { ...new LocalClient(platform).capabilities, ...habits.capabilities };
  }

  override async checksum(...[path, options]: [RemotePath?, ChecksumOptions?]): Promise<string> {
    if (path === undefined || options === undefined) throw new Error('asked for nothing');
    const { algorithm, lengthBytes } = options;
    this.#tell(`checksum ${algorithm}${lengthBytes === undefined ? '' : ` ${lengthBytes}`}`, path);
    const answer = this.#habits.checksum?.(algorithm, path);
    if (answer instanceof TransferError) throw answer;
    const content = await readFile(path);
    return answer ?? hex(algorithm, content.subarray(0, lengthBytes));
  }

  override async command(...[text = '']: [string?, CallOptions?]): Promise<Receipt> {
    this.#asked.push(`command ${text}`);
    const refusal = this.#habits.command?.(text);
    if (refusal !== undefined) throw refusal;
    return { lastCode: 200, bytes: 0 };
  }

  override async stat(path: RemotePath, options: CallOptions): Promise<RemoteEntry> {
    this.#tell('stat', path);
    const entry = await super.stat(path, options);
    return this.#habits.looked?.(entry) ?? entry;
  }

  override read(path: RemotePath, sink: ByteSink, options: ReadOptions): Promise<Receipt> {
    this.#tell('read', path);
    return super.read(path, sink, options);
  }

  override async write(path: RemotePath, source: ByteSource, options: WriteOptions): Promise<Receipt> {
    this.#tell('write', path);
    const receipt = await super.write(path, source, options);
    await this.#habits.stored?.(path);
    return { ...receipt, lastCode: 226, checksum: this.#habits.comparesBy };
  }

  override rename(from: RemotePath, to: RemotePath, options: RenameOptions): Promise<Receipt> {
    const replace = options.replace || this.#habits.renamesOver === true;
    return super.rename(from, to, { ...options, replace });
  }

  override async setModifiedTime(
    path: RemotePath,
    modifiedMs: number,
    options: CallOptions,
  ): Promise<Receipt> {
    this.#tell('setModifiedTime', path);
    return super.setModifiedTime(path, modifiedMs, options);
  }

  #tell(verb: string, path: string): void {
    this.#asked.push(verb);
    const refusal = this.#habits.refuses?.(verb, path);
    if (refusal !== undefined) throw refusal;
  }
}

function hex(algorithm: ChecksumAlgorithm, content: Uint8Array): string {
  if (algorithm === 'crc32') return crc32(content).toString(16).padStart(8, '0');
  return createHash(algorithm).update(content).digest('hex');
}

/** A refusal as a server words it. */
export function serverSays(
  code: ConstructorParameters<typeof TransferError>[0]['code'],
  lastCode: number,
): TransferError {
  return new TransferError({
    code,
    lastCode,
    phase: 'command',
    message: `partner: ${lastCode} no`,
    reply: `${lastCode} no`,
  });
}
