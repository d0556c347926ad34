import { getEventListeners, once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testPlatform } from '../../test/platform/test-platform.js';
import { BLOCK_BYTES, BlockPool } from '../core/block-pool.js';
import { TransferError } from '../core/transfer-error.js';
import { dialerThrough } from './proxy-dialer.js';
import type { ProxyOptions } from './proxy-options.js';
import {
  closedPort,
  countingDialer,
  dialThrough,
  proxyOptions,
  readText,
  refusalOf,
  TARGET,
} from './proxy-rehearsal.testing.js';
import { scriptedProxy, type ProxyClient, type ScriptedProxy } from './scripted-proxy.testing.js';

const KINDS = ['socks4', 'socks4a', 'socks5', 'http'] as const;

const GRANTED: Record<ProxyOptions['kind'], Buffer> = {
  socks4: Buffer.from('005a000000000000', 'hex'),
  socks4a: Buffer.from('005a000000000000', 'hex'),
  socks5: Buffer.from('05000001000000000000', 'hex'),
  http: Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
};

/** Reads what each kind asks for an address, and grants it with `behind` in the same write. */
async function grant(kind: ProxyOptions['kind'], client: ProxyClient, behind = ''): Promise<void> {
  switch (kind) {
    case 'socks4':
    case 'socks4a':
      await client.read(9);
      break;
    case 'socks5':
      await client.read(3);
      client.write('hex:05 00');
      await client.read(10);
      break;
    case 'http':
      await client.readHead();
      break;
  }
  client.socket.write(Buffer.concat([GRANTED[kind], Buffer.from(behind)]));
}

const ADDRESS = { host: '192.0.2.1', port: 21 };

/** Grants, and connects to where the next proxy or the server really is. */
function relaying(
  kind: ProxyOptions['kind'],
  next: Pick<ScriptedProxy, 'host' | 'port'>,
): Promise<ScriptedProxy> {
  return scriptedProxy(async (client) => {
    await grant(kind, client);
    await client.relay(next.host, next.port);
  });
}

describe.each(KINDS)('a connection through a %s proxy', (kind) => {
  it('comes paused, without a listener of ours, and with all that came behind the answer', async () => {
    const proxy = await scriptedProxy((client) => grant(kind, client, '220 '.repeat(5_000)));
    const cancel = new AbortController();
    const socket = await dialThrough([proxyOptions(kind, proxy)], { signal: cancel.signal }, ADDRESS);
    expect(socket.isPaused()).toBe(true);
    const plain = await testPlatform().dialer.dial(
      { host: proxy.host, port: proxy.port },
      {
        signal: new AbortController().signal,
        timeoutMs: 10_000,
      },
    );
    onTestFinished(() => void plain.destroy());
    for (const event of ['data', 'end', 'error', 'close', 'readable']) {
      expect(socket.listenerCount(event), event).toBe(plain.listenerCount(event));
    }
    expect(getEventListeners(cancel.signal, 'abort')).toEqual([]);
    expect(await readText(socket, 20_000)).toBe('220 '.repeat(5_000));
  });

  it('reads payload into blocks', async () => {
    const length = 4 * BLOCK_BYTES;
    const proxy = await scriptedProxy((client) => grant(kind, client, 'x'.repeat(length)));
    const blocks = new BlockPool();
    const socket = await dialThrough([proxyOptions(kind, proxy)], { blocks }, ADDRESS);
    let read = 0;
    let inBlocks = 0;
    socket.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (chunk.buffer.byteLength === BLOCK_BYTES) inBlocks += chunk.length;
      expect(chunk.every((byte) => byte === 0x78)).toBe(true);
      blocks.give(chunk);
    });
    socket.resume();
    while (read < length) await once(socket, 'data');
    expect(inBlocks).toBeGreaterThan(0);
  });

  it('stops at once when cancelled, with the reason that was given', async () => {
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const proxy = await scriptedProxy(async (client) => {
      await client.read(1);
      asked();
    });
    const direct = countingDialer();
    const cancel = new AbortController();
    const dialing = dialThrough([proxyOptions(kind, proxy)], { signal: cancel.signal }, ADDRESS, direct);
    await isAsked;
    cancel.abort();
    await expect(dialing).rejects.toMatchObject({ code: 'CANCELLED', phase: 'proxy' });
    expect(direct.sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
  });

  it('that cannot be made to the proxy itself is 12 for SOCKS, else the number of the socket', async () => {
    const error = await refusalOf([proxyOptions(kind, { host: '127.0.0.1', port: await closedPort() })]);
    const lastCode = kind === 'http' ? 10061 : 12;
    expect(error).toMatchObject({ code: 'PROXY_UNREACHABLE', lastCode, side: 'proxy', retry: 'transient' });
  });

  it('to a proxy whose name does not exist is never said of the partner', async () => {
    const error = await refusalOf([proxyOptions(kind, { host: 'no-such-proxy.invalid', port: 1 })]);
    expect(error.code).toBe('PROXY_UNREACHABLE');
    // A machine without any name server answers EAI_AGAIN instead.
    expect(kind === 'http' ? [11001, 11002] : [12]).toContain(error.lastCode);
    expect(error.message).toContain('no-such-proxy.invalid');
    expect(error.message).not.toContain(TARGET.host);
  });

  it('has no way in from outside', async () => {
    const dialer = dialerThrough([proxyOptions(kind, ADDRESS)], countingDialer(), testPlatform());
    const listening = dialer.listen({ address: '127.0.0.1', signal: new AbortController().signal });
    await expect(listening).rejects.toMatchObject({ code: 'UNSUPPORTED', side: 'us', retry: 'config' });
  });
});

