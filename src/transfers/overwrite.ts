import type { Files } from '../core/files.js';
import { joinRemote, remoteName, remoteParent, type RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import type { ProtocolClient, RemoteEntry } from '../protocols/protocol-client.js';
import { byOurClock } from './server-clock.js';
import { isSameContent } from './same-content.js';
import { isItsOwnTarget, isSameFile } from './same-file.js';
import type { ServerMemory } from './server-memory.js';
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
  readonly memory: ServerMemory;
  /** Of this machine. */
  readonly files: Files;
  /** Times are carried over from the source, so that no server's clock stands in them. */
  readonly keepTime: boolean;
  readonly signal: AbortSignal;
}

/** Looks at the target as far as the policy needs it. Rejects ALREADY_EXISTS for `fail`, and for the source itself; IS_A_FOLDER for a folder. */
export async function decideTarget(question: OverwriteQuestion): Promise<TargetDecision> {
  const { policy, source, target, files, signal } = question;
  if (policy !== 'numerate' && (await isSameFile(source, target, files))) throw isItsOwnTarget(source);
  if (policy === 'overwrite') return write(target.path, true, 'overwrites');
  const existing = await target.use(signal, (session) => entryIfThere(session, target.path, signal));
  if (existing === undefined)
    return write(target.path, policy === 'newer' || policy === 'smart', 'new on the target');
  if (existing.kind === 'folder' && policy !== 'numerate') throw targetIsFolder(target, target.path);
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

/**
 * Equal times are not newer; a time that is known less exactly is compared at its precision, and a server's time
 * without the error of its clock.
 */
function newer(
  { source, target, sourceFacts, memory, keepTime }: OverwriteQuestion,
  existing: RemoteEntry,
): TargetDecision {
  if (sourceFacts.modifiedMs === undefined || existing.modifiedMs === undefined) {
    return write(target.path, true, 'a time is not known: overwrites');
  }
  const precisionMs = Math.max(sourceFacts.precisionMs ?? 1, existing.precisionMs ?? 1);
  const told = (modifiedMs: number, { pool }: TransferSide) =>
    keepTime ? modifiedMs : byOurClock(modifiedMs, pool.endpoint, memory);
  const here = told(sourceFacts.modifiedMs, source);
  const there = told(existing.modifiedMs, target);
  const isNewer = Math.floor(here / precisionMs) > Math.floor(there / precisionMs);
  if (isNewer) return write(target.path, true, 'the source is newer: overwrites');
  return { kind: 'skip', reason: 'the target is as new as the source' };
}

/** EFT's Smart Overwrite (eft.md 2.3), by the strongest checksum that the server computes, else by reading. */
async function smart(question: OverwriteQuestion, existing: RemoteEntry): Promise<TargetDecision> {
  const { sourceFacts, target } = question;
  const overwrites = (why: string) => write(target.path, true, `${why}: overwrites`);
  const sourceSize = sourceFacts.sizeBytes;
  const targetSize = existing.sizeBytes;
  if (sourceSize === undefined || targetSize === undefined) return overwrites('a size is not known');
  if (targetSize > sourceSize) return overwrites('the target is larger');
  if (targetSize === 0 && sourceSize > 0) return overwrites('the target is empty');
  if (targetSize === sourceSize) {
    const isSame = await isSameContent(question, targetSize, true);
    if (isSame) return { kind: 'skip', reason: 'the target is the same' };
    return overwrites(isSame === undefined ? 'the target cannot be compared' : 'the content differs');
  }
  if (!(await canResumeBoth(question)))
    return overwrites('the target is smaller and resuming is not possible');
  if (!(await isSameContent(question, targetSize, false)))
    return overwrites('the target is smaller and differs');
  return {
    kind: 'resume',
    path: target.path,
    offset: targetSize,
    reason: `the target is a part of the source: resumes at ${targetSize}`,
  };
}

async function canResumeBoth({ source, target, memory, signal }: OverwriteQuestion): Promise<boolean> {
  const from = (await source.session(signal)).capabilities;
  const to = (await target.session(signal)).capabilities;
  const isRefused = [source, target].some(({ pool }) => memory.of(pool.endpoint).cannotResume === true);
  return from.resumeRead && to.resumeWrite && !to.wholeWrites && !isRefused;
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

/** No policy is asked: a file never takes the place of a folder, not even of an empty one. */
export function targetIsFolder(target: TransferSide, path: RemotePath): TransferError {
  return new TransferError({
    code: 'IS_A_FOLDER',
    lastCode: target.ownFailureCode === -1 ? -1 : 5,
    phase: 'plan',
    message: `${target.pool.endpoint.label}: a folder of the name ${path} is there, which no file replaces`,
    side: 'us',
    advice: 'Choose another name, or end the destination with a slash to put the file into that folder.',
  });
}

export function targetExists(target: TransferSide): TransferError {
  return new TransferError({
    code: 'ALREADY_EXISTS',
    lastCode: target.ownFailureCode === -1 ? -1 : 80,
    phase: 'plan',
    message: `${target.pool.endpoint.label}: ${target.path} exists, and the overwrite policy fail forbids replacing it`,
    side: 'us',
  });
}
