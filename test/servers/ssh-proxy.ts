import { chmodSync, copyFileSync } from 'node:fs';
import { startOpenssh } from './openssh.js';
import { startProxy, type ProxyServer } from './proxy-server.js';
import { clientKeys } from './test-keys.js';
import { loopback } from './test-server.js';

/** Starts `ssh -D`, the one SOCKS4a proxy that every machine has, before an sshd of its own. It asks nobody for a login. */
export async function startSshProxy(): Promise<ProxyServer> {
  const sshd = await startOpenssh();
  const proxy = await startProxy('ssh-proxy', (folder) => ({
    name: 'ssh -D',
    bundle: 'openssh',
    command: (port) => {
      const key = folder.own('key');
      copyFileSync(clientKeys.ed25519, key);
      chmodSync(key, 0o600);
      const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'IdentitiesOnly=yes'];
      const place = ['-p', String(sshd.port), `${sshd.user}@${sshd.host}`];
      return {
        program: 'ssh',
        args: [
          ...['-F', 'none', '-N', '-i', key, '-D', `${loopback}:${port}`],
          ...options.flatMap((option) => ['-o', option]),
          ...place,
        ],
      };
    },
  })).catch(async (error: unknown) => {
    await sshd.stop();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await proxy.stop();
    await sshd.stop();
  };
  return { ...proxy, stop, [Symbol.asyncDispose]: stop };
}
