import { protocolClientSuite, protocolClientSuiteWithLargeFiles } from '../suites/protocol-client-suite.js';
import { runSuite } from '../suites/run-suite.js';
import { startOpensshTarget } from '../suites/targets/sftp-target.js';

runSuite(protocolClientSuiteWithLargeFiles, {
  name: 'sftp / OpenSSH / password',
  start: () => startOpensshTarget('password', {}),
});

runSuite(protocolClientSuite, {
  name: 'sftp / OpenSSH / key with passphrase, in a jail',
  start: () => startOpensshTarget('key', { chroot: true }),
});

runSuite(protocolClientSuite, {
  name: 'sftp / OpenSSH / without posix-rename, limits and statvfs',
  start: () => startOpensshTarget('password', { withoutRequests: ['posix-rename', 'limits', 'statvfs'] }),
  exceptions: {
    'write: a full disk is NO_SPACE, with the code of the server, and the source is let go': {
      reason:
        'OpenSSH says "failure" of everything, and without statvfs nobody can ask for the space that is left',
      shows: /'REFUSED'/,
    },
  },
});
