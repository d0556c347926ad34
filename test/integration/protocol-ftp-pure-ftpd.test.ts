import { protocolClientSuite } from '../suites/protocol-client-suite.js';
import { runSuite, type Exception } from '../suites/run-suite.js';
import { FTP_WAYS, startPureFtpdTarget } from '../suites/targets/ftp-servers.js';

/** Pure-FTPd 1.0.50 has no implicit TLS. */
const ways = FTP_WAYS.filter((way) => way.security !== 'implicit');

const trimsNames = 'Pure-FTPd 1.0.50 cuts blanks from the end of a command';

const exceptions: Readonly<Record<string, Exception>> = {
  'paths: a name with a trailing blank goes through every verb as it is': {
    reason: trimsNames,
    shows: /on the disk after the write/,
  },
  'paths: a folder name with a trailing blank goes through every verb as it is': {
    reason: trimsNames,
    shows: /ENOENT/,
  },
};

for (const way of ways) {
  runSuite(protocolClientSuite, {
    name: `ftp / Pure-FTPd / ${way.name}`,
    start: () => startPureFtpdTarget(way),
    exceptions,
    lacks: { forbidReading: 'Pure-FTPd insists on the right to read everything when it starts as root' },
  });
}
