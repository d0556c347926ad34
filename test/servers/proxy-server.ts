import { account } from './accounts.js';
import { makeServerFolder, type ServerFolder } from './server-folder.js';
import { loopback, startDaemon, type Command, type RunningDaemon } from './test-server.js';
import type { Bundle } from './unpacked.js';

/** A real proxy of one test file, on loopback. */
export interface ProxyServer extends RunningDaemon {
  /** The product, such as `Dante`. */
  readonly name: string;
  readonly host: string;
  /** Who may come in where a login is asked for. */
  readonly user: string;
  readonly password: string;
}

export interface ProxyDaemon {
  readonly name: string;
  readonly bundle: Bundle;
  readonly logFiles?: readonly string[];
  command(port: number): Command;
}

export async function startProxy(
  product: string,
  daemonIn: (folder: ServerFolder) => ProxyDaemon,
): Promise<ProxyServer> {
  const folder = makeServerFolder(product);
  const { name, ...daemon } = daemonIn(folder);
  const running = await startDaemon({ logFiles: [], ...daemon, folder });
  return { ...running, ...account, name, host: loopback };
}
