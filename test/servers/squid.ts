import { createHash } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { account, ownUsers, passwordHash } from './accounts.js';
import { startProxy, type ProxyServer } from './proxy-server.js';
import type { ServerFolder } from './server-folder.js';
import { loopback } from './test-server.js';
import { unpackedFile } from './unpacked.js';

export type SquidLogin = 'none' | 'basic' | 'digest';

const realm = 'Tallyman';

/** Starts Squid as a proxy that lets CONNECT through to any port and caches nothing. */
export function startSquid(login: SquidLogin): Promise<ProxyServer> {
  return startProxy('squid', (folder) => ({
    name: 'Squid',
    bundle: 'squid',
    logFiles: [folder.own('cache.log'), folder.own('access.log')],
    command: (port) => {
      const config = folder.own('squid.conf');
      // It works as nobody, and keeps its logs and its process number there.
      chmodSync(folder.own('.'), 0o777);
      writeFileSync(config, configLines(port, folder, login).join('\n'));
      return {
        program: unpackedFile('squid', 'usr/sbin/squid'),
        args: ['-N', '-n', `tally${port}`, '-f', config],
        env: ownUsers(folder),
      };
    },
  }));
}

function configLines(port: number, folder: ServerFolder, login: SquidLogin): string[] {
  return [
    `http_port ${loopback}:${port}`,
    'cache_effective_user nobody',
    'cache_effective_group nogroup',
    `pid_filename ${folder.own('pid')}`,
    `cache_log ${folder.own('cache.log')}`,
    `access_log stdio:${folder.own('access.log')}`,
    `coredump_dir ${folder.own('.')}`,
    `mime_table ${unpackedFile('squid', 'usr/share/squid/mime.conf')}`,
    `icon_directory ${unpackedFile('squid', 'usr/share/squid/icons')}`,
    `error_directory ${unpackedFile('squid', 'usr/share/squid/errors/templates')}`,
    `unlinkd_program ${unpackedFile('squid', 'usr/lib/squid/unlinkd')}`,
    'visible_hostname localhost',
    'pinger_enable off',
    'cache deny all',
    'memory_pools off',
    'shutdown_lifetime 0 seconds',
    ...loginLines(folder, login),
    'http_access deny all',
    '',
  ];
}

function loginLines(folder: ServerFolder, login: SquidLogin): string[] {
  const known = ['acl known proxy_auth REQUIRED', 'http_access allow CONNECT known'];
  const users = folder.own('users');
  switch (login) {
    case 'none':
      return ['http_access allow CONNECT'];
    case 'basic': {
      writeFileSync(users, `${account.user}:${passwordHash}\n`, { mode: 0o644 });
      const program = unpackedFile('squid', 'usr/lib/squid/basic_ncsa_auth');
      return [`auth_param basic program ${program} ${users}`, ...known];
    }
    case 'digest': {
      const hash = createHash('md5').update(`${account.user}:${realm}:${account.password}`).digest('hex');
      writeFileSync(users, `${account.user}:${realm}:${hash}\n`, { mode: 0o644 });
      const program = unpackedFile('squid', 'usr/lib/squid/digest_file_auth');
      return [
        `auth_param digest program ${program} -c ${users}`,
        `auth_param digest realm ${realm}`,
        ...known,
      ];
    }
  }
}
