import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../core/checksum.js';
import type { Proof, ProofFacts } from '../core/outcome.js';
import type { RemotePath } from '../core/remote-path.js';
import { asTransferError, TransferError } from '../core/transfer-error.js';
import type { Capabilities } from '../protocols/capabilities.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import { checksumWords } from './checksum-words.js';
import { checksumByReading } from './read-back.js';
import type { AttemptContext, TransferJob } from './transfer-job.js';
import type { TransferSide } from './transfer-side.js';
import type { TransferState } from './transfer-state.js';
import type { WorkingFile } from './working-file.js';

/** A proof and what it rests on. */
export interface Proven {
  readonly proof: Proof;
  readonly facts?: ProofFacts;
}

/** The checksum to take of the bytes as they pass: the strongest that the server can compute, too. */
export function algorithmToTake(
  { source, target }: Pick<TransferJob, 'source' | 'target'>,
  from: ProtocolClient,
  to: ProtocolClient,
): ChecksumAlgorithm {
  const asked = askedSide(source, target) === target ? to : from;
  return strongest(asked.capabilities, new Set()) ?? 'sha256';
}

/**
 * Proves by content that the copy is the source: by what the server compared while it stored it, by a checksum that
 * the server computes, else by reading the copy back. Rejects CONTENT_MISMATCH.
 */
export async function proveContent(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<Proven> {
  const { comparedByServer } = state;
  if (comparedByServer !== undefined) return byServer(comparedByServer);
  return (await askServer(job, state, context)) ?? readBack(job, state, context);
}

/** Who is asked for a checksum: the server that has the copy, or for a download the one that has the source. */
function askedSide(source: TransferSide, target: TransferSide): TransferSide {
  return target.isLocal && !source.isLocal ? source : target;
}

function strongest(
  capabilities: Capabilities,
  refused: ReadonlySet<ChecksumAlgorithm>,
): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.findLast(
    (algorithm) => capabilities.checksums.includes(algorithm) && !refused.has(algorithm),
  );
}

/** Undefined where the server computes nothing, or not what is so. */
async function askServer(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<Proven | undefined> {
  const asked = askedSide(job.source, job.target);
  const path = asked === job.source ? asked.path : (state.working as WorkingFile).path;
  const refused = new Set<ChecksumAlgorithm>();
  for (;;) {
    const { capabilities } = await asked.session(context.signal);
    const algorithm = strongest(capabilities, refused);
    if (algorithm === undefined) return undefined;
    const theirs = await serverChecksum(asked, path, algorithm, context.signal);
    refused.add(algorithm);
    if (theirs === undefined) continue;
    const ours = await ownChecksum(job, state, algorithm, context.signal);
    if (theirs === ours) return byServer(algorithm);
    if (asked === job.source) throw sourceDiffers(asked, algorithm, theirs, ours);
    // Servers are known to tell checksums of an earlier content: what can be read from them decides.
    state.notes.push(
      `the server tells a ${checksumWords(algorithm)} (${theirs}) that is not that of what was sent (${ours})`,
    );
    return undefined;
  }
}

/** Undefined where the server does not do it after all, not in time, or not any more (it gives each file once). */
export async function serverChecksum(
  side: TransferSide,
  path: RemotePath,
  algorithm: ChecksumAlgorithm,
  signal: AbortSignal,
  lengthBytes?: number,
): Promise<string | undefined> {
  const length = lengthBytes === undefined ? {} : { lengthBytes };
  try {
    return await side.use(
      signal,
      (session) => session.checksum(path, { algorithm, signal, ...length }),
      'checksum',
    );
  } catch (thrown) {
    const error = asTransferError(thrown, 'checksum');
    const isAnswer = error.retry === 'permanent' && error.code !== 'CANCELLED';
    if (isAnswer || error.code === 'TIMEOUT') return undefined;
    throw error;
  }
}

/** As taken while the bytes passed; where that was another one or a part only, of the end that is not asked. */
async function ownChecksum(
  { source, target }: TransferJob,
  state: TransferState,
  algorithm: ChecksumAlgorithm,
  signal: AbortSignal,
): Promise<string> {
  if (state.checksum?.algorithm === algorithm) return state.checksum.value;
  const isDownload = askedSide(source, target) === source;
  const side = isDownload ? target : source;
  const path = isDownload ? (state.working as WorkingFile).path : source.path;
  const read = await side.use(signal, (session) => checksumByReading(session, path, { algorithm, signal }));
  return read.value;
}

async function readBack(
  { source, target }: TransferJob,
  state: TransferState,
  { signal }: AttemptContext,
): Promise<Proven> {
  const { path } = state.working as WorkingFile;
  const algorithm = state.checksum?.algorithm ?? 'sha256';
  const read = (side: TransferSide, from: RemotePath) =>
    side.use(signal, (session) => checksumByReading(session, from, { algorithm, signal }), 'verify');
  const expected = state.checksum?.value ?? (await read(source, source.path)).value;
  const { value } = await read(target, path);
  if (value === expected) return { proof: 'read-back', facts: { algorithm, computedBy: 'us' } };
  throw mismatch(
    target,
    `${target.pool.endpoint.label}: ${path} has other bytes than the source (read back, its ${checksumWords(algorithm)} is ${value} instead of ${expected})`,
  );
}

function byServer(algorithm: ChecksumAlgorithm): Proven {
  return { proof: 'checksum', facts: { algorithm, computedBy: 'server' } };
}

function sourceDiffers(
  source: TransferSide,
  algorithm: ChecksumAlgorithm,
  theirs: string,
  ours: string,
): TransferError {
  return mismatch(
    source,
    `${source.pool.endpoint.label}: other bytes came than the server has in ${source.path} (it tells the ${checksumWords(algorithm)} ${theirs}, what came has ${ours})`,
  );
}

function mismatch(side: TransferSide, message: string): TransferError {
  return new TransferError({
    code: 'CONTENT_MISMATCH',
    lastCode: side.ownFailureCode,
    phase: 'verify',
    message,
    side: side.isLocal ? 'us' : 'partner',
  });
}
