import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import { TransferError } from '../../src/core/transfer-error.js';
import { dialerThrough } from '../../src/net/proxy-dialer.js';
import type { ProxyOptions } from '../../src/net/proxy-options.js';
import { testPlatform } from '../platform/test-platform.js';
import { startDante } from '../servers/dante.js';
import { freePort } from '../servers/free-port.js';
import { startMicrosocks } from '../servers/microsocks.js';
import type { ProxyServer } from '../servers/proxy-server.js';
import { startSshProxy } from '../servers/ssh-proxy.js';
import { startSquid } from '../servers/squid.js';
import { startTinyproxy } from '../servers/tinyproxy.js';

const platform = testPlatform();
const greeter = createServer((socket) => socket.on('error', () => undefined).end('220 here'));
let forbiddenPort = 0;

beforeAll(async () => {
  greeter.listen(0, '127.0.0.1');
  await once(greeter, 'listening');
  forbiddenPort = await freePort();
});
afterAll(() => void greeter.close());

const greeterPort = () => (greeter.address() as AddressInfo).port;

/** What the greeter says through the proxies. */
async function greeting(
  proxies: readonly ProxyOptions[],
  host = '127.0.0.1',
  port = greeterPort(),
): Promise<string> {
  const signal = new AbortController().signal;
  const dialer = dialerThrough(proxies, platform.dialer, platform);
  const socket = await dialer.dial({ host, port }, { signal, timeoutMs: 20_000 });
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.resume();
  await once(socket, 'close');
  return text;
}

async function failure(
  proxies: readonly ProxyOptions[],
  host?: string,
  port?: number,
): Promise<TransferError> {
  const error = await greeting(proxies, host, port).then(
    (text) => text,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TransferError);
  return error as TransferError;
}

interface Row {
  readonly name: string;
  start(): Promise<ProxyServer>;
  readonly kinds: readonly ProxyOptions['kind'][];
  readonly wantsLogin: boolean;
  /** The codes of: nobody listens there, the name is none, the login is missing or wrong. */
  readonly codes: {
    readonly refused: readonly number[];
    readonly noName: readonly number[];
    readonly login: readonly number[];
  };
}

const SOCKS5 = { refused: [5], noName: [1, 4], login: [11] };
const HTTP = { refused: [503], noName: [500, 503], login: [407] };

const ROWS: readonly Row[] = [
  {
    name: 'Dante',
    start: () => startDante({ forbiddenPort }),
    kinds: ['socks4', 'socks4a', 'socks5'],
    wantsLogin: false,
    codes: { ...SOCKS5, refused: [1, 5] },
  },
  {
    name: 'ssh -D',
    start: startSshProxy,
    kinds: ['socks4', 'socks4a', 'socks5'],
    wantsLogin: false,
    // It closes without an answer.
    codes: { refused: [7], noName: [7], login: [] },
  },
  {
    name: 'Dante with login',
    start: () => startDante({ login: 'password' }),
    kinds: ['socks5'],
    wantsLogin: true,
    codes: SOCKS5,
  },
  { name: 'microsocks', start: startMicrosocks, kinds: ['socks5'], wantsLogin: true, codes: SOCKS5 },
  {
    name: 'tinyproxy',
    start: startTinyproxy,
    kinds: ['http'],
    wantsLogin: true,
    codes: { refused: [500], noName: [500], login: [401, 407] },
  },
  { name: 'Squid', start: () => startSquid('none'), kinds: ['http'], wantsLogin: false, codes: HTTP },
  {
    name: 'Squid with Basic',
    start: () => startSquid('basic'),
    kinds: ['http'],
    wantsLogin: true,
    codes: HTTP,
  },
  {
    name: 'Squid with Digest',
    start: () => startSquid('digest'),
    kinds: ['http'],
    wantsLogin: true,
    codes: HTTP,
  },
];

const CASES = ROWS.flatMap((row) =>
  row.kinds.map((kind) => ({ row, kind, title: `${kind} by ${row.name}` })),
);

describe.each(CASES)('$title', ({ row, kind }) => {
  let server: ProxyServer;
  beforeAll(async () => {
    server = await row.start();
  });
  afterAll(() => server?.stop());

  const proxy = (password = server.password): ProxyOptions => {
    const { host, port } = server;
    const login = row.wantsLogin ? { user: server.user, password: new Secret(password) } : {};
    return kind === 'http'
      ? { kind, host, port, ...login }
      : { kind, host, port, ...login, resolve: kind === 'socks4' ? 'us' : 'proxy' };
  };

  it('leads to an address and to a name', async () => {
    const one = proxy();
    // Dante 1.4.2 takes a name after SOCKS4a's impossible address for a connection to that address.
    const knowsNames = !(row.name === 'Dante' && kind === 'socks4a');
    for (const host of knowsNames ? ['127.0.0.1', 'localhost'] : ['127.0.0.1']) {
      const text = await greeting([one], host).catch((error: Error) => `${error.message}\n${server.log()}`);
      expect(text).toBe('220 here');
    }
    if (kind === 'socks5')
      expect(await greeting([{ ...one, resolve: 'us' } as ProxyOptions], 'localhost')).toBe('220 here');
  });

  it('says when nobody listens there', async () => {
    const error = await failure([proxy()], '127.0.0.1', await freePort());
    expect(row.codes.refused, `${error.message}\n${server.log()}`).toContain(error.lastCode);
    expect(error.phase).toBe('proxy');
  });

  it('says when there is no such name', async () => {
    const error = await failure([proxy()], 'no-such-host.invalid');
    const codes = kind === 'socks4' ? [11001, 11002] : row.codes.noName;
    expect(codes, `${error.message}\n${server.log()}`).toContain(error.lastCode);
  });

  if (row.wantsLogin)
    it('says when the login is wrong or missing', async () => {
      for (const one of [proxy('wrong'), { ...proxy(), user: undefined, password: undefined }]) {
        const error = await failure([one]);
        expect(error.code, `${error.message}\n${server.log()}`).toBe('PROXY_AUTH_REJECTED');
        expect(row.codes.login).toContain(error.lastCode);
      }
    });

  if (row.name === 'Dante')
    it('says when its rules forbid it', async () => {
      const error = await failure([proxy()], '127.0.0.1', forbiddenPort);
      expect(error.lastCode, server.log()).toBe(kind === 'socks5' ? 2 : 1);
    });
});

describe('chains of real proxies', () => {
  const servers: ProxyServer[] = [];
  beforeAll(async () => {
    servers.push(
      await startDante(),
      await startTinyproxy(),
      await startSquid('digest'),
      await startMicrosocks(),
    );
  });
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  it('lead through all of them, whatever the order', async () => {
    const [dante, tinyproxy, squid, microsocks] = servers.map(({ host, port, user, password }) => ({
      host,
      port,
      user,
      password: new Secret(password),
    })) as [HttpPlace, HttpPlace, HttpPlace, HttpPlace];
    type HttpPlace = { host: string; port: number; user: string; password: Secret };
    const chain: readonly ProxyOptions[] = [
      { ...dante, kind: 'socks5', resolve: 'proxy' },
      { ...tinyproxy, kind: 'http' },
      { ...microsocks, kind: 'socks5', resolve: 'proxy' },
      { ...squid, kind: 'http' },
    ];
    expect(await greeting(chain)).toBe('220 here');
    expect(await greeting(chain.toReversed(), 'localhost')).toBe('220 here');
  });
});
