import { watch, type FSWatcher } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { FolderHints, FolderWatch } from '../../trigger-sources/folder-hints.js';

/**
 * Magic numbers of file systems where other machines write and the system here does not hear of it; and where making a
 * watch, which is no call in the background, could wait for a server that hangs: NFS, SMB, SMB2, CIFS, FUSE, 9P, AFS, Ceph.
 */
const NETWORK_TYPES: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x65735546, 0x01021997, 0x5346414f, 0x00c36400,
]);

/** The system's own watches: one for each folder, none for its files, so that 100,000 of them cost nothing. */
export const nodeFolderHints: FolderHints = {
  async watch(folder, listener) {
    try {
      if (await isNetworkFolder(folder)) return undefined;
      return watchOf(watch(folder, { persistent: false }), listener);
    } catch {
      // No watch is no failure: a folder that went, or as many watches as the system allows. The sweep finds all.
      return undefined;
    }
  },
};

function watchOf(watcher: FSWatcher, listener: (name: string | undefined) => void): FolderWatch {
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
    watcher.close();
  };
  watcher.on('change', (_kind, name) => {
    if (!hasEnded) listener(name === null ? undefined : name.toString());
  });
  watcher.on('error', () => {
    if (hasEnded) return;
    end();
    listener(undefined);
  });
  return { stop: end, hasEnded: () => hasEnded };
}

async function isNetworkFolder(folder: string): Promise<boolean> {
  if (process.platform === 'win32') return /^[\\/]{2}/.test(folder);
  if (process.platform !== 'linux') return false;
  const { type } = await statfs(folder);
  return NETWORK_TYPES.has(type >>> 0);
}
