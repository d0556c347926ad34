import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import type { TestServer } from '../servers/test-server.js';
import type { ChaosEnd, ChaosFolder } from './chaos-end.js';

/** Apache 2.4 receives a file under such a name, and keeps it as long as it waits for the rest of a broken upload. */
const SERVERS_OWN_NAMES = /^\.davfs\.tmp/;

/** A folder of this machine; `path` is how the other side names it. */
export function diskFolder(folder: string, path = folder): ChaosFolder {
  return {
    path,
    write: (name, content) => writeFile(join(folder, name), content),
    read: (name) =>
      readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      }),
    names: async () => (await readdir(folder)).filter((name) => !SERVERS_OWN_NAMES.test(name)),
  };
}

/** A server whose files lie on this machine. */
export function diskEnd(
  name: string,
  server: Pick<TestServer, 'root' | 'remoteRoot' | 'stop'>,
  endpoint: (timeoutMs: number) => Endpoint,
): ChaosEnd {
  let count = 0;
  return {
    name,
    endpoint,
    makeFolder: async () => {
      count += 1;
      const folder = `chaos-${count}`;
      await mkdir(join(server.root, folder));
      return diskFolder(join(server.root, folder), join(server.remoteRoot, folder));
    },
    stop: () => server.stop(),
  };
}
