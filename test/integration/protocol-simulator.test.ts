import { protocolClientSuite } from '../suites/protocol-client-suite.js';
import { runSuite } from '../suites/run-suite.js';
import { startFtpSimulator, startSftpSimulator } from '../suites/targets/simulator-target.js';

/** The partners of the demo and of users' rehearsals must answer as real servers do. */
for (const security of ['none', 'explicit', 'implicit'] as const) {
  runSuite(protocolClientSuite, {
    name: `ftp / simulator / security ${security}`,
    start: () => startFtpSimulator(security),
  });
}

runSuite(protocolClientSuite, {
  name: 'sftp / simulator',
  start: () => startSftpSimulator(),
  exceptions: {
    'write: a full disk is NO_SPACE, with the code of the server, and the source is let go': {
      reason:
        'the partner says "failure" and offers no statvfs, so nobody can ask for the space that is left',
      shows: /'REFUSED'/,
    },
  },
});
