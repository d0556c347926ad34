import {
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import type { Receipt } from '../../core/outcome.js';
import type { Platform } from '../../core/platform.js';
import { printable } from '../../core/printable.js';
import { remoteName, type RemotePath } from '../../core/remote-path.js';
import { throwIfCancelled, TransferError, type Phase } from '../../core/transfer-error.js';
import type { Capabilities } from '../capabilities.js';
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
} from '../protocol-client.js';
import { unsupportedError } from '../unsupported.js';
import { entryOfObject, storedChecksum } from './object-facts.js';
import { download } from './s3-download.js';
import { listBuckets, listPrefix, type FoundEntries } from './s3-listing.js';
import { WITH_CHECKSUMS } from './s3-message.js';
import type { S3Options } from './s3-options.js';
import { s3Place, type S3Key, type S3Place } from './s3-path.js';
import { S3Session, type S3Task } from './s3-session.js';
import { upload } from './s3-upload.js';
import { abandonUpload, findUnfinished } from './unfinished-uploads.js';

const MAX_PARALLEL = 16;
const NO_FOLDERS = 'S3 has none; a key holds slashes as it likes';
/** Makers differ in what they keep; which of these an object has shows only when it is asked for. */
const CHECKSUMS = ['crc32', 'md5', 'sha1', 'sha256'] as const;
/** Nothing was asked of the server. */
const NOTHING_DONE: Receipt = { lastCode: 200, bytes: 0 };

/** One session with an S3 endpoint. */
export function createS3Client(options: S3Options, platform: Platform): ProtocolClient {
  return new S3Client(options, platform);
}

/**
 * Amazon S3 and what speaks like it, by the SDK of AWS on our sockets. A folder is what keys have in common up to a
 * slash, or the key that other programs leave as the mark of an empty one (`folder/`).
 */
class S3Client implements ProtocolClient {
  readonly #options: S3Options;
  readonly #session: S3Session;
  readonly #closing = new AbortController();
  #isConnected = false;
  /** The call under way; it clears up before the connection goes. */
  #running: Promise<unknown> = Promise.resolve();

  readonly capabilities: Capabilities = {
    replacingRename: false,
    exclusiveRename: false,
    rename: false,
    wholeWrites: true,
    listing: true,
    folders: false,
    checksums: CHECKSUMS,
    headChecksums: false,
    resumeRead: true,
    /** By `unfinishedWrite`; a file that stands is never added to. */
    resumeWrite: true,
    setModifiedTime: false,
    sizes: true,
    settledCode: 200,
    maxParallel: MAX_PARALLEL,
  };

  constructor(options: S3Options, platform: Platform) {
    this.#options = options;
    this.#session = new S3Session(options, platform);
  }

