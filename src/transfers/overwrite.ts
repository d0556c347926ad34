import { joinRemote, remoteName, remoteParent, type RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import type { ProtocolClient, RemoteEntry } from '../protocols/protocol-client.js';
import { hashByReading } from './read-back.js';
import type { OverwritePolicy } from './transfer-options.js';
import type { TransferSide } from './transfer-side.js';

/** What the policy says for one file. */
export type TargetDecision =
  | { readonly kind: 'write'; readonly path: RemotePath; readonly replace: boolean; readonly reason: string }
  /** Go on where the existing target ends. */
  | { readonly kind: 'resume'; readonly path: RemotePath; readonly offset: number; readonly reason: string }
  | { readonly kind: 'skip'; readonly reason: string };

/** Beyond this many copies of one name, something is wrong with the rule, not with the name. */
const MAX_NUMERATED = 10_000;

export interface OverwriteQuestion {
  readonly policy: OverwritePolicy;
  readonly source: TransferSide;
  readonly sourceFacts: RemoteEntry;
  readonly target: TransferSide;
  readonly signal: AbortSignal;
}

/** Looks at the target as far as the policy needs it. Rejects ALREADY_EXISTS for `fail`. */
export async function decideTarget(question: OverwriteQuestion): Promise<TargetDecision> {
  const { policy, target, signal } = question;
  if (policy === 'overwrite') return write(target.path, true, 'overwrites');
  const existing = await target.use(signal, (session) => entryIfThere(session, target.path, signal));
  if (existing === undefined)
    return write(target.path, policy === 'newer' || policy === 'smart', 'new on the target');
  switch (policy) {
    case 'skip':
      return { kind: 'skip', reason: 'the target exists' };
    case 'fail':
      throw targetExists(target);
    case 'numerate':
      return numerate(question);
    case 'newer':
      return newer(question, existing);
    case 'smart':
      return smart(question, existing);
  }
}

async function numerate({ target, signal }: OverwriteQuestion): Promise<TargetDecision> {
  for (let count = 1; count <= MAX_NUMERATED; count += 1) {
    const name =
      count === 1 ? `Copy of ${remoteName(target.path)}` : `Copy (${count}) of ${remoteName(target.path)}`;
    const path = joinRemote(remoteParent(target.path), name);
    const taken = await target.use(signal, (session) => entryIfThere(session, path, signal));
    if (taken === undefined) return write(path, false, `the target exists: as "${name}"`);
  }
  throw targetExists(target);
}

/** Equal times are not newer; a time that is known less exactly is compared at its precision. */
function newer({ target, sourceFacts }: OverwriteQuestion, existing: RemoteEntry): TargetDecision {
  if (sourceFacts.modifiedMs === undefined || existing.modifiedMs === undefined) {
    return write(target.path, true, 'a time is not known: overwrites');
  }
  const precisionMs = Math.max(sourceFacts.precisionMs ?? 1, existing.precisionMs ?? 1);
  const isNewer =
    Math.floor(sourceFacts.modifiedMs / precisionMs) > Math.floor(existing.modifiedMs / precisionMs);
  if (isNewer) return write(target.path, true, 'the source is newer: overwrites');
  return { kind: 'skip', reason: 'the target is as new as the source' };
}

/** EFT's Smart Overwrite (eft.md 2.3), comparing SHA-256 by reading where EFT asks the server for a CRC. */
async function smart(question: OverwriteQuestion, existing: RemoteEntry): Promise<TargetDecision> {
  const { source, sourceFacts, target } = question;
  const sourceSize = sourceFacts.sizeBytes;
  const targetSize = existing.sizeBytes;
  if (sourceSize === undefined || targetSize === undefined)
    return write(target.path, true, 'a size is not known: overwrites');
  if (targetSize > sourceSize) return write(target.path, true, 'the target is larger: overwrites');
  if (targetSize === 0 && sourceSize > 0) return write(target.path, true, 'the target is empty: overwrites');
  const head = await sideHash(question, source, targetSize);
  const there = await sideHash(question, target, undefined);
  const agrees = head === there;
  if (targetSize === sourceSize) {
    return agrees
      ? { kind: 'skip', reason: 'the target is the same' }
      : write(target.path, true, 'the content differs: overwrites');
  }
  if (!agrees) return write(target.path, true, 'the target is smaller and differs: overwrites');
  const canResume = await canResumeBoth(question);
  if (!canResume)
    return write(
      target.path,
      true,
      'the target is a part of the source, resuming is not possible: overwrites',
    );
  return {
    kind: 'resume',
    path: target.path,
    offset: targetSize,
    reason: `the target is a part of the source: resumes at ${targetSize}`,
  };
}

async function sideHash(
  { signal }: OverwriteQuestion,
  side: TransferSide,
  limitBytes: number | undefined,
): Promise<string> {
  const { sha256, stoppedEarly } = await side.use(signal, (session) =>
    hashByReading(session, side.path, limitBytes === undefined ? { signal } : { signal, limitBytes }),
  );
  if (stoppedEarly) await side.leave(true);
  return sha256;
}

async function canResumeBoth({ source, target, signal }: OverwriteQuestion): Promise<boolean> {
  const from = await source.session(signal);
  const to = await target.session(signal);
  return from.capabilities.resumeRead && to.capabilities.resumeWrite;
}

/** The entry, or undefined when it is not there. */
export async function entryIfThere(
  session: ProtocolClient,
  path: RemotePath,
  signal: AbortSignal,
): Promise<RemoteEntry | undefined> {
  try {
    return await session.stat(path, { signal });
  } catch (error) {
    if (error instanceof TransferError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

function write(path: RemotePath, replace: boolean, reason: string): TargetDecision {
  return { kind: 'write', path, replace, reason };
}

function targetExists(target: TransferSide): TransferError {
  return new TransferError({
    code: 'ALREADY_EXISTS',
    lastCode: target.ownFailureCode === -1 ? -1 : 80,
    phase: 'plan',
    message: `${target.pool.endpoint.label}: ${target.path} exists, and --overwrite fail forbids replacing it`,
    side: 'us',
  });
}
