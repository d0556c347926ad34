import { protocolClientSuite, protocolClientSuiteWithLargeFiles } from '../suites/protocol-client-suite.js';
import { runSuite, type Exception } from '../suites/run-suite.js';
import { FTP_WAYS, startProftpdTarget } from '../suites/targets/ftp-servers.js';

const exceptions: Readonly<Record<string, Exception>> = {
  'paths: a folder name with wildcards goes through every verb as it is': {
    reason: 'ProFTPD 1.3.8 makes no folder with a star in its name',
    shows: /550 .*: Invalid directory name/,
  },
};

for (const way of FTP_WAYS) {
  const isFirst = way === FTP_WAYS[0];
  runSuite(isFirst ? protocolClientSuiteWithLargeFiles : protocolClientSuite, {
    name: `ftp / ProFTPD / ${way.name}`,
    start: () => startProftpdTarget(way),
    exceptions,
  });
}
