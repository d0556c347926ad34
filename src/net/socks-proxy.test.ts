import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../core/secret.js';
import {
  countingDialer,
  dialThrough,
  proxyOptions,
  readText,
  refusalBy,
  refusalOf,
} from './proxy-rehearsal.testing.js';
import { scriptedProxy, type ProxyClient } from './scripted-proxy.testing.js';

const GRANTED_4 = 'hex:00 5a 0000 00000000';
const GRANTED_5 = 'hex:05 00 00 01 00000000 0000';
const LOGIN = { user: 'us', password: new Secret('s3cret') };
const NAME = 'hex:' + Buffer.from('ftp.acme.example').toString('hex');

/** Reads a whole SOCKS5 conversation without login up to the request, whose bytes it gives. */
async function socks5Request(client: ProxyClient): Promise<Buffer> {
  await client.read(3);
  client.write('hex:05 00');
  const head = await client.read(5);
  const rest = head[3] === 3 ? (head[4] ?? 0) + 2 : head[3] === 1 ? 5 : 17;
  return Buffer.concat([head, await client.read(rest)]);
}

describe('SOCKS5 asks', () => {
  it.each([
    ['ftp.acme.example', `0501000310${NAME.slice(4)}0849`],
    ['192.0.2.1', '05010001c00002010849'],
    ['2001:db8::1', '0501000420010db80000000000000000000000010849'],
    ['bücher.example', `0501000315${Buffer.from('xn--bcher-kva.example').toString('hex')}0849`],
  ])('for %s as RFC 1928 has it', async (host, request) => {
    let seen = '';
    const proxy = await scriptedProxy(async (client) => {
      seen = (await socks5Request(client)).toString('hex');
      client.write(GRANTED_5);
      client.write('220 hello');
    });
    const socket = await dialThrough([proxyOptions('socks5', proxy)], {}, { host, port: 2121 });
    expect(seen).toBe(request);
    expect(await readText(socket, 9)).toBe('220 hello');
  });

  it('by an address of ours where the proxy shall see no name, IPv4 before IPv6', async () => {
    let seen = '';
    const proxy = await scriptedProxy(async (client) => {
      seen = (await socks5Request(client)).toString('hex');
      client.write(GRANTED_5);
    });
    const direct = countingDialer([
      { address: '2001:db8::9', family: 6 },
      { address: '192.0.2.7', family: 4 },
    ]);
    await dialThrough([proxyOptions('socks5', proxy, { resolve: 'us' })], {}, undefined, direct);
    expect(seen).toBe('05010001c00002070849');
  });

  it('with user and password when it wants them (RFC 1929)', async () => {
    const seen: string[] = [];
    const proxy = await scriptedProxy(async (client) => {
      seen.push((await client.read(4)).toString('hex'));
      client.write('hex:05 02');
      seen.push((await client.read(11)).toString('latin1'));
      client.write('hex:01 00');
      await client.read(23);
      client.write(GRANTED_5);
    });
    await dialThrough([proxyOptions('socks5', proxy, LOGIN)]);
    expect(seen).toEqual(['05020002', '\x01\x02us\x06s3cret']);
  });

  it.each(['01 00000000 0000', '04 00000000000000000000000000000000 0000', '03 02 6162 0000', '03 00 0000'])(
    'and finds where the tunnel begins after address %s',
    async (bound) => {
      const proxy = await scriptedProxy(async (client) => {
        await socks5Request(client);
        client.write(`hex:05 00 00 ${bound} 00 ff 41`);
      });
      const socket = await dialThrough([proxyOptions('socks5', proxy)]);
      expect(await readText(socket, 3)).toBe('\0\xffA');
    },
  );

  it('and reads the answer however it is cut', async () => {
    const answer = Buffer.from('050000030261620000' + '323230', 'hex');
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: answer.length - 1 })), async (cuts) => {
        const proxy = await scriptedProxy(async (client) => {
          await socks5Request(client);
          let from = 0;
          for (const to of [...cuts.toSorted((left, right) => left - right), answer.length]) {
            await new Promise((resolve) => client.socket.write(answer.subarray(from, to), resolve));
            from = to;
          }
        });
        const socket = await dialThrough([proxyOptions('socks5', proxy)]);
        expect(await readText(socket, 3)).toBe('220');
        socket.destroy();
      }),
      { numRuns: 15 },
    );
  });
});

