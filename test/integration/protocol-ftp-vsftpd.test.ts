import { protocolClientSuite, protocolClientSuiteWithLargeFiles } from '../suites/protocol-client-suite.js';
import { runSuite } from '../suites/run-suite.js';
import { FTP_WAYS, startVsftpdTarget } from '../suites/targets/ftp-servers.js';

for (const way of FTP_WAYS) {
  // Over TLS once more: other code of the runtime moves the bytes.
  const isFirstOverTls = way.security === 'explicit' && way.tlsVersion === '1.3';
  runSuite(isFirstOverTls ? protocolClientSuiteWithLargeFiles : protocolClientSuite, {
    name: `ftp / vsftpd / ${way.name}`,
    start: () => startVsftpdTarget(way),
  });
}
