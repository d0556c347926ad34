import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { FileUse } from '../../trigger-sources/file-use.js';

/** libuv's own flag: on Windows the file is opened without sharing it, which fails while anybody else has it open. */
const WITHOUT_SHARING = 0x1000_0000;

/** What this system tells of open files. */
export const nodeFileUse: FileUse = {
  async holderOf({ path, identity }) {
    if (process.platform === 'win32') return windowsHolder(path);
    if (process.platform !== 'linux' || identity === undefined) return undefined;
    return lockHolder(identity, await locksOfSystem());
  },
};

async function windowsHolder(path: string): Promise<string | undefined> {
  try {
    await (await open(path, constants.O_RDWR | WITHOUT_SHARING)).close();
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EBUSY' || code === 'ETXTBSY' ? 'another program has it open' : undefined;
  }
}

/** Empty where the system shows none. */
async function locksOfSystem(): Promise<string> {
  try {
    return await readFile('/proc/locks', 'utf8');
  } catch {
    return '';
  }
}

/**
 * Who holds a lock on the file, by the text of /proc/locks (proc_locks(5)): lines such as
 * `1: POSIX  ADVISORY  WRITE 2391 08:01:393218 0 EOF`, device numbers in hexadecimal.
 */
export function lockHolder(identity: string, locks: string): string | undefined {
  const [device, inode] = identity.split(':');
  if (device === undefined || inode === undefined) return undefined;
  const { major, minor } = deviceNumbers(BigInt(device));
  const wanted = `${major}:${minor}:${inode}`;
  for (const line of locks.split('\n')) {
    const [, , , , pid, place = ''] = line.replace('->', '').trim().split(/\s+/);
    const [lineMajor = '', lineMinor = '', lineInode] = place.split(':');
    const found = `${Number.parseInt(lineMajor, 16)}:${Number.parseInt(lineMinor, 16)}:${lineInode}`;
    if (found === wanted) return `the program with process number ${pid} holds a lock on it`;
  }
  return undefined;
}

/** As glibc packs them: makedev(3). */
function deviceNumbers(device: bigint): { readonly major: bigint; readonly minor: bigint } {
  return {
    major: ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn),
    minor: (device & 0xffn) | ((device >> 12n) & ~0xffn),
  };
}
