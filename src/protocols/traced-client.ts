import type { Receipt } from '../core/outcome.js';
import type { RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import type { SessionTrace } from '../core/wire-trace.js';
import type { Capabilities } from './capabilities.js';
import type {
  ByteSink,
  ByteSource,
  CallOptions,
  ChecksumOptions,
  ListOptions,
  ProtocolClient,
  ReadOptions,
  RemoteEntry,
  RenameOptions,
  UnfinishedOptions,
  UnfinishedWrite,
  WriteOptions,
} from './protocol-client.js';

/**
 * A session whose failures bring along what was said before them. It looks at the end of each call and never at
 * payload; the errors stay the same objects.
 */
export class TracedClient implements ProtocolClient {
  readonly #client: ProtocolClient;
  readonly #trace: SessionTrace;

  constructor(client: ProtocolClient, trace: SessionTrace) {
    this.#client = client;
    this.#trace = trace;
  }

  get capabilities(): Capabilities {
    return this.#client.capabilities;
  }

  connect(options: CallOptions): Promise<Receipt> {
    return this.#watched(this.#client.connect(options));
  }

  list(folder: RemotePath, options: ListOptions): AsyncIterable<RemoteEntry> {
    const entries = this.#client.list(folder, options);
    return {
      [Symbol.asyncIterator]: () => {
        const inner = entries[Symbol.asyncIterator]();
        return {
          next: () => this.#watched(inner.next()),
          return: async () => (await inner.return?.()) ?? { done: true, value: undefined },
        };
      },
    };
  }

  stat(path: RemotePath, options: CallOptions): Promise<RemoteEntry> {
    return this.#watched(this.#client.stat(path, options));
  }

  read(path: RemotePath, sink: ByteSink, options: ReadOptions): Promise<Receipt> {
    return this.#watched(this.#client.read(path, sink, options));
  }

  write(path: RemotePath, source: ByteSource, options: WriteOptions): Promise<Receipt> {
    return this.#watched(this.#client.write(path, source, options));
  }

  rename(from: RemotePath, to: RemotePath, options: RenameOptions): Promise<Receipt> {
    return this.#watched(this.#client.rename(from, to, options));
  }

  remove(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#watched(this.#client.remove(path, options));
  }

  makeFolder(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#watched(this.#client.makeFolder(path, options));
  }

  removeFolder(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#watched(this.#client.removeFolder(path, options));
  }

  setModifiedTime(path: RemotePath, modifiedMs: number, options: CallOptions): Promise<Receipt> {
    return this.#watched(this.#client.setModifiedTime(path, modifiedMs, options));
  }

  checksum(path: RemotePath, options: ChecksumOptions): Promise<string> {
    return this.#watched(this.#client.checksum(path, options));
  }

  command(text: string, options: CallOptions): Promise<Receipt> {
    return this.#watched(this.#client.command(text, options));
  }

  unfinishedWrite(path: RemotePath, options: UnfinishedOptions): Promise<UnfinishedWrite | undefined> {
    return this.#watched(this.#client.unfinishedWrite(path, options));
  }

  abandonWrite(path: RemotePath, options: UnfinishedOptions): Promise<void> {
    return this.#watched(this.#client.abandonWrite(path, options));
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** The same promise: its rejection is completed before anybody else hears of it. */
  #watched<T>(call: Promise<T>): Promise<T> {
    call.catch((error: unknown) => {
      if (error instanceof TransferError) error.recall(this.#trace.soFar());
    });
    return call;
  }
}
