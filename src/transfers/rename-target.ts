import { joinRemote, remoteParent, type RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import { fillVariables, hasVariable } from './file-variables.js';

/**
 * The target's path with the name that `renameTo` gives it (EFT: RenameDestinationFileTo): a name in the target's
 * folder, a path below that folder, or an absolute path. Rejects NAME_REFUSED for one that leads out of its folder.
 */
export function renamedTarget(target: RemotePath, source: RemotePath, renameTo: string): RemotePath {
  const filled = fillVariables(renameTo, source);
  const folder = filled.startsWith('/') ? ('/' as RemotePath) : remoteParent(target);
  const names = filled.split('/').filter((name) => name !== '');
  return names.reduce<RemotePath>((path, name) => joinRemote(path, name), folder);
}

/** One new name for several files would leave the last of them only: nothing is moved then. */
export function refuseOneNameForMany(renameTo: string | undefined, count: number): void {
  if (renameTo === undefined || count < 2 || hasVariable(renameTo)) return;
  throw new TransferError({
    code: 'SETTINGS_INVALID',
    lastCode: -1,
    phase: 'plan',
    message: `renameTo "${renameTo}" would give ${count} files one name`,
    advice: 'Put %FS.FILE_NAME% or %FS.BASE_FILE_NAME% into the new name, or name a single file.',
  });
}

/** Two files of one batch that `renameTo` gives the same name: the first has it. */
export function nameTwiceError(target: RemotePath): TransferError {
  return new TransferError({
    code: 'ALREADY_EXISTS',
    lastCode: -1,
    phase: 'plan',
    message: `renameTo gives it the name ${target}, which another file of this batch has already`,
    side: 'us',
    advice: 'Put %FS.FILE_NAME% into the new name.',
  });
}
