import { protocolClientSuite } from '../suites/protocol-client-suite.js';
import { runSuite, type Exception } from '../suites/run-suite.js';
import { FTP_WAYS, startVsftpdTarget } from '../suites/targets/ftp-servers.js';

const exceptions: Readonly<Record<string, Exception>> = {
  'write: a full disk is NO_SPACE, with the code of the server, and the source is let go': {
    reason: 'vsftpd 3.0.3 answers 451, which says nothing of the disk',
    shows: /'SERVER_BUSY'/,
  },
};

for (const way of FTP_WAYS) {
  runSuite(protocolClientSuite, {
    name: `ftp / vsftpd / ${way.name}`,
    start: () => startVsftpdTarget(way),
    exceptions,
  });
}
