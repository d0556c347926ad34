import { writeFileSync } from 'node:fs';
import { account } from './accounts.js';
import { startProxy, type ProxyServer } from './proxy-server.js';
import { loopback } from './test-server.js';
import { unpackedFile } from './unpacked.js';

/** Starts tinyproxy, an HTTP proxy, with a login by Basic. */
export function startTinyproxy(): Promise<ProxyServer> {
  return startProxy('tinyproxy', (folder) => ({
    name: 'tinyproxy',
    bundle: 'tinyproxy',
    command: (port) => {
      const config = folder.own('tinyproxy.conf');
      const lines = [
        `Port ${port}`,
        `Listen ${loopback}`,
        'Timeout 600',
        'MaxClients 200',
        `BasicAuth ${account.user} ${account.password}`,
        '',
      ];
      writeFileSync(config, lines.join('\n'));
      return { program: unpackedFile('tinyproxy', 'usr/bin/tinyproxy'), args: ['-d', '-c', config] };
    },
  }));
}
