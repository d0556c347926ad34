import { bothTlsVersions, type FtpServerOptions, type TlsVersion } from '../../servers/ftp-server-options.js';
import { startProftpd } from '../../servers/proftpd.js';
import { startPureFtpd } from '../../servers/pure-ftpd.js';
import type { TestServer } from '../../servers/test-server.js';
import { startVsftpd } from '../../servers/vsftpd.js';
import { MIB } from '../bytes.js';
import type { CodeTable, Powers, ProtocolTarget } from '../protocol-target.js';
import type { Exception } from '../run-suite.js';
import { ftpTarget } from './ftp-target.js';
import { forbidByMode, lockByMode } from './locked-folder.js';
import { endSessions } from './session-processes.js';

/** One row of the matrix of FTP: how the server is reached. */
export interface FtpWay {
  readonly name: string;
  readonly security: 'none' | 'explicit' | 'implicit';
  readonly tlsVersion?: TlsVersion;
  readonly dataMode?: 'active';
}

export const FTP_WAYS: readonly FtpWay[] = [
  { name: 'passive', security: 'none' },
  { name: 'active', security: 'none', dataMode: 'active' },
  { name: 'explicit TLS 1.3', security: 'explicit', tlsVersion: '1.3' },
  { name: 'explicit TLS 1.2', security: 'explicit', tlsVersion: '1.2' },
  { name: 'implicit TLS', security: 'implicit' },
];

type StartOptions = Pick<FtpServerOptions, 'security' | 'tlsVersions' | 'diskBytes'>;
type StartFtpServer = (options: StartOptions) => Promise<TestServer>;

export const proftpdExceptions: Readonly<Record<string, Exception>> = {
  'paths: a folder name with wildcards goes through every verb as it is': {
    reason: 'ProFTPD 1.3.8 makes no folder with a star in its name',
    shows: /550 .*: Invalid directory name/,
  },
};

/** Both insist by default that data connections resume the TLS session. */
export const startProftpdTarget = targetStarter(startProftpd, { powers: { forbidReading: forbidByMode } });
export const startVsftpdTarget = targetStarter(startVsftpd, { powers: { forbidReading: forbidByMode } });
/** It has no implicit TLS, and it may read what nobody may read. */
export const startPureFtpdTarget = targetStarter(
  ({ security, ...options }) => {
    if (security === 'implicit') throw new Error('Pure-FTPd 1.0.50 has no implicit TLS');
    return startPureFtpd(security === undefined ? options : { ...options, security });
  },
  // 451 is its word for every rename that fails.
  { codes: { forbidden: [451, 550, 553] } },
);

/** What is special about a server. */
interface FtpNature {
  readonly codes?: Partial<CodeTable>;
  readonly powers?: Partial<Powers>;
}

function targetStarter(
  startServer: StartFtpServer,
  nature: FtpNature,
): (way: FtpWay) => Promise<ProtocolTarget> {
  const start = async (way: FtpWay, diskBytes?: number): Promise<ProtocolTarget> => {
    const { security, tlsVersion, dataMode = 'passive' } = way;
    const tlsVersions = tlsVersion === undefined ? bothTlsVersions : [tlsVersion];
    const size = diskBytes === undefined ? {} : { diskBytes };
    const server = await startServer({ security, tlsVersions, ...size });
    return ftpTarget(server, {
      session: { security, dataMode },
      powers: {
        hangUp: () => endSessions(server.pid),
        lockFolder: lockByMode,
        startWithSmallDisk: () => start(way, MIB),
        ...nature.powers,
      },
      codes: nature.codes ?? {},
    });
  };
  return (way) => start(way);
}
