import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import type { ChecksumAlgorithm } from '../../core/checksum.js';
import type { Receipt } from '../../core/outcome.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ByteSource, WriteOptions } from '../protocol-client.js';
import { base64OfHex, bodySums, eTagOfParts, provenBy, type BodySums } from './body-proof.js';
import { modifiedMetadata } from './object-facts.js';
import { PartReader, type Part } from './part-reader.js';
import { MAX_PARTS, PartSizes, tooManyParts } from './part-sizes.js';
import { bodyHash, WITH_CHECKSUMS } from './s3-message.js';
import type { S3Key } from './s3-path.js';
import type { S3Session, S3Task } from './s3-session.js';
import { abandonUpload, type UnfinishedUpload } from './unfinished-uploads.js';

/** How long clearing up after a failure may take. */
const ABANDON_MS = 5000;

export interface UploadFacts {
  readonly session: S3Session;
  readonly place: S3Key;
  readonly task: S3Task;
  readonly options: WriteOptions;
  readonly partBytes: number;
  /** What an earlier write left, to go on with. */
  readonly unfinished: UnfinishedUpload | undefined;
}

/** Writes one object: in one request where one part holds it, else in parts, one sent while the next is gathered. */
export async function upload(facts: UploadFacts, source: ByteSource): Promise<Receipt> {
  const { session, options, unfinished, partBytes, task } = facts;
  const parts = new PartReader(source, session.platform.blocks, task.signal);
  const sizes = new PartSizes(partBytes, options.sizeBytes, unfinished?.parts.length ?? 0);
  try {
    const first = await parts.next(sizes.of((unfinished?.parts.length ?? 0) + 1));
    if (first.isLast && unfinished === undefined) return await putWhole(facts, first.content);
    return await new PartwiseUpload(facts, parts, sizes).run(first);
  } catch (error) {
    await parts.letGo();
    throw error;
  }
}

async function putWhole(facts: UploadFacts, content: Buffer): Promise<Receipt> {
  const { session, task } = facts;
  const sums = bodySums(content);
  try {
    const stored = await putObject(facts, content, sums);
    return receipt(session, content.byteLength, provenBy(stored, sums));
  } catch (error) {
    if (!isReplyLost(error, session)) throw error;
    const stored = await lookAfterLoss(facts, error);
    const proof = provenBy(stored, sums);
    if (proof === undefined) throw replyLost(error, task);
    return { ...receipt(session, content.byteLength, proof), reply: SETTLED };
  }
}

const SETTLED = 'the reply was lost; the file is there with the checksum of what was sent';

async function putObject({ session, place, task, options }: UploadFacts, content: Buffer, sums: BodySums) {
  const send = (isExclusive: boolean) =>
    session.send(
      new PutObjectCommand({
        Bucket: place.bucket,
        Key: place.key,
        Metadata: modifiedMetadata(options.modifiedMs),
        ...(isExclusive ? { IfNoneMatch: '*' } : {}),
        ...bodyFields(content, sums),
      }),
      { ...task, headers: bodyHash(sums.sha256) },
    );
  return exclusively(send, options.exclusive === true);
}

/** A server that does not know conditional writes refuses them (501): then the name is not guarded. */
async function exclusively<T>(send: (isExclusive: boolean) => Promise<T>, isWanted: boolean): Promise<T> {
  try {
    return await send(isWanted);
  } catch (error) {
    const isUnknown = error instanceof TransferError && error.code === 'UNSUPPORTED';
    if (!isWanted || !isUnknown) throw error;
    return send(false);
  }
}

function bodyFields(content: Buffer, sums: BodySums) {
  return {
    Body: content,
    ContentLength: content.byteLength,
    ContentMD5: base64OfHex(sums.md5),
    ChecksumSHA256: base64OfHex(sums.sha256),
  };
}

class PartwiseUpload {
  readonly #facts: UploadFacts;
  readonly #reader: PartReader;
  readonly #sizes: PartSizes;
  readonly #parts: CompletedPart[];
  readonly #proofs = new Set<ChecksumAlgorithm | undefined>();
  #uploadId: string;
  #bytes = 0;

  constructor(facts: UploadFacts, reader: PartReader, sizes: PartSizes) {
    this.#facts = facts;
    this.#reader = reader;
    this.#sizes = sizes;
    this.#uploadId = facts.unfinished?.uploadId ?? '';
    this.#parts = [...(facts.unfinished?.parts ?? [])];
    // Nobody compared what an earlier run sent with what it read.
    if (this.#parts.length > 0) this.#proofs.add(undefined);
  }

  async run(first: Part): Promise<Receipt> {
    const isNew = this.#uploadId === '';
    if (isNew) this.#uploadId = await this.#create();
    const { keepUnfinished = false, unfinished } = this.#facts.options;
    try {
      if (isNew) await unfinished?.began(this.#uploadId);
      await this.#sendAll(first);
      return await this.#complete();
    } catch (error) {
      const isWorthKeeping = this.#parts.length > 0 && mayGoOn(error);
      if (keepUnfinished && unfinished !== undefined && isWorthKeeping) throw error;
      throw await this.#cleared(error);
    }
  }

  async #create(): Promise<string> {
    const { session, place, task, options } = this.#facts;
    const { UploadId } = await session.send(
      new CreateMultipartUploadCommand({
        Bucket: place.bucket,
        Key: place.key,
        ChecksumAlgorithm: 'SHA256',
        Metadata: modifiedMetadata(options.modifiedMs),
      }),
      task,
    );
    if (UploadId !== undefined && UploadId !== '') return UploadId;
    throw new TransferError({
      code: 'PROTOCOL_VIOLATION',
      lastCode: -1,
      phase: task.phase,
      message: `${session.place}: ${task.operation}: the server began an upload without a name for it`,
    });
  }

  async #sendAll(first: Part): Promise<void> {
    const { task } = this.#facts;
    let part: Part = first;
    for (;;) {
      // An empty end of what an earlier write had sent whole.
      if (part.content.byteLength > 0 || this.#parts.length === 0) {
        const stopped = new AbortController();
        const sending = this.#send(part.content, AbortSignal.any([task.signal, stopped.signal]));
        if (part.isLast) return sending;
        part = await this.#gatherMeanwhile(sending, stopped);
      } else return;
    }
  }

