import type { RemotePath } from '../core/remote-path.js';
import { asTransferError, TransferError } from '../core/transfer-error.js';
import type { FilePair, PlannedFile } from './batch-request.js';
import { decideTarget } from './overwrite.js';
import type { TransferJob } from './transfer-job.js';
import type { TransferContext } from './transfer.js';

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
): Promise<PlannedFile> {
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
    return {
      ...file,
      target: decision.path,
      action: verb,
      ...(await standing(decision, { target, neverLooked: options.overwrite === 'overwrite' }, signal)),
    };
  } catch (thrown) {
    return { ...file, action: 'fail', reason: asTransferError(thrown, 'plan').message };
  } finally {
    await source.leave(false);
    await target.leave(false);
  }
}

/** What is told of the target as it is now. A server that does not let us look may let us write all the same. */
async function standing(
  { path, reason }: { readonly path: RemotePath; readonly reason: string },
  { target, neverLooked }: Pick<TransferJob, 'target'> & { readonly neverLooked: boolean },
  signal: AbortSignal,
): Promise<Pick<PlannedFile, 'reason' | 'replaces'>> {
  try {
    const { sizeBytes, modifiedMs } = await target.use(signal, (session) => session.stat(path, { signal }));
    return {
      reason,
      replaces: {
        ...(sizeBytes === undefined ? {} : { sizeBytes }),
        ...(modifiedMs === undefined ? {} : { modifiedMs }),
      },
    };
  } catch (error) {
    const isFree = error instanceof TransferError && error.code === 'NOT_FOUND';
    return { reason: isFree && neverLooked ? 'new on the target' : reason };
  }
}