  /**
   * Asks for the list of buckets, which shows whether the keys are good. That they may not see it says nothing of
   * what else they may.
   */
  async connect({ signal }: CallOptions): Promise<Receipt> {
    if (this.#isConnected) throw this.#misuse('connect', 'a client connects once');
    this.#isConnected = true;
    const task = this.#task('login', 'log in', signal);
    return this.#run(async () => {
      try {
        await this.#session.send(new ListBucketsCommand({}), task);
        return this.#receipt();
      } catch (error) {
        if (error instanceof TransferError && SAYS_NOTHING_OF_KEYS.has(error.code)) return NOTHING_DONE;
        throw error;
      }
    });
  }

  async *list(folder: RemotePath, options: ListOptions): AsyncIterable<RemoteEntry> {
    const task = this.#task('list', `list ${printable(folder)}`, options.signal);
    throwIfCancelled(task.signal, 'list');
    const place = s3Place(folder, 'list');
    const entries =
      place.kind === 'root' ? listBuckets(this.#session, task) : this.#listFolder(place, options, task);
    for await (const entry of entries) {
      yield entry;
      throwIfCancelled(task.signal, 'list');
    }
  }

  async *#listFolder(
    place: Exclude<S3Place, { kind: 'root' }>,
    options: ListOptions,
    task: S3Task,
  ): AsyncGenerator<RemoteEntry> {
    const found: FoundEntries = { exists: false };
    const { bucket } = place;
    const prefix = place.kind === 'bucket' ? '' : `${place.key}/`;
    yield* listPrefix(this.#session, { bucket, prefix }, task, found, options);
    if (found.exists || place.kind === 'bucket') return;
    const isFile = await this.#isObject(place, task);
    throw isFile ? this.#failure('NOT_A_FOLDER', task, 'it is a file') : this.#missing(task);
  }

  async stat(path: RemotePath, options: CallOptions): Promise<RemoteEntry> {
    const task = this.#task('stat', `look at ${printable(path)}`, options.signal);
    return this.#run(async () => {
      const place = s3Place(path, 'stat');
      const name = remoteName(path);
      if (place.kind === 'root') return { name, kind: 'folder' };
      if (place.kind === 'bucket') {
        await this.#session.send(new HeadBucketCommand({ Bucket: place.bucket }), task);
        return { name, kind: 'folder' };
      }
      if (!place.isFolder) {
        const facts = await unlessMissing(this.#head(place, task));
        if (facts !== undefined) return entryOfObject(name, facts);
      }
      if (await this.#isFolder(place, task)) return { name, kind: 'folder' };
      throw this.#missing(task);
    });
  }

  async read(path: RemotePath, sink: ByteSink, options: ReadOptions): Promise<Receipt> {
    const task = this.#task('read', `read ${printable(path)}`, options.signal);
    return this.#run(async () => {
      const place = this.#keyOf(path, task);
      try {
        return await download(this.#session, place, sink, options, task);
      } catch (error) {
        return this.#readRefused(error, place, options, task);
      }
    });
  }

  async write(path: RemotePath, source: ByteSource, options: WriteOptions): Promise<Receipt> {
    const task = this.#task('write', `write ${printable(path)}`, options.signal);
    return this.#run(async () => {
      const place = this.#keyOf(path, task);
      const offset = options.offset ?? 0;
      const uploadId = offset === 0 ? undefined : options.unfinished?.id;
      const unfinished = uploadId && (await findUnfinished(this.#session, { ...place, uploadId }, task));
      if (offset > 0 && (!unfinished || unfinished.bytes !== offset)) {
        throw this.#failure(
          'UNSUPPORTED',
          task,
          `no unfinished upload of ${offset} bytes is there to go on with`,
        );
      }
      const { partBytes } = this.#options;
      return upload(
        { session: this.#session, place, task, options, partBytes, unfinished: unfinished || undefined },
        source,
      );
    });
  }

  rename(from: RemotePath, _to: RemotePath, options: RenameOptions): Promise<Receipt> {
    return this.#unsupported('rename', `cannot rename ${printable(from)}: S3 has no such operation`, options);
  }

  async remove(path: RemotePath, options: CallOptions): Promise<Receipt> {
    const task = this.#task('remove', `remove ${printable(path)}`, options.signal);
    return this.#run(async () => {
      const place = this.#keyOf(path, task);
      // A removal answers the same whether there was anything or not.
      if (!(await this.#isObject(place, task))) throw await this.#notAFile(place, task);
      await this.#session.send(new DeleteObjectCommand({ Bucket: place.bucket, Key: place.key }), task);
      return this.#receipt();
    });
  }

  makeFolder(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#unsupported('make-folder', `makes no folder ${printable(path)}: ${NO_FOLDERS}`, options);
  }

  removeFolder(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#unsupported('remove', `removes no folder ${printable(path)}: ${NO_FOLDERS}`, options);
  }

  setModifiedTime(path: RemotePath, _modifiedMs: number, options: CallOptions): Promise<Receipt> {
    return this.#unsupported(
      'set-time',
      `cannot set the time of ${printable(path)}: S3 keeps it only while a file is written`,
      options,
    );
  }

  async checksum(path: RemotePath, options: ChecksumOptions): Promise<string> {
    const { algorithm, lengthBytes } = options;
    const task = this.#task('checksum', `ask for the ${algorithm} of ${printable(path)}`, options.signal);
    return this.#run(async () => {
      const place = this.#keyOf(path, task);
      if (lengthBytes !== undefined)
        throw this.#failure('UNSUPPORTED', task, 'S3 tells it of whole files only');
      const value = storedChecksum(await this.#head(place, task), algorithm);
      if (value !== undefined) return value;
      throw this.#failure('UNSUPPORTED', task, 'the server keeps none of the whole content');
    });
  }

  command(_text: string, options: CallOptions): Promise<Receipt> {
    return this.#unsupported('command', 'takes no commands: S3 has none', options);
  }

  async unfinishedWrite(path: RemotePath, options: UnfinishedOptions): Promise<UnfinishedWrite | undefined> {
    const task = this.#task('stat', `look for an unfinished upload of ${printable(path)}`, options.signal);
    return this.#run(async () => {
      const wanted = { ...this.#keyOf(path, task), uploadId: options.id };
      const found = await unlessMissing(findUnfinished(this.#session, wanted, task));
      return found && { bytes: found.bytes, tail: found.tail };
    });
  }

  async abandonWrite(path: RemotePath, options: UnfinishedOptions): Promise<void> {
    const task = this.#task('remove', `clear the unfinished upload of ${printable(path)}`, options.signal);
    await this.#run(async () => {
      throwIfCancelled(task.signal, task.phase);
      const place = s3Place(path, task.phase);
      // Of a path that names no object, none was ever begun.
      if (place.kind === 'key' && !place.isFolder)
        await abandonUpload(this.#session, { ...place, uploadId: options.id }, task);
    });
  }

  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) this.#closing.abort(this.#misuse('close', 'the session is closed'));
    await this.#running.catch(() => undefined);
    this.#session.close();
  }

  #task(phase: Phase, operation: string, signal: AbortSignal): S3Task {
    return { phase, operation, signal: AbortSignal.any([this.#closing.signal, signal]) };
  }

  /** `work`, begun in a later turn so that a cancelled call sends nothing, and remembered for `close`. */
  #run<T>(work: () => Promise<T>): Promise<T> {
    const running = Promise.resolve().then(work);
    this.#running = running;
    return running;
  }

  #keyOf(path: RemotePath, task: S3Task): S3Key {
    throwIfCancelled(task.signal, task.phase);
    const place = s3Place(path, task.phase);
    if (place.kind === 'key' && !place.isFolder) return place;
    throw this.#failure('IS_A_FOLDER', task, 'a file is named by bucket and key: /bucket/key');
  }

  #head({ bucket, key }: S3Key, task: S3Task) {
    return this.#session.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), {
      ...task,
      headers: WITH_CHECKSUMS,
    });
  }

  async #isObject(place: S3Key, task: S3Task): Promise<boolean> {
    return (await unlessMissing(this.#head(place, task))) !== undefined;
  }

  async #isFolder({ bucket, key }: S3Key, task: S3Task): Promise<boolean> {
    const look = new ListObjectsV2Command({ Bucket: bucket, Prefix: `${key}/`, MaxKeys: 1 });
    const answer = await this.#session.send(look, task).catch((error: unknown) => {
      // Who may read a file need not be allowed to list.
      if (error instanceof TransferError && error.code === 'PERMISSION_DENIED') return undefined;
      throw error;
    });
    return (answer?.Contents?.length ?? 0) > 0;
  }

  async #notAFile(place: S3Key, task: S3Task): Promise<TransferError> {
    const isFolder = await this.#isFolder(place, task);
    return isFolder ? this.#failure('IS_A_FOLDER', task, 'it is a folder') : this.#missing(task);
  }

  /** Rejects with what a refused read means, but where there was nothing left to read. */
  async #readRefused(error: unknown, place: S3Key, options: ReadOptions, task: S3Task): Promise<Receipt> {
    if (!(error instanceof TransferError) || error.sessionLost) throw error;
    const { offset = 0, version } = options;
    if (error.lastCode === 412 && version !== undefined) {
      throw error.with({ code: 'SOURCE_CHANGED', retry: 'transient', side: 'partner', advice: undefined });
    }
    if (error.lastCode === 416 && offset > 0) {
      // Beyond the end there is no range: RFC 9110, section 15.5.17.
      const { ContentLength: sizeBytes } = await this.#head(place, task);
      if (sizeBytes === offset) return this.#receipt();
    }
    if (error.code === 'NOT_FOUND' && (await this.#isFolder(place, task).catch(() => false))) {
      throw this.#failure('IS_A_FOLDER', task, 'it is a folder');
    }
    throw error;
  }

  #unsupported(phase: Phase, doing: string, { signal }: CallOptions): Promise<Receipt> {
    return this.#run(() => {
      throwIfCancelled(AbortSignal.any([this.#closing.signal, signal]), phase);
      return Promise.reject(unsupportedError(this.#session.place, doing, phase));
    });
  }

  #receipt(): Receipt {
    return { lastCode: this.#session.transport.lastHead?.status ?? 200, bytes: 0 };
  }

  #missing(task: S3Task): TransferError {
    return this.#failure('NOT_FOUND', task, 'there is no such file or folder', 404);
  }

  /** What no answer said in one; the code is that of the status that would say it, or none. */
  #failure(
    code: 'NOT_FOUND' | 'NOT_A_FOLDER' | 'IS_A_FOLDER' | 'UNSUPPORTED',
    { phase, operation }: S3Task,
    problem: string,
    lastCode = -1,
  ): TransferError {
    return new TransferError({
      code,
      lastCode,
      phase,
      message: `${this.#session.place}: ${operation}: ${problem}`,
    });
  }

  #misuse(phase: Phase, problem: string): TransferError {
    return new TransferError({
      code: 'CLOSED',
      lastCode: -1,
      phase,
      message: `${this.#session.place}: ${problem}`,
      sessionLost: true,
    });
  }
}

/** Answers that come of good keys too: no right to see all buckets, or a server that does not know the question. */
const SAYS_NOTHING_OF_KEYS: ReadonlySet<string> = new Set([
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'UNSUPPORTED',
  'REDIRECT_REFUSED',
]);

/** Undefined where the server says that there is no such thing. */
async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TransferError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