describe('SOCKS4 asks', () => {
  it.each([
    ['socks4', 'ftp.acme.example', '04010849c0000207', '00'],
    ['socks4', '192.0.2.1', '04010849c0000201', '00'],
    ['socks4a', '192.0.2.1', '04010849c0000201', '00'],
    ['socks4a', 'ftp.acme.example', '0401084900000001', `00${NAME.slice(4)}00`],
  ] as const)('a %s proxy for %s', async (kind, host, head, tail) => {
    let seen = '';
    const request = `${head}${Buffer.from('us').toString('hex')}${tail}`;
    const proxy = await scriptedProxy(async (client) => {
      seen = (await client.read(request.length / 2)).toString('hex');
      client.write(GRANTED_4);
      client.write('SSH-2.0-x');
    });
    const socket = await dialThrough([proxyOptions(kind, proxy, { user: 'us' })], {}, { host, port: 2121 });
    expect(seen).toBe(request);
    expect(await readText(socket, 9)).toBe('SSH-2.0-x');
  });

  it('never for IPv6, which it does not know', async () => {
    const error = await refusalBy('socks4a', () => undefined, { target: { host: '::1', port: 21 } });
    expect(error).toMatchObject({ code: 'SETTINGS_INVALID', lastCode: 8, side: 'us' });
    const direct = countingDialer([{ address: '2001:db8::9', family: 6 }]);
    const proxy = await scriptedProxy(() => undefined);
    const dialing = dialThrough([proxyOptions('socks4', proxy)], {}, undefined, direct);
    await expect(dialing).rejects.toMatchObject({ code: 'SETTINGS_INVALID', lastCode: 8 });
    expect(proxy.clients).toBe(0);
  });
});

/** client-log.md, section 4, table B. */
const REPLIES_5 = [
  [1, 1, 'PROXY_FAILED', 'proxy', 'transient'],
  [2, 2, 'PROXY_REFUSED', 'proxy', 'permanent'],
  [3, 3, 'UNREACHABLE_FROM_PROXY', 'proxy', 'transient'],
  [4, 4, 'UNREACHABLE_FROM_PROXY', 'proxy', 'transient'],
  [5, 5, 'UNREACHABLE_FROM_PROXY', 'partner', 'transient'],
  [6, 6, 'UNREACHABLE_FROM_PROXY', 'network', 'transient'],
  [7, 7, 'PROXY_FAILED', 'proxy', 'permanent'],
  [8, 8, 'PROXY_FAILED', 'proxy', 'permanent'],
  [9, 7, 'PROXY_FAILED', 'proxy', 'transient'],
  [90, 7, 'PROXY_FAILED', 'proxy', 'transient'],
  [255, 7, 'PROXY_FAILED', 'proxy', 'transient'],
] as const;

const REPLIES_4 = [
  [0, 7, 'PROXY_FAILED'],
  [89, 7, 'PROXY_FAILED'],
  [91, 1, 'PROXY_FAILED'],
  [92, 11, 'PROXY_AUTH_REJECTED'],
  [93, 11, 'PROXY_AUTH_REJECTED'],
  [94, 7, 'PROXY_FAILED'],
] as const;

