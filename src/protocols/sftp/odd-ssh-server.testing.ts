import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2, { type AuthContext, type Connection } from 'ssh2';
import { makeSshKey } from '../../simulator/sftp-partner.js';

/** An SSH server whose login the test plays itself. It starts no SFTP. */
export interface OddSshServer extends AsyncDisposable {
  readonly port: number;
  /** Trust in its host key. */
  readonly trust: { readonly fingerprints: readonly string[]; readonly knownHosts: [] };
}

export async function startOddSshServer(
  onLogin: (context: AuthContext, client: Connection) => void,
): Promise<OddSshServer> {
  const hostKey = makeSshKey();
  const connections = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (client) => {
    connections.add(client);
    client.on('error', () => undefined).on('close', () => connections.delete(client));
    client.on('authentication', (context) => onLogin(context, client));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    trust: { fingerprints: [hostKey.fingerprint], knownHosts: [] },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      for (const client of connections) client.end();
      await closed;
    },
  };
}
