import type { HostFacts } from '../core/platform.js';
import { remoteName, remoteParent, type RemotePath } from '../core/remote-path.js';

/** The variables of the file of a run that an action has brought to another place on this machine. */
export function newPlaceValues(
  path: RemotePath,
  { os }: Pick<HostFacts, 'os'>,
): Readonly<Record<string, string>> {
  const own = (text: string) => (os === 'win32' ? text.replaceAll('/', '\\') : text);
  const name = remoteName(path);
  return {
    'FS.PATH': own(path),
    'FS.FILE_NAME': name,
    'FS.BASE_FILE_NAME': name.replace(/(?<=.)\.[^.]*$/s, ''),
    'FS.FOLDER_NAME': own(remoteParent(path)),
  };
}
