import { writeFileSync } from 'node:fs';
import { account, ownUsers, passwordHash } from './accounts.js';
import { startProxy, type ProxyServer } from './proxy-server.js';
import { loopback } from './test-server.js';
import { unpackedFile } from './unpacked.js';

export interface DanteOptions {
  /** Default: `none`. With `password` only SOCKS5 comes in. */
  readonly login?: 'none' | 'password';
  /** A port that its rules forbid. */
  readonly forbiddenPort?: number;
}

/** Starts Dante: SOCKS4, 4a and 5. */
export function startDante(options: DanteOptions = {}): Promise<ProxyServer> {
  return startProxy('dante', (folder) => ({
    name: 'Dante',
    bundle: 'dante',
    command: (port) => {
      const [config, shadow] = [folder.own('danted.conf'), folder.own('shadow')];
      // It asks for the password there, as getspnam(3) does.
      writeFileSync(shadow, `${account.user}:${passwordHash}:20000:0:99999:7:::\n`);
      writeFileSync(config, configLines(port, options).join('\n'));
      return {
        program: unpackedFile('dante', 'usr/sbin/danted'),
        args: ['-f', config, '-p', folder.own('pid')],
        env: { ...ownUsers(folder), NSS_WRAPPER_SHADOW: shadow },
      };
    },
  }));
}

function configLines(port: number, { login = 'none', forbiddenPort }: DanteOptions): string[] {
  const anywhere = 'from: 0.0.0.0/0 to: 0.0.0.0/0';
  return [
    'logoutput: stderr',
    `internal: ${loopback} port = ${port}`,
    `external: ${loopback}`,
    'clientmethod: none',
    `socksmethod: ${login === 'none' ? 'none' : 'username'}`,
    'user.privileged: root',
    'user.unprivileged: nobody',
    `client pass { ${anywhere} }`,
    ...(forbiddenPort === undefined
      ? []
      : [`socks block { from: 0.0.0.0/0 to: 0.0.0.0/0 port = ${forbiddenPort} log: connect error }`]),
    `socks pass { ${anywhere} log: connect error }`,
    '',
  ];
}
