import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { account } from './accounts.js';
import { makeServerFolder } from './server-folder.js';
import { loopback, startDaemon, type RunningDaemon } from './test-server.js';
import { unpackedFile } from './unpacked.js';

/** A running Swift: its S3 API, and its own API at the same port, past which no code of ours goes. */
export interface SwiftServer extends RunningDaemon {
  readonly host: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Somebody whom the server knows and who has no right to anything. */
  readonly guest: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const GUEST = { user: 'guest', password: 'guest-secret' } as const;

/** Debian's Swift speaks only with Debian's own Python; where the machine has none, it came with the packages. */
const PYTHON = '/usr/bin/python3';

/** Starts OpenStack Swift with its S3 API on disks of a folder of its own. */
export async function startSwift(): Promise<SwiftServer> {
  const folder = makeServerFolder('swift');
  const packages = unpackedFile('swift', 'usr/lib/python3/dist-packages');
  const { user, password } = account;
  const daemon = await startDaemon({
    bundle: 'swift',
    folder,
    logFiles: [],
    // It loads a thousand modules, at first without their compiled form.
    startDeadlineMs: 50_000,
    command: (port) => ({
      program: existsSync(PYTHON) ? PYTHON : unpackedFile('swift', 'usr/bin/python3'),
      args: [
        join(import.meta.dirname, 's3-swift.py'),
        folder.root,
        String(port),
        ...[account.user, user, password, GUEST.user, GUEST.password],
      ],
      env: { PYTHONPATH: packages },
    }),
  });
  return {
    ...daemon,
    host: loopback,
    accessKeyId: `${account.user}:${user}`,
    secretAccessKey: password,
    guest: { accessKeyId: `${account.user}:${GUEST.user}`, secretAccessKey: GUEST.password },
  };
}
