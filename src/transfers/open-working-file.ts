import { TransferError } from '../core/transfer-error.js';
import type { RemotePath } from '../core/remote-path.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import { endpointKey, type Endpoint } from './endpoint.js';
import { clearLeftover } from './leftovers.js';
import { entryIfThere, type TargetDecision } from './overwrite.js';
import type { PartialJournal } from './partial-journal.js';
import type { OwnPart, PartNote } from './resumable-parts.js';
import { isRecognisable, isSameSource } from './source-identity.js';
import { temporaryPath } from './temporary-name.js';
import { isAscii, type AttemptContext, type TransferJob } from './transfer-job.js';
import type { TransferSide } from './transfer-side.js';
import type { TransferState } from './transfer-state.js';
import type { FactsBefore, WorkingFile } from './working-file.js';

/** Smaller files are sent again sooner than their part is looked at. */
const SMALLEST_RESUMED_BYTES = 1024 * 1024;

type WriteDecision = Exclude<TargetDecision, { kind: 'skip' }>;

/**
 * Sets `state.working`, and with it what stands there already: design.md, "The safe transfer", step 3, as far as the
 * server can.
 */
export async function openWorkingFile(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<void> {
  const { endpoint } = job.target.pool;
  const { capabilities } = await job.target.use(
    context.signal,
    (session) => Promise.resolve(session),
    'connect',
  );
  const decision = state.decision as WriteDecision;
  if (capabilities.wholeWrites) return openWhole(job, state, context);
  if (endpoint.finalName === 'direct' || !capabilities.rename) {
    await openDirect(job, state, context);
    if (!capabilities.rename)
      state.notes.push('written under its final name at once, since the server cannot rename');
    return;
  }
  if (decision.kind === 'resume') return borrow(job, state, context, decision.path);
  return openTemporary(job, state, context);
}

async function openDirect(
  { target }: TransferJob,
  state: TransferState,
  { signal }: AttemptContext,
): Promise<void> {
  const { kind, path } = state.decision as WriteDecision;
  // The partner's part, which is neither ours to remove nor in doubt: its head was compared.
  const isTheirs = kind === 'resume';
  const before: FactsBefore = isTheirs ? { kind: 'unknown' } : await factsBefore(target, path, signal);
  state.working = { kind: 'direct', path, before, settle: async () => undefined };
  if (!isTheirs) return;
  state.part = state.sourceFacts;
  state.inheritedBytes = Number.POSITIVE_INFINITY;
}

async function openTemporary(job: TransferJob, state: TransferState, context: AttemptContext): Promise<void> {
  const { platform, journal } = context;
  const { endpoint } = job.target.pool;
  const final = (state.decision as WriteDecision).path;
  const path = temporaryPath(final, platform.random, endpoint.temporaryName);
  const own = await ownPart(job, state, context, { kind: 'temporary', path });
  if (own === undefined) {
    const settle = await journal.begin(endpoint, { kind: 'temporary', path });
    state.working = { kind: 'temporary', path, settle };
    return;
  }
  state.working = { kind: 'temporary', path: own.note.path, ...endings(own) };
}

/** What the server gathers does not show, so there is something to remember only where it is kept open between runs. */
async function openWhole(job: TransferJob, state: TransferState, context: AttemptContext): Promise<void> {
  const { endpoint } = job.target.pool;
  const { path } = state.decision as WriteDecision;
  const before = await factsBefore(job.target, path, context.signal);
  const own = await ownPart(job, state, context, { kind: 'unfinished', path });
  const kept = own === undefined ? inJournal(endpoint, path, context.journal) : inNote(own);
  state.working = { kind: 'whole', path, before, ...kept };
}

type KeptName = Pick<WorkingFile & { kind: 'whole' }, 'settle' | 'leave' | 'unfinished'>;

/** The note of a part learns the name as soon as there is one. */
function inNote(own: OwnPart): KeptName {
  let id = own.note.unfinishedId;
  const began = async (given: string): Promise<void> => {
    id = given;
    await own.named(given);
  };
  return {
    ...endings(own),
    unfinished: {
      began,
      get id() {
        return id;
      },
    },
  };
}

/** Before the server has named it, there is nothing to clear. */
function inJournal(endpoint: Endpoint, path: RemotePath, journal: PartialJournal): KeptName {
  let id: string | undefined;
  let settle = async (): Promise<void> => undefined;
  const began = async (unfinishedId: string): Promise<void> => {
    id = unfinishedId;
    settle = await journal.begin(endpoint, { kind: 'unfinished', path, unfinishedId });
  };
  return {
    settle: () => settle(),
    unfinished: {
      began,
      get id() {
        return id;
      },
    },
  };
}

function endings(own: OwnPart): Pick<WorkingFile, 'settle' | 'leave'> {
  return { settle: () => own.settle(), leave: () => own.leave() };
}

/** The partner's part keeps its bytes while it grows under our name, so that the final name is never half. */
async function borrow(
  { target }: TransferJob,
  state: TransferState,
  { platform, journal, signal }: AttemptContext,
  final: RemotePath,
): Promise<void> {
  const { endpoint } = target.pool;
  const path = temporaryPath(final, platform.random, endpoint.temporaryName);
  const settle = await journal.begin(endpoint, { kind: 'backup', path, final });
  await target.use(signal, (session) => session.rename(final, path, { signal, replace: false }), 'rename');
  state.working = { kind: 'borrowed', path, final, settle };
  state.part = state.sourceFacts;
  state.inheritedBytes = Number.POSITIVE_INFINITY;
}

/** The note of this file's part, a former run's if it left one; undefined where no run could go on with it. */
async function ownPart(
  { source, target }: Pick<TransferJob, 'source' | 'target'>,
  state: TransferState,
  context: AttemptContext,
  place: Pick<PartNote, 'kind' | 'path'>,
): Promise<OwnPart | undefined> {
  const { options, signal } = context;
  const { parts } = context.journal;
  const { sizeBytes = 0, modifiedMs, version } = state.sourceFacts as RemoteEntry;
  if (parts === undefined || sizeBytes < SMALLEST_RESUMED_BYTES) return undefined;
  const note: PartNote = {
    ...place,
    final: (state.decision as WriteDecision).path,
    sourceEndpoint: endpointKey(source.pool.endpoint),
    sourcePath: source.path,
    source: { sizeBytes, modifiedMs, version },
  };
  const { endpoint } = target.pool;
  const claimed = await parts.claim(endpoint, note);
  if (claimed !== undefined && isSameSource(claimed.note.source, note.source)) {
    state.part = claimed.note.source;
    state.inheritedBytes = Number.POSITIVE_INFINITY;
    return claimed;
  }
  if (claimed !== undefined) {
    state.notes.push('the source is not what an earlier attempt read: sent from the start');
    await clearClaimed(target, claimed, signal);
  }
  const isOfUse = options.resume && !isAscii({ source }, options) && isRecognisable(note.source);
  return isOfUse ? parts.begin(endpoint, note) : undefined;
}

/** A part of another content must not be there when that of this one begins. Where it cannot go, it waits to be cleared. */
async function clearClaimed(target: TransferSide, claimed: OwnPart, signal: AbortSignal): Promise<void> {
  try {
    await target.use(signal, (session) => clearLeftover(session, claimed.note, signal), 'remove');
    await claimed.settle();
  } catch (error) {
    await claimed.leave();
    if (!(error instanceof TransferError) || error.retry === 'transient' || signal.aborted) throw error;
  }
}

async function factsBefore(
  target: TransferSide,
  path: RemotePath,
  signal: AbortSignal,
): Promise<FactsBefore> {
  try {
    const entry = await target.use(signal, (session) => entryIfThere(session, path, signal));
    return entry === undefined ? { kind: 'nothing' } : { kind: 'file', entry };
  } catch (error) {
    if (error instanceof TransferError && error.retry !== 'transient' && !error.sessionLost)
      return { kind: 'unknown' };
    throw error;
  }
}