describe('the code of each SOCKS reply', () => {
  it.each(REPLIES_5)('SOCKS5 %i is %i', async (reply, lastCode, code, side, retry) => {
    // No more than the two bytes that matter: many proxies close at once.
    const error = await refusalBy('socks5', async (client) => {
      await socks5Request(client);
      client.socket.end(Buffer.from([5, reply]));
    });
    expect(error).toMatchObject({ lastCode, code, side, retry });
    if (lastCode < 7) expect(error.message).toContain('ftp.acme.example:2121');
  });

  it.each(REPLIES_4)('SOCKS4 %i is %i', async (reply, lastCode, code) => {
    const error = await refusalBy('socks4a', async (client) => {
      await client.read(26);
      client.socket.end(Buffer.from([0, reply]));
    });
    expect(error).toMatchObject({ lastCode, code, side: 'proxy' });
  });

  it.each([
    ['no login is set and it wants one', 'ff', {}, 'it wants a login, and none is set'],
    ['it takes no login of ours', 'ff', LOGIN, 'it takes neither'],
  ])('11: %s', async (_words, method, options, problem) => {
    const error = await refusalBy(
      'socks5',
      async (client) => {
        await client.read(3);
        client.socket.end(Buffer.from(`05${method}`, 'hex'));
      },
      { options },
    );
    expect(error).toMatchObject({ code: 'PROXY_AUTH_REJECTED', lastCode: 11, retry: 'auth', side: 'proxy' });
    expect(error.message).toContain(problem);
  });

  it('11: the password is wrong, which nobody gets to read', async () => {
    const error = await refusalBy(
      'socks5',
      async (client) => {
        await client.read(4);
        client.write('hex:05 02');
        await client.read(11);
        client.socket.end(Buffer.from([1, 1]));
      },
      { options: LOGIN },
    );
    expect(error).toMatchObject({ code: 'PROXY_AUTH_REJECTED', lastCode: 11, retry: 'auth' });
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('s3cret');
  });

  it.each([
    ['a host name of 256 bytes', { host: `${'a.'.repeat(127)}aa`, port: 21 }, {}],
    ['a host that is no name', { host: '..\u0000', port: 21 }, {}],
    ['a user of 256 bytes', undefined, { user: 'u'.repeat(256), password: new Secret('p') }],
    ['a password of 256 bytes', undefined, { user: 'u', password: new Secret('s'.repeat(256)) }],
    ['a user without password', undefined, { user: 'u' }],
  ])('10: %s, without a word to the proxy', async (_words, target, options) => {
    const proxy = await scriptedProxy(() => undefined);
    const error = await refusalOf([proxyOptions('socks5', proxy, options)], {}, target);
    expect(error).toMatchObject({ code: 'SETTINGS_INVALID', lastCode: 10, side: 'us', retry: 'config' });
    expect(error.message).not.toContain('sss');
    expect(proxy.clients).toBe(0);
  });
});

describe('a SOCKS proxy that makes no sense', () => {
  it.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['an SSH banner', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['zeros', 'hex:0000 0000 0000 0000'],
    ['a method that was not offered', 'hex:05 02'],
    ['another one', 'hex:05 01'],
  ])('is 7: %s', async (_words, answer) => {
    for (const kind of ['socks5', 'socks4a'] as const) {
      const error = await refusalBy(kind, async (client) => {
        await client.read(3);
        client.write(answer);
      });
      expect(error).toMatchObject({ code: 'PROXY_FAILED', lastCode: 7, side: 'proxy' });
    }
  });

  it('is 7: an address of a type that is none', async () => {
    const error = await refusalBy('socks5', async (client) => {
      await socks5Request(client);
      client.write('hex:05 00 00 02 00000000 0000');
    });
    expect(error).toMatchObject({ code: 'PROXY_FAILED', lastCode: 7 });
  });

  const HALVES = ['', '05', '0500', '0500 05', '0500 0500', '0500 050001', '0500 05000003 05 6162'];

  it.each(HALVES)('is 7 when it closes after %j', async (half) => {
    const error = await refusalBy('socks5', async (client) => {
      await client.read(3);
      client.socket.end(Buffer.from(half.replace(/ /g, ''), 'hex'));
    });
    expect(error).toMatchObject({ code: 'PROXY_FAILED', lastCode: 7 });
    expect(error.message).toContain('closed the connection');
  });

  it.each(HALVES)('is 7 when it resets after %j', async (half) => {
    const error = await refusalBy('socks5', async (client) => {
      await client.read(3);
      client.socket.write(Buffer.from(half.replace(/ /g, ''), 'hex'), () => client.socket.resetAndDestroy());
    });
    expect(error).toMatchObject({ code: 'PROXY_FAILED', lastCode: 7 });
  });

  it.each(HALVES)('is 2000 when it falls silent after %j', async (half) => {
    const error = await refusalBy(
      'socks5',
      async (client) => {
        await client.read(3);
        client.write(`hex:${half}`);
      },
      { dial: { timeoutMs: 100 } },
    );
    expect(error).toMatchObject({ code: 'PROXY_FAILED', lastCode: 2000, side: 'proxy', retry: 'transient' });
  });

  it('says the same of any answer: one of its codes, never an error of the code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (bytes) => {
        const proxy = await scriptedProxy(async (client) => {
          await client.read(3);
          client.socket.end(bytes);
        });
        const outcome = await dialThrough([proxyOptions('socks5', proxy)]).catch((error: unknown) => error);
        if ('lastCode' in (outcome as object)) {
          expect([1, 2, 3, 4, 5, 6, 7, 8, 11]).toContain((outcome as { lastCode: number }).lastCode);
        }
      }),
      { numRuns: 60 },
    );
  });
});