  /** Whichever fails first is told; the request is over by then, since the connection is needed to clear up. */
  async #gatherMeanwhile(sending: Promise<void>, stopped: AbortController): Promise<Part> {
    try {
      const gathering = this.#reader.next(this.#sizes.of(this.#parts.length + 2));
      const [part] = await Promise.all([gathering, sending]);
      return part;
    } catch (error) {
      stopped.abort();
      await sending.catch(() => undefined);
      throw error;
    }
  }

  async #send(content: Buffer, signal: AbortSignal): Promise<void> {
    const { session, place, task } = this.#facts;
    const PartNumber = this.#parts.length + 1;
    if (PartNumber > MAX_PARTS) {
      throw tooManyParts(
        `${session.place}: ${task.operation}: the file does not fit into ${MAX_PARTS} parts`,
      );
    }
    const sums = bodySums(content);
    const { ETag, ChecksumSHA256 } = await session.send(
      new UploadPartCommand({
        Bucket: place.bucket,
        Key: place.key,
        UploadId: this.#uploadId,
        PartNumber,
        ...bodyFields(content, sums),
      }),
      { ...task, signal, headers: bodyHash(sums.sha256) },
    );
    this.#proofs.add(provenBy({ ETag, ChecksumSHA256 }, sums));
    this.#parts.push({ PartNumber, ETag, ...(ChecksumSHA256 === undefined ? {} : { ChecksumSHA256 }) });
    this.#bytes += content.byteLength;
  }

  async #complete(): Promise<Receipt> {
    const { session, place, task, options } = this.#facts;
    const send = (isExclusive: boolean) =>
      session.send(
        new CompleteMultipartUploadCommand({
          Bucket: place.bucket,
          Key: place.key,
          UploadId: this.#uploadId,
          MultipartUpload: { Parts: this.#parts },
          ...(isExclusive ? { IfNoneMatch: '*' } : {}),
        }),
        task,
      );
    try {
      await exclusively(send, options.exclusive === true);
      return receipt(session, this.#bytes, this.#proof());
    } catch (error) {
      if (!isReplyLost(error, session)) throw error;
      const { ETag } = await lookAfterLoss(this.#facts, error);
      const expected = eTagOfParts(this.#parts);
      if (expected === undefined || ETag?.replaceAll('"', '') !== expected) throw replyLost(error, task);
      return { ...receipt(session, this.#bytes, this.#proof()), reply: SETTLED };
    }
  }

  /** The weaker of what the parts were compared by; nothing where one was not. */
  #proof(): ChecksumAlgorithm | undefined {
    if (this.#proofs.has(undefined)) return undefined;
    return this.#proofs.has('md5') ? 'md5' : 'sha256';
  }

  /** The same failure; where parts stay behind on the server it says so. */
  async #cleared(failure: unknown): Promise<unknown> {
    const { session, place, task } = this.#facts;
    const stop = new AbortController();
    const timer = session.platform.clock.startTimer(ABANDON_MS, () => stop.abort());
    try {
      await abandonUpload(session, { ...place, uploadId: this.#uploadId }, { ...task, signal: stop.signal });
      return failure;
    } catch {
      if (!(failure instanceof TransferError)) return failure;
      return failure.with({
        message: `${failure.message}; its parts could not be cleared from the server (upload ${this.#uploadId})`,
      });
    } finally {
      timer.cancel();
    }
  }
}

/** After a refusal for good there is nothing to go on with. */
function mayGoOn(error: unknown): boolean {
  if (!(error instanceof TransferError)) return true;
  return error.retry === 'transient' || error.code === 'CANCELLED';
}

/** All bytes went out and no answer came: whether the file stands there, only a look can tell. */
function isReplyLost(error: unknown, { transport }: S3Session): error is TransferError {
  const isSilence = error instanceof TransferError && SILENCE.has(error.code);
  return isSilence && transport.isBodySent && !hasRefused(transport.lastHead);
}

const SILENCE: ReadonlySet<string> = new Set(['CONNECTION_LOST', 'TIMEOUT']);

function hasRefused(head: { readonly status: number } | undefined): boolean {
  return head !== undefined && head.status >= 300;
}

async function lookAfterLoss(facts: UploadFacts, loss: TransferError): Promise<HeadObjectCommandOutput> {
  const { session, place, task } = facts;
  session.trace.noted('the reply was lost: looks at what stands there');
  try {
    return await session.send(new HeadObjectCommand({ Bucket: place.bucket, Key: place.key }), {
      ...task,
      headers: WITH_CHECKSUMS,
    });
  } catch {
    throw replyLost(loss, task);
  }
}

function replyLost(loss: TransferError, { phase }: S3Task): TransferError {
  return loss.with({
    code: 'REPLY_LOST',
    phase,
    message: `${loss.message}; all bytes were sent, the confirmation is missing`,
    retry: 'transient',
    side: 'network',
    advice: undefined,
  });
}

function receipt({ transport }: S3Session, bytes: number, checksum: ChecksumAlgorithm | undefined): Receipt {
  return {
    lastCode: transport.lastHead?.status ?? 200,
    bytes,
    ...(checksum === undefined ? {} : { checksum }),
  };
}
