import type { RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import type { ProtocolClient, RemoteEntry, UnfinishedName } from '../protocols/protocol-client.js';
import { entryIfThere } from './overwrite.js';
import type { TransferState } from './transfer-state.js';

/** Where the bytes of a copy are while they are on their way, and what becomes of them when it fails. */
export type WorkingFile = {
  readonly path: RemotePath;
  /** Strikes it off the journal. */
  readonly settle: () => Promise<void>;
  /** Leaves it to a later run to go on with; absent where none could. */
  readonly leave?: () => Promise<void>;
} & (
  | {
      /** Ours, under a name of ours: removed. */
      readonly kind: 'temporary';
    }
  | {
      /** The partner's part that a resume took over: gets its name back. */
      readonly kind: 'borrowed';
      readonly final: RemotePath;
    }
  | {
      /** Under its final name, where it shows only once it is whole: what the server has gathered is thrown away. */
      readonly kind: 'whole';
      readonly before: FactsBefore;
      readonly unfinished: UnfinishedName;
    }
  | {
      /** Under its final name from the first byte on: removed, unless it is what stood there before. */
      readonly kind: 'direct';
      readonly before: FactsBefore;
    }
);

/** What stood under the final name before we wrote there: nothing, something, or what could not be looked at. */
export type FactsBefore =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'file'; readonly entry: RemoteEntry }
  | { readonly kind: 'unknown' };

/** True when what stands there now may be what stood there before we wrote. */
export function mayBeFormer(before: FactsBefore, now: RemoteEntry): boolean {
  switch (before.kind) {
    case 'nothing':
      return false;
    case 'unknown':
      return true;
    case 'file': {
      const { sizeBytes, modifiedMs, version } = before.entry;
      return sizeBytes === now.sizeBytes && modifiedMs === now.modifiedMs && version === now.version;
    }
  }
}

export function isUnderFinalName({ kind }: WorkingFile): boolean {
  return kind === 'direct' || kind === 'whole';
}

/** True when the write is the moment in which the name is taken, and the policy forbids to replace anything. */
export function mustBeNew({ working, hasWritten, decision }: TransferState): boolean {
  if (working === undefined || !isUnderFinalName(working)) return false;
  const isOurHalf = working.kind === 'direct' && hasWritten;
  return decision?.kind === 'write' && !decision.replace && !isOurHalf;
}

export type TakenBack = 'gone' | 'found-nothing' | 'left';

/** Takes back what is ours on the target after a failure. Rejects when that cannot be done. */
export async function takeBack(
  session: ProtocolClient,
  working: WorkingFile,
  signal: AbortSignal,
): Promise<TakenBack> {
  switch (working.kind) {
    case 'temporary':
      return foundNothing(session.remove(working.path, { signal }));
    case 'borrowed':
      return foundNothing(session.rename(working.path, working.final, { signal, replace: false }));
    case 'whole':
      if (working.unfinished.id !== undefined)
        await session.abandonWrite(working.path, { signal, id: working.unfinished.id });
      return 'gone';
    case 'direct':
      return removeOurHalf(session, working.path, working.before, signal);
  }
}

/** Nothing is removed that may be the partner's: only what was not there before, or is not the same any more. */
async function removeOurHalf(
  session: ProtocolClient,
  path: RemotePath,
  before: FactsBefore,
  signal: AbortSignal,
): Promise<TakenBack> {
  if (before.kind === 'unknown') return 'left';
  const now = await entryIfThere(session, path, signal);
  if (now === undefined) return 'found-nothing';
  if (mayBeFormer(before, now)) return 'gone';
  return foundNothing(session.remove(path, { signal }));
}

async function foundNothing(work: Promise<unknown>): Promise<TakenBack> {
  try {
    await work;
    return 'gone';
  } catch (error) {
    if (error instanceof TransferError && error.code === 'NOT_FOUND') return 'found-nothing';
    throw error;
  }
}
