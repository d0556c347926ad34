import type { Platform } from '../../../src/core/platform.js';
import { Secret } from '../../../src/core/secret.js';
import { dialerThrough } from '../../../src/net/proxy-dialer.js';
import type { ProxyOptions } from '../../../src/net/proxy-options.js';
import { startDante } from '../../servers/dante.js';
import { startMicrosocks } from '../../servers/microsocks.js';
import type { ProxyServer } from '../../servers/proxy-server.js';
import { startSquid } from '../../servers/squid.js';
import { startSshProxy } from '../../servers/ssh-proxy.js';
import { startTinyproxy } from '../../servers/tinyproxy.js';
import type { ProtocolTarget } from '../protocol-target.js';

/** A way through real proxies. */
export interface ProxyWay {
  readonly name: string;
  start(): Promise<{ readonly proxies: readonly ProxyOptions[]; readonly servers: readonly ProxyServer[] }>;
}

/** Every kind of proxy that there is, each by another product, and a chain. */
export const PROXY_WAYS: readonly ProxyWay[] = [
  way('SOCKS5 with login (microsocks)', async () => socks('socks5', await startMicrosocks())),
  way('CONNECT with Digest (Squid)', async () => http(await startSquid('digest'))),
  way('CONNECT with Basic (tinyproxy)', async () => http(await startTinyproxy())),
  way('SOCKS5 (Dante)', async () => withoutLogin(socks('socks5', await startDante()))),
  way('SOCKS4a (ssh -D)', async () => withoutLogin(socks('socks4a', await startSshProxy()))),
  way('SOCKS4 (Dante)', async () => withoutLogin(socks('socks4', await startDante()))),
  {
    name: 'a chain (tinyproxy, microsocks)',
    start: async () => {
      const [near, far] = [http(await startTinyproxy()), socks('socks5', await startMicrosocks())];
      return { proxies: [near.proxy, far.proxy], servers: [near.server, far.server] };
    },
  },
];

interface OneProxy {
  readonly proxy: ProxyOptions;
  readonly server: ProxyServer;
}

function way(name: string, startOne: () => Promise<OneProxy>): ProxyWay {
  return {
    name,
    start: async () => {
      const { proxy, server } = await startOne();
      return { proxies: [proxy], servers: [server] };
    },
  };
}

function http(server: ProxyServer): OneProxy {
  return { server, proxy: { kind: 'http', ...placeOf(server) } };
}

function socks(kind: 'socks4' | 'socks4a' | 'socks5', server: ProxyServer): OneProxy {
  return { server, proxy: { kind, ...placeOf(server), resolve: kind === 'socks4' ? 'us' : 'proxy' } };
}

function placeOf({ host, port, user, password }: ProxyServer) {
  return { host, port, user, password: new Secret(password) };
}

function withoutLogin({ proxy, server }: OneProxy): OneProxy {
  return { server, proxy: { ...proxy, user: undefined, password: undefined } };
}

/** The same server, reached through real proxies, which are stopped with it. */
export async function startThroughProxy(
  startTarget: () => Promise<ProtocolTarget>,
  { start }: ProxyWay,
): Promise<ProtocolTarget> {
  const { proxies, servers } = await start();
  const target = behind(await startTarget(), proxies);
  return {
    ...target,
    secrets: [...target.secrets, ...servers.map(({ password }) => password)],
    stop: async () => {
      await target.stop();
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

function behind(target: ProtocolTarget, proxies: readonly ProxyOptions[]): ProtocolTarget {
  const through = (platform: Platform): Platform => ({
    ...platform,
    dialer: dialerThrough(proxies, platform.dialer, platform),
  });
  const { refusedLogin, startWithSmallDisk } = target.powers;
  return {
    ...target,
    powers: {
      ...target.powers,
      ...(refusedLogin && { refusedLogin: (platform: Platform) => refusedLogin(through(platform)) }),
      ...(startWithSmallDisk && {
        startWithSmallDisk: async () => behind(await startWithSmallDisk(), proxies),
      }),
    },
    createClient: (given, changes) => {
      const platform = through(given);
      return target.createClient(platform, { ...changes, platform, proxies });
    },
  };
}
