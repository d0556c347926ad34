import { startChecksum, type ChecksumAlgorithm, type RunningChecksum } from '../core/checksum.js';
import type { Receipt } from '../core/outcome.js';
import type { RemotePath } from '../core/remote-path.js';
import { asTransferError, cancelledError, TransferError } from '../core/transfer-error.js';
import type { ByteSink, ProtocolClient, UnfinishedName } from '../protocols/protocol-client.js';
import type { Bandwidth } from './bandwidth.js';
import { ByteChannel } from './byte-channel.js';
import { OverlapDisagrees, OverlapGate, type Overlap } from './resume-overlap.js';

export interface CopyEnd {
  readonly client: ProtocolClient;
  readonly path: RemotePath;
}

export interface CopyOptions {
  readonly signal: AbortSignal;
  /** Where the bytes go to on the target. */
  readonly offset: number;
  /** To be compared before anything is written. */
  readonly overlap: Overlap | undefined;
  /** As of a read. */
  readonly version: string | undefined;
  readonly ascii: boolean;
  readonly sizeBytes: number | undefined;
  /** As of a write: a name that was taken meanwhile is not overwritten, where the server can tell. */
  readonly exclusive: boolean;
  /** As of a write. */
  readonly keepUnfinished: boolean;
  readonly unfinished: UnfinishedName | undefined;
  /** Take this checksum of what passes. */
  readonly hash: ChecksumAlgorithm | undefined;
  /** To be stored with the copy where that can only be done while writing. */
  readonly modifiedMs: number | undefined;
  readonly bandwidth: Bandwidth | undefined;
  readonly moved: (bytes: number) => void;
}

/** What passed through, kept up to date while it passes, so that it is known after a failure too. */
export interface CopyTally {
  bytes: number;
  checksum: PassedChecksum | undefined;
}

/** Of all that passed; whole only when the copy began at the file's start. */
export interface PassedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

export interface CopyReceipts {
  readonly source: Receipt;
  readonly target: Receipt;
}

/** The first failure of a copy, and whose it was. */
export class CopyFailure extends Error {
  readonly side: 'source' | 'target';
  readonly error: TransferError;

  constructor(side: 'source' | 'target', error: TransferError) {
    super(error.message, { cause: error });
    this.side = side;
    this.error = error;
  }
}

/**
 * Streams one file from one session to another. Rejects with a CopyFailure once both sides have stopped; with
 * OverlapDisagrees when the overlap is not the source's, the target being untouched then.
 */
export async function copyBytes(
  source: CopyEnd,
  target: CopyEnd,
  options: CopyOptions,
  tally: CopyTally,
): Promise<CopyReceipts> {
  const channel = new ByteChannel();
  const hash = options.hash === undefined ? undefined : startChecksum(options.hash);
  let failure: CopyFailure | undefined;
  const stopBoth = (side: 'source' | 'target', thrown: unknown): undefined => {
    failure ??= new CopyFailure(side, asTransferError(thrown, side === 'source' ? 'read' : 'write'));
    // All bytes are here and only the confirmation is missing: the target must get them to be looked at.
    const { code, retry } = failure.error;
    if (side === 'source' && code === 'REPLY_LOST') channel.end();
    // What has come stands on the target then, for the next attempt to go on with.
    else if (side === 'source' && retry === 'transient' && options.keepUnfinished)
      channel.breakOff(failure.error);
    else channel.fail(failure.error);
    return undefined;
  };
  const onAbort = () => channel.fail(cancelledError(options.signal, 'write'));
  options.signal.addEventListener('abort', onAbort, { once: true });
  const sink = countingSink(channel.sink, options, tally, hash);
  const gate = options.overlap === undefined ? undefined : new OverlapGate(options.overlap, sink);
  const reading = readSource(source, gate ?? sink, options)
    .then(
      (receipt) => {
        channel.end();
        return receipt;
      },
      (error: unknown) => stopBoth('source', error),
    )
    .finally(() => gate?.end());
  const mayWrite = gate === undefined || (await gate.passed);
  const writing = mayWrite
    ? writeTarget(target, channel, options).catch((error: unknown) => stopBoth('target', error))
    : undefined;
  const [read, written] = await Promise.all([reading, writing]);
  options.signal.removeEventListener('abort', onAbort);
  if (hash !== undefined && options.hash !== undefined)
    tally.checksum = { algorithm: options.hash, value: hash.digest() };
  const isOther = !mayWrite && (failure === undefined || failure.error.cause instanceof OverlapDisagrees);
  if (isOther) throw new OverlapDisagrees('the overlap is not what the source has there');
  if (failure !== undefined) throw failure;
  return { source: read as Receipt, target: written as Receipt };
}

function readSource({ client, path }: CopyEnd, sink: ByteSink, options: CopyOptions): Promise<Receipt> {
  const { signal, ascii, version, overlap } = options;
  const offset = options.offset - (overlap?.lengthBytes ?? 0);
  return client.read(path, sink, { signal, ascii, version, offset });
}

function writeTarget(
  { client, path }: CopyEnd,
  channel: ByteChannel,
  options: CopyOptions,
): Promise<Receipt> {
  const { signal, ascii, offset, sizeBytes, exclusive, keepUnfinished, unfinished, modifiedMs } = options;
  const size = sizeBytes === undefined ? {} : { sizeBytes };
  return client.write(path, channel.source, {
    signal,
    ascii,
    offset,
    exclusive,
    keepUnfinished,
    unfinished,
    modifiedMs,
    ...size,
  });
}

/** A file may grow while it is read, and text mode makes it longer; beyond twice its size and this much it is endless. */
const MOST_EXCESS_BYTES = 16 * 1024 * 1024;

function endlessSource(toldBytes: number, bytes: number): TransferError {
  return new TransferError({
    code: 'SOURCE_CHANGED',
    lastCode: -1,
    phase: 'read',
    message: `the source does not end: ${bytes} bytes came, and ${toldBytes} were told`,
    sessionLost: true,
  });
}

function countingSink(
  sink: ByteSink,
  options: CopyOptions,
  tally: CopyTally,
  hash: RunningChecksum | undefined,
): ByteSink {
  const { bandwidth, signal, sizeBytes } = options;
  const mostBytes = sizeBytes === undefined ? Infinity : sizeBytes * 2 + MOST_EXCESS_BYTES;
  return {
    write: (chunk) => {
      tally.bytes += chunk.byteLength;
      if (tally.bytes > mostBytes) return Promise.reject(endlessSource(sizeBytes ?? 0, tally.bytes));
      hash?.update(chunk);
      options.moved(tally.bytes);
      const room = sink.write(chunk);
      const earned = bandwidth?.spend(chunk.byteLength, signal);
      if (earned === undefined) return room;
      return room === undefined ? earned : Promise.all([room, earned]).then(() => undefined);
    },
  };
}
