import { remoteParent, type RemotePath } from '../core/remote-path.js';
import { asTransferError, TransferError } from '../core/transfer-error.js';
import type { FilePair, PlannedFile } from './batch-request.js';
import { decideTarget } from './overwrite.js';
import type { TransferJob } from './transfer-job.js';
import type { TransferContext } from './transfer.js';

/** With the failure that `fail` stands for. */
export type FilePlan = PlannedFile & { readonly error?: TransferError };

/** What a transfer of this file would do now: looks at both ends, writes nothing. */
export async function planFile(
  job: TransferJob,
  { sizeBytes, refusal }: Pick<FilePair, 'sizeBytes' | 'refusal'>,
  {
    platform,
    options,
    memory,
    signal,
    gate,
  }: Pick<TransferContext, 'platform' | 'options' | 'memory' | 'signal' | 'gate'>,
): Promise<FilePlan> {
  const { source, target } = job;
  const file = { source: source.path, target: target.path, sizeBytes };
  const verb = options.removeSource ? 'move' : 'copy';
  try {
    if (refusal !== undefined) throw refusal;
    const sourceFacts = await source.use(signal, (session) => session.stat(source.path, { signal }));
    const held = await gate?.preview(sourceFacts);
    if (held !== undefined) return { ...file, action: 'skip', reason: held };
    const decision = await decideTarget({
      policy: options.overwrite,
      source,
      sourceFacts,
      target,
      memory,
      files: platform.files,
      keepTime: options.keepTime,
      signal,
    });
    if (decision.kind === 'skip') return { ...file, action: 'skip', reason: decision.reason };
    if (decision.kind === 'resume')
      return { ...file, target: decision.path, action: 'resume', reason: decision.reason };
    const plan = { ...file, target: decision.path, action: verb, reason: decision.reason } as const;
    const stands = await standing(decision.path, target, signal);
    if (stands !== undefined) return { ...plan, ...stands };
    if (job.makeFolders === undefined) await expectFolder(decision.path, target, signal);
    return options.overwrite === 'overwrite' ? { ...plan, reason: 'new on the target' } : plan;
  } catch (thrown) {
    const error = asTransferError(thrown, 'plan');
    return { ...file, action: 'fail', reason: error.message, error };
  } finally {
    await source.leave(false);
    await target.leave(false);
  }
}

/**
 * What stands at the target now; undefined when there is nothing. A server that does not let us look may let us write
 * all the same.
 */
async function standing(
  path: RemotePath,
  target: TransferJob['target'],
  signal: AbortSignal,
): Promise<Pick<PlannedFile, 'replaces'> | undefined> {
  try {
    const { sizeBytes, modifiedMs } = await target.use(signal, (session) => session.stat(path, { signal }));
    return {
      replaces: {
        ...(sizeBytes === undefined ? {} : { sizeBytes }),
        ...(modifiedMs === undefined ? {} : { modifiedMs }),
      },
    };
  } catch (error) {
    return error instanceof TransferError && error.code === 'NOT_FOUND' ? undefined : {};
  }
}

/** Rejects NOT_FOUND where the folder is missing and nobody makes it. */
async function expectFolder(
  path: RemotePath,
  target: TransferJob['target'],
  signal: AbortSignal,
): Promise<void> {
  await target.use(signal, async (session) => {
    if (session.capabilities.folders) await session.stat(remoteParent(path), { signal });
  });
}
