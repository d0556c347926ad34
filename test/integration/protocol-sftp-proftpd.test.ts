import { remotePath } from '../../src/core/remote-path.js';
import { MIB } from '../suites/bytes.js';
import { protocolClientSuite } from '../suites/protocol-client-suite.js';
import type { ProtocolTarget } from '../suites/protocol-target.js';
import { runSuite } from '../suites/run-suite.js';
import { forbidByMode, lockByMode } from '../suites/targets/locked-folder.js';
import { endSessions } from '../suites/targets/session-processes.js';
import { sftpTarget } from '../suites/targets/sftp-target.js';
import { startProftpdSftp } from '../servers/proftpd-sftp.js';

async function startTarget(diskBytes?: number): Promise<ProtocolTarget> {
  const server = await startProftpdSftp(diskBytes === undefined ? {} : { diskBytes });
  return sftpTarget(
    { ...server, remoteRoot: remotePath(server.remoteRoot) },
    {
      login: 'password',
      powers: {
        loginFolder: server.root,
        hangUp: () => endSessions(server.pid),
        lockFolder: lockByMode,
        forbidReading: forbidByMode,
        startWithSmallDisk: () => startTarget(MIB),
      },
    },
  );
}

runSuite(protocolClientSuite, { name: 'sftp / ProFTPD mod_sftp / password', start: () => startTarget() });
