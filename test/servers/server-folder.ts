import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The temporary folder of one server: what it serves, and apart from that what it needs itself. */
export interface ServerFolder {
  /** The folder around everything else. */
  readonly base: string;
  /** What the logged-in user sees. */
  readonly root: string;
  /** The absolute path of a file of the server's own: configuration, accounts, logs. */
  own(name: string): string;
  /** Keeps the files when TALLY_KEEP_TEST_ROOTS=1. */
  remove(): void;
}

export interface ServerFolderOptions {
  /** The size of the disk that the served folder lies on; without it, it lies on the machine's own. */
  readonly diskBytes?: number | undefined;
  /** Where the folder is made. OpenSSH jails a user only below folders that nobody but root can change, which /tmp is not. */
  readonly parent?: string;
}

export function makeServerFolder(name: string, options: ServerFolderOptions = {}): ServerFolder {
  const base = mkdtempSync(join(options.parent ?? tmpdir(), `tallyman-${name}-`));
  const root = join(base, 'root');
  for (const folder of [root, join(base, 'own')]) mkdirSync(folder);
  chmodSync(base, 0o755);
  if (options.diskBytes !== undefined) mountSmallDisk(root, options.diskBytes);
  return {
    base,
    root,
    own: (file) => join(base, 'own', file),
    remove: () => {
      if (process.env.TALLY_KEEP_TEST_ROOTS === '1') return;
      if (options.diskBytes !== undefined) spawnSync('umount', ['--lazy', root]);
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** A real "no space left on device", which no server's own quota gives exactly. */
function mountSmallDisk(folder: string, bytes: number): void {
  const options = `size=${bytes},mode=755`;
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], {
    encoding: 'utf8',
  });
  if (status === 0) return;
  throw new Error(
    `mounting a small disk failed: ${stderr}\nThe tests of a full disk need the right to mount (in a container: --cap-add SYS_ADMIN).`,
  );
}
