import { protocolClientSuite, protocolClientSuiteWithLargeFiles } from '../suites/protocol-client-suite.js';
import { runSuite } from '../suites/run-suite.js';
import { FTP_WAYS, proftpdExceptions, startProftpdTarget } from '../suites/targets/ftp-servers.js';

for (const way of FTP_WAYS) {
  const isFirst = way === FTP_WAYS[0];
  runSuite(isFirst ? protocolClientSuiteWithLargeFiles : protocolClientSuite, {
    name: `ftp / ProFTPD / ${way.name}`,
    start: () => startProftpdTarget(way),
    exceptions: proftpdExceptions,
  });
}