describe('a chain of proxies', () => {
  const PAIRS = KINDS.flatMap((first) => KINDS.map((second) => [first, second] as const));

  it.each(PAIRS)('%s, then %s, leads to the server', async (first, second) => {
    const server = createServer((socket) => socket.end('220 here'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const far = await relaying(second, { host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    const near = await relaying(first, far);
    const chain = [proxyOptions(first, near), proxyOptions(second, { host: '192.0.2.9', port: 1080 })];
    const socket = await dialThrough(chain, {}, ADDRESS);
    expect(await readText(socket, 8)).toBe('220 here');
    expect([near.clients, far.clients]).toEqual([1, 1]);
  });

  it('that ends at its second proxy blames the proxy, not the partner', async () => {
    const proxy = await scriptedProxy(async (client) => {
      await client.read(3);
      client.write('hex:05 00');
      await client.read(10);
      client.write('hex:05 05');
    });
    const chain = [proxyOptions('socks5', proxy), proxyOptions('http', { host: '192.0.2.9', port: 3128 })];
    const error = await refusalOf(chain);
    expect(error).toMatchObject({ code: 'PROXY_UNREACHABLE', lastCode: 5, side: 'proxy' });
    expect(error.message).toContain('the next proxy, 192.0.2.9:3128');
  });

  it('names the proxy that failed, with the code of its own kind', async () => {
    const far = await scriptedProxy(async (client) => {
      await client.readHead();
      client.write('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    const near = await relaying('socks5', far);
    const chain = [proxyOptions('socks5', near), proxyOptions('http', { host: '192.0.2.9', port: 3128 })];
    const error = await refusalOf(chain);
    expect(error).toMatchObject({ code: 'PROXY_REFUSED', lastCode: 403 });
    expect(error.message).toMatch(/^HTTP proxy 192\.0\.2\.9:3128: .* ftp\.acme\.example:2121$/);
  });

  it('gives the login to the second proxy through the first', async () => {
    const far = await scriptedProxy(async (client) => {
      const head = await client.readHead();
      if (head.includes('Basic')) client.write('HTTP/1.1 200 OK\r\n\r\n220');
      else client.socket.end('HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n');
    });
    const near = await relaying('socks5', far);
    const chain = [
      proxyOptions('socks5', near),
      proxyOptions('http', { host: '192.0.2.9', port: 3128 }, { user: 'us' }),
    ];
    expect(await readText(await dialThrough(chain), 3)).toBe('220');
    expect([near.clients, far.clients]).toEqual([2, 2]);
  });

  it('of four HTTP proxies that all want a login is got through at the first go', async () => {
    let next: Pick<ScriptedProxy, 'host' | 'port'> | undefined;
    for (let nth = 0; nth < 4; nth += 1) {
      const beyond = next;
      next = await scriptedProxy(async (client) => {
        const head = await client.readHead();
        if (!head.includes('Basic')) {
          client.socket.end('HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n');
          return;
        }
        client.write(`HTTP/1.1 200 OK\r\n\r\n${beyond === undefined ? '220' : ''}`);
        if (beyond !== undefined) await client.relay(beyond.host, beyond.port);
      });
    }
    const others = [1, 2, 3].map((nth) => ({ host: `192.0.2.${nth}`, port: 3128 }));
    const chain = [next ?? ADDRESS, ...others].map((place) => proxyOptions('http', place, { user: 'us' }));
    expect(await readText(await dialThrough(chain), 3)).toBe('220');
  });

  it('has one time limit for all of it', async () => {
    const platform = testPlatform();
    let nowMs = 0;
    const limits: number[] = [];
    const clock = {
      ...platform.clock,
      monotonicMs: () => nowMs,
      startTimer: (delayMs: number, run: () => void) => {
        limits.push(delayMs);
        return platform.clock.startTimer(delayMs, run);
      },
    };
    const far = await scriptedProxy((client) => grant('socks5', client));
    const near = await scriptedProxy(async (client) => {
      await client.readHead();
      nowMs += 2_000;
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      await client.relay(far.host, far.port);
    });
    const dialer = dialerThrough(
      [proxyOptions('http', near), proxyOptions('socks5', { host: '192.0.2.9', port: 1080 })],
      countingDialer(),
      { ...platform, clock },
    );
    const signal = new AbortController().signal;
    const socket = await dialer.dial(ADDRESS, { signal, timeoutMs: 60_000 });
    socket.destroy();
    expect(limits).toEqual([60_000, 58_000]);
  });
});

describe('a proxy dialer', () => {
  it('is the direct one for an empty list', () => {
    const direct = countingDialer();
    expect(dialerThrough([], direct, testPlatform())).toBe(direct);
  });

  it('does not begin once cancelled', async () => {
    const reason = new TransferError({ code: 'CANCELLED', lastCode: -1, phase: 'plan', message: 'enough' });
    const direct = countingDialer();
    const dialing = dialThrough(
      [proxyOptions('http', ADDRESS)],
      { signal: AbortSignal.abort(reason) },
      TARGET,
      direct,
    );
    await expect(dialing).rejects.toBe(reason);
    expect(direct.sockets).toEqual([]);
  });

  it('connects to the proxy from our own address where one is set', async () => {
    let from: string | undefined;
    const proxy = await scriptedProxy(async (client) => {
      from = client.socket.remoteAddress;
      await grant('http', client);
    });
    const target = { ...ADDRESS, localAddress: '127.0.0.3' };
    await dialThrough([proxyOptions('http', proxy)], {}, target);
    expect(from).toBe('127.0.0.3');
  });
});
