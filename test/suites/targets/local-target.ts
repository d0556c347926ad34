import { remotePath } from '../../../src/core/remote-path.js';
import { LocalClient } from '../../../src/protocols/local/local-client.js';
import { makeServerFolder } from '../../servers/server-folder.js';
import { MIB } from '../bytes.js';
import type { CodeTable, ProtocolTarget } from '../protocol-target.js';
import { forbidForThisProcess, lockForThisProcess } from './locked-folder.js';

/** Win32 system error numbers: client-log.md, section 4. */
const codes: CodeTable = {
  connected: [0],
  transferred: [0],
  renamed: [0],
  removed: [0],
  folderMade: [0],
  folderRemoved: [0],
  timeSet: [0],
  settled: [0],
  loginRefused: [],
  missing: [2, 3],
  forbidden: [5],
  refused: [3, 5, 80, 145],
  diskFull: [112],
  hungUp: [],
};

export async function startLocalTarget(diskBytes?: number): Promise<ProtocolTarget> {
  const folder = makeServerFolder('local', { diskBytes });
  return {
    root: folder.root,
    remoteRoot: remotePath(folder.root),
    secrets: [],
    codes,
    socketsPerSession: 0,
    powers: {
      lockFolder: lockForThisProcess,
      forbidReading: forbidForThisProcess,
      startWithSmallDisk: () => startLocalTarget(MIB),
    },
    createClient: (platform) => new LocalClient(platform),
    stop: async () => folder.remove(),
  };
}
