import { Secret } from '../../../src/core/secret.js';
import type { Endpoint } from '../../../src/transfers/endpoint.js';
import type { FtpServerOptions } from '../../servers/ftp-server-options.js';
import { startOpenssh } from '../../servers/openssh.js';
import { startProftpd } from '../../servers/proftpd.js';
import { startPureFtpd } from '../../servers/pure-ftpd.js';
import type { TestServer } from '../../servers/test-server.js';
import { startVsftpd } from '../../servers/vsftpd.js';
import { ftpOptions } from './ftp-target.js';
import { sftpOptions, withPassword } from './sftp-target.js';

/** A real server as one end of a batch. */
export interface RealEnd {
  readonly server: TestServer;
  readonly endpoint: Endpoint;
  /** The same with a password that the server refuses. */
  readonly stranger: Endpoint;
}

/** The last code of each end of a transfer: client-log.md, section 4. */
export interface EndCodes {
  readonly done: number;
  readonly missing: number;
  readonly loginRefused: number;
  readonly lost: number;
  readonly forbidden: readonly number[];
  readonly full: readonly number[];
}

export interface RealServer {
  readonly name: string;
  readonly codes: EndCodes;
  start(diskBytes?: number): Promise<RealEnd>;
}

const FTP_CODES: EndCodes = {
  done: 226,
  missing: 550,
  loginRefused: 530,
  lost: 10054,
  forbidden: [550, 553],
  full: [451, 452, 552],
};

const SFTP_CODES: EndCodes = { done: 0, missing: 2, loginRefused: 3, lost: 7, forbidden: [3], full: [4] };

type Start = (options: Pick<FtpServerOptions, 'diskBytes'>) => Promise<TestServer>;

export const REAL_SERVERS: readonly RealServer[] = [
  ftpServer('ProFTPD', 'none', startProftpd),
  ftpServer('ProFTPD over TLS', 'explicit', (options) => startProftpd({ ...options, security: 'explicit' })),
  ftpServer('vsftpd', 'none', startVsftpd),
  ftpServer('vsftpd over TLS', 'implicit', (options) => startVsftpd({ ...options, security: 'implicit' })),
  ftpServer('Pure-FTPd', 'none', startPureFtpd),
  ftpServer('Pure-FTPd over TLS', 'explicit', (options) =>
    startPureFtpd({ ...options, security: 'explicit' }),
  ),
  { name: 'OpenSSH', codes: SFTP_CODES, start: startSftpEnd },
];

function ftpServer(name: string, security: 'none' | 'explicit' | 'implicit', startServer: Start): RealServer {
  const start = async (diskBytes?: number): Promise<RealEnd> => {
    const server = await startServer(diskBytes === undefined ? {} : { diskBytes });
    const options = ftpOptions(server, { security });
    const protocol = security === 'none' ? 'ftp' : 'ftps';
    return {
      server,
      endpoint: endpoint(server, protocol, options),
      stranger: endpoint(server, protocol, { ...options, password: new Secret('wrong') }),
    };
  };
  return { name, codes: FTP_CODES, start };
}

async function startSftpEnd(diskBytes?: number): Promise<RealEnd> {
  const server = await startOpenssh(diskBytes === undefined ? {} : { diskBytes });
  const options = (password: string) => sftpOptions(server, withPassword(password));
  return {
    server,
    endpoint: endpoint(server, 'sftp', options(server.password)),
    stranger: endpoint(server, 'sftp', options('wrong')),
  };
}

function endpoint(
  server: TestServer,
  protocol: Endpoint['columns']['protocol'],
  options: Endpoint['options'],
): Endpoint {
  return {
    label: server.name,
    options,
    columns: { protocol, host: server.host, port: server.port, user: server.user },
    maxConnections: 8,
    finalName: 'temporary',
  };
}
