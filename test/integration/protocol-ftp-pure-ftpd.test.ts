import { protocolClientSuite } from '../suites/protocol-client-suite.js';
import { runSuite } from '../suites/run-suite.js';
import { FTP_WAYS, startPureFtpdTarget } from '../suites/targets/ftp-servers.js';

/** Pure-FTPd has no implicit TLS. */
const ways = FTP_WAYS.filter((way) => way.security !== 'implicit');

for (const way of ways) {
  runSuite(protocolClientSuite, {
    name: `ftp / Pure-FTPd / ${way.name}`,
    start: () => startPureFtpdTarget(way),
  });
}
