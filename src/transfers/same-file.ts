import { posix } from 'node:path';
import type { Files } from '../core/files.js';
import type { RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import { endpointKey } from './endpoint.js';
import type { TransferSide } from './transfer-side.js';

/**
 * True when the target's name is the source's own: a move to there would remove the only copy there is. On this machine
 * also by another path: through a linked folder, or in other letters where case does not matter.
 */
export async function isSameFile(source: TransferSide, target: TransferSide, files: Files): Promise<boolean> {
  if (endpointKey(source.pool.endpoint) !== endpointKey(target.pool.endpoint)) return false;
  return source.path === target.path || (source.isLocal && isSameEntry(source.path, target.path, files));
}

/** Two names of one content (hard links) are two files here: each can go without the other. */
async function isSameEntry(one: RemotePath, other: RemotePath, files: Files): Promise<boolean> {
  const name = (path: string) => posix.basename(path).toLowerCase();
  if (name(one) !== name(other)) return false;
  const folderOf = (path: string) => files.realPath(posix.dirname(path));
  try {
    // The target first: mostly it is not there, and that is the answer.
    const there = await files.stat(other);
    if ((await files.stat(one)).identity !== there.identity) return false;
    return (await folderOf(one)) === (await folderOf(other));
  } catch {
    // What cannot be looked at shows in the next step, with its own error.
    return false;
  }
}

export function isItsOwnTarget(source: TransferSide): TransferError {
  return new TransferError({
    code: 'ALREADY_EXISTS',
    lastCode: source.ownFailureCode === -1 ? -1 : 80,
    phase: 'plan',
    message: `${source.pool.endpoint.label}: ${source.path} is source and target at once`,
    side: 'us',
    advice: 'Name another destination.',
  });
}
