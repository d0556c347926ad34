import { account } from './accounts.js';
import { startProxy, type ProxyServer } from './proxy-server.js';
import { loopback } from './test-server.js';
import { unpackedFile } from './unpacked.js';

/** Starts microsocks, a small SOCKS5 proxy, with a login by user and password. */
export function startMicrosocks(): Promise<ProxyServer> {
  return startProxy('microsocks', () => ({
    name: 'microsocks',
    bundle: 'microsocks',
    command: (port) => ({
      program: unpackedFile('microsocks', 'usr/bin/microsocks'),
      args: ['-i', loopback, '-p', String(port), '-u', account.user, '-P', account.password],
    }),
  }));
}
