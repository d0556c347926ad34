import { protocolClientSuite } from '../suites/protocol-client-suite.js';
import { runSuite } from '../suites/run-suite.js';
import { FTP_WAYS, startVsftpdTarget } from '../suites/targets/ftp-servers.js';

for (const way of FTP_WAYS) {
  runSuite(protocolClientSuite, {
    name: `ftp / vsftpd / ${way.name}`,
    start: () => startVsftpdTarget(way),
  });
}
