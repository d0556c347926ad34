import type { ProtocolOptions } from '../../src/protocols/protocol-registry.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { startOpenssh } from '../servers/openssh.js';
import { startProftpd } from '../servers/proftpd.js';
import type { TestServer } from '../servers/test-server.js';
import { startVsftpd } from '../servers/vsftpd.js';
import { ftpOptions } from '../suites/targets/ftp-target.js';
import { sftpOptions, withPassword } from '../suites/targets/sftp-target.js';
import type { ChaosEnd } from './chaos-end.js';
import { diskEnd } from './disk-ends.js';

/** Every server that chaos is tried on, by the name in the table. */
export const CHAOS_ENDS: Readonly<Record<string, () => Promise<ChaosEnd>>> = {
  'ftp / vsftpd': async () => {
    const server = await startVsftpd();
    return realEnd('ftp / vsftpd', 'ftp', server, (timeoutMs) => ({
      ...ftpOptions(server, { security: 'none' }),
      timeoutMs,
    }));
  },
  'ftps / ProFTPD': async () => {
    const server = await startProftpd({ security: 'explicit' });
    return realEnd('ftps / ProFTPD', 'ftps', server, (timeoutMs) => ({
      ...ftpOptions(server, { security: 'explicit' }),
      timeoutMs,
    }));
  },
  'sftp / OpenSSH': async () => {
    const server = await startOpenssh();
    return realEnd('sftp / OpenSSH', 'sftp', server, (timeoutMs) => ({
      ...sftpOptions(server, withPassword(server.password)),
      timeoutMs,
    }));
  },
};

function realEnd(
  name: string,
  protocol: Endpoint['columns']['protocol'],
  server: TestServer,
  options: (timeoutMs: number) => ProtocolOptions,
): ChaosEnd {
  return diskEnd(name, server, (timeoutMs) => ({
    label: server.name,
    options: options(timeoutMs),
    columns: { protocol, host: server.host, port: server.port, user: server.user },
    maxConnections: 4,
    finalName: 'temporary',
  }));
}
