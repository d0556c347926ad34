import { remotePath } from '../../src/core/remote-path.js';
import { Secret } from '../../src/core/secret.js';
import type { ProxyOptions } from '../../src/net/proxy-options.js';
import type { ProtocolOptions } from '../../src/protocols/protocol-registry.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { startApache } from '../servers/apache.js';
import { startMicrosocks } from '../servers/microsocks.js';
import { startNginx } from '../servers/nginx.js';
import { startOpenssh } from '../servers/openssh.js';
import { startProftpd } from '../servers/proftpd.js';
import type { ProxyServer } from '../servers/proxy-server.js';
import { startSquid } from '../servers/squid.js';
import type { TestServer } from '../servers/test-server.js';
import { startVsftpd } from '../servers/vsftpd.js';
import { MIB } from '../suites/bytes.js';
import { ftpOptions } from '../suites/targets/ftp-target.js';
import { httpOptions } from '../suites/targets/http-target.js';
import { sftpOptions, withPassword } from '../suites/targets/sftp-target.js';
import { startSwiftBucket } from '../suites/targets/s3-target.js';
import type { ChaosEnd } from './chaos-end.js';
import { diskEnd } from './disk-ends.js';

/** Every server that chaos is tried on, by the name in the table. */
export const CHAOS_ENDS: Readonly<Record<string, (name: string) => Promise<ChaosEnd>>> = {
  'ftp / vsftpd': async (name) => {
    const server = await startVsftpd();
    return realEnd(name, 'ftp', server, ftpOptions(server, { security: 'none' }));
  },
  'ftps / ProFTPD': async (name) => {
    const server = await startProftpd({ security: 'explicit' });
    return realEnd(name, 'ftps', server, ftpOptions(server, { security: 'explicit' }));
  },
  'sftp / OpenSSH': async (name) => {
    const server = await startOpenssh();
    return realEnd(name, 'sftp', server, sftpOptions(server, withPassword(server.password)));
  },
  'https / nginx': async (name) => {
    const server = await startNginx({ security: 'tls', webdav: false });
    return { ...realEnd(name, 'https', server, httpOptions(server)), byName: true };
  },
  'webdav / Apache': async (name) => {
    const server = await startApache();
    return realEnd(name, 'http', server, httpOptions(server, { webdav: true }));
  },
  's3 / Swift': swiftEnd,
  'ftp / vsftpd through SOCKS5': async (name) => {
    const [server, proxy] = [await startVsftpd(), await startMicrosocks()];
    const proxies = [{ kind: 'socks5', resolve: 'proxy', ...placeOf(proxy) }] as const;
    return withProxy(realEnd(name, 'ftp', server, ftpOptions(server, { security: 'none', proxies })), proxy);
  },
  'sftp / OpenSSH through CONNECT': async (name) => {
    const [server, proxy] = [await startOpenssh(), await startSquid('digest')];
    const proxies: readonly ProxyOptions[] = [{ kind: 'http', ...placeOf(proxy) }];
    const options = { ...sftpOptions(server, withPassword(server.password)), proxies };
    return withProxy(realEnd(name, 'sftp', server, options), proxy);
  },
};

function placeOf({ host, port, user, password }: ProxyServer) {
  return { host, port, user, password: new Secret(password) };
}

function withProxy(end: ChaosEnd, proxy: ProxyServer): ChaosEnd {
  return {
    ...end,
    stop: async () => {
      await end.stop();
      await proxy.stop();
    },
  };
}

function realEnd(
  name: string,
  protocol: Endpoint['columns']['protocol'],
  server: TestServer,
  options: Exclude<ProtocolOptions, { kind: 'local' }>,
): ChaosEnd {
  return diskEnd(name, server, (timeoutMs) => endpointOf(name, protocol, { ...options, timeoutMs }));
}

function endpointOf(
  label: string,
  protocol: Endpoint['columns']['protocol'],
  options: Exclude<ProtocolOptions, { kind: 'local' }>,
): Endpoint {
  const { host, port } = options;
  return {
    label,
    options,
    columns: { protocol, host, port, user: 'tally' },
    maxConnections: 4,
    finalName: 'temporary',
  };
}

/** Large enough for an upload in three parts. */
async function swiftEnd(name: string): Promise<ChaosEnd> {
  const { options, openFolder, stop } = await startSwiftBucket();
  let count = 0;
  return {
    name,
    largeBytes: 11 * MIB,
    endpoint: (timeoutMs) => endpointOf(name, 's3', { ...options, timeoutMs }),
    makeFolder: () => {
      count += 1;
      const { folder, path } = openFolder(`chaos-${count}`);
      return Promise.resolve({
        path: remotePath(path),
        write: (file, content) => Promise.resolve(folder.write(file, content)),
        read: (file) => Promise.resolve(folder.has(file) ? folder.read(file) : undefined),
        names: () => Promise.resolve(folder.names()),
      });
    },
    stop,
  };
}
