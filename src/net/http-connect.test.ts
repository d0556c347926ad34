import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../core/secret.js';
import {
  dialThrough,
  proxyOptions,
  readText,
  refusalBy,
  refusalOf,
  TARGET,
} from './proxy-rehearsal.testing.js';
import { scriptedProxy } from './scripted-proxy.testing.js';

const LOGIN = { user: 'us', password: new Secret('s3cret') };
const BASIC = `Basic ${Buffer.from('us:s3cret').toString('base64')}`;
const WANTS = 'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: ';

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** The fields of a Digest answer and the response that is right for them. */
function digestFields(head: string): {
  readonly given: string | undefined;
  readonly right: string;
  readonly nc: string;
} {
  const field = (name: string) => new RegExp(`${name}="?([^",]*)`).exec(head)?.[1] ?? '';
  const [ha1, ha2] = [md5(`us:${field('realm')}:s3cret`), md5(`CONNECT:${field('uri')}`)];
  const right = md5(`${ha1}:${field('nonce')}:${field('nc')}:${field('cnonce')}:auth:${ha2}`);
  return { given: field('response'), right, nc: field('nc') };
}

describe('CONNECT asks', () => {
  it.each([
    ['ftp.acme.example', 'ftp.acme.example:2121'],
    ['192.0.2.1', '192.0.2.1:2121'],
    ['2001:db8::1', '[2001:db8::1]:2121'],
    ['bücher.example', 'xn--bcher-kva.example:2121'],
  ])('for %s as the RFC has it', async (host, authority) => {
    let seen = '';
    const proxy = await scriptedProxy(async (client) => {
      seen = await client.readHead();
      client.write('HTTP/1.1 200 Connection established\r\n\r\n220 hello');
    });
    const socket = await dialThrough([proxyOptions('http', proxy, LOGIN)], {}, { host, port: 2121 });
    expect(seen).toBe(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}`);
    expect(await readText(socket, 9)).toBe('220 hello');
  });

  it.each([
    ['HTTP/1.0 200\r\n\r\n'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['HTTP/1.1 204 No Content\nVia: x\n\n'],
    ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'],
    [`HTTP/1.1 200 OK\r\n${'X-Line: 0123456789\r\n'.repeat(900)}\r\n`],
  ])('and finds where the tunnel begins after %j', async (answer) => {
    const proxy = await scriptedProxy(async (client) => {
      await client.readHead();
      client.write(`${answer}\r\n220`);
    });
    expect(await readText(await dialThrough([proxyOptions('http', proxy)]), 5)).toBe('\r\n220');
  });

  it('and reads the answer however it is cut', async () => {
    const answer = Buffer.from('HTTP/1.1 200 OK\r\nVia: a\r\n\r\n220');
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: answer.length - 1 })), async (cuts) => {
        const proxy = await scriptedProxy(async (client) => {
          await client.readHead();
          let from = 0;
          for (const to of [...cuts.toSorted((left, right) => left - right), answer.length]) {
            await new Promise((resolve) => client.socket.write(answer.subarray(from, to), resolve));
            from = to;
          }
        });
        const socket = await dialThrough([proxyOptions('http', proxy)]);
        expect(await readText(socket, 3)).toBe('220');
        socket.destroy();
      }),
      { numRuns: 15 },
    );
  });
});

describe('a login at an HTTP proxy', () => {
  it('is given only when asked for, by Basic, and from then on at once', async () => {
    const heads: string[] = [];
    const proxy = await scriptedProxy(async (client) => {
      const head = await client.readHead();
      heads.push(head);
      if (head.includes(BASIC)) client.write('HTTP/1.1 200 OK\r\n\r\n220');
      else client.socket.end(`${WANTS}Basic realm="x"\r\nConnection: close\r\n\r\n`);
    });
    const options = proxyOptions('http', proxy, LOGIN);
    for (let nth = 0; nth < 2; nth += 1) expect(await readText(await dialThrough([options]), 3)).toBe('220');
    expect(heads.map((head) => head.includes('Authorization'))).toEqual([false, true, true]);
  });

  it('is by Digest where that is offered too, each answer counted', async () => {
    const counts: string[] = [];
    const proxy = await scriptedProxy(async (client) => {
      const head = await client.readHead();
      const { given, right, nc } = digestFields(head);
      if (head.includes('Digest') && given === right) {
        counts.push(nc);
        client.write('HTTP/1.1 200 OK\r\n\r\n220');
      } else client.write(`${WANTS}Basic realm="x", Digest realm="y", nonce="n1", qop="auth"\r\n\r\n`);
    });
    const options = proxyOptions('http', proxy, LOGIN);
    for (let nth = 0; nth < 3; nth += 1) await dialThrough([options]);
    expect(counts).toEqual(['00000001', '00000002', '00000003']);
    expect(proxy.clients).toBe(4);
  });

  it('is given anew when only the nonce was too old', async () => {
    const proxy = await scriptedProxy(async (client, nth) => {
      const head = await client.readHead();
      if (nth > 2 && head.includes(`nonce="n${nth - 1}"`)) client.write('HTTP/1.1 200 OK\r\n\r\n220');
      else client.write(`${WANTS}Digest realm="y", nonce="n${nth}", qop="auth", stale=true\r\n\r\n`);
    });
    await dialThrough([proxyOptions('http', proxy, LOGIN)]);
    expect(proxy.clients).toBe(3);
  });

  it.each([
    ['Basic realm="x"', 2],
    ['Digest realm="x", nonce="n", qop="auth"', 2],
    ['NTLM', 1],
    ['Digest realm="x", nonce="n", algorithm=UNKNOWN', 1],
  ])('that is refused is not tried over and over (%s)', async (challenge, clients) => {
    const proxy = await scriptedProxy(async (client) => {
      await client.readHead();
      client.write(`${WANTS}${challenge}\r\n\r\n`);
    });
    const error = await refusalOf([proxyOptions('http', proxy, LOGIN)]);
    expect(error).toMatchObject({ code: 'PROXY_AUTH_REJECTED', lastCode: 407, retry: 'auth', side: 'proxy' });
    expect(error.message).toContain(`it wants ${challenge.split(' ')[0]}`);
    expect(proxy.clients).toBe(clients);
  });

  it('ends also when the proxy finds every nonce too old', async () => {
    const proxy = await scriptedProxy(async (client, nth) => {
      await client.readHead();
      client.write(`${WANTS}Digest realm="x", nonce="${nth}", qop="auth", stale=true\r\n\r\n`);
    });
    const error = await refusalOf([proxyOptions('http', proxy, LOGIN)]);
    expect(error).toMatchObject({ code: 'PROXY_AUTH_REJECTED', lastCode: 407 });
    expect(proxy.clients).toBeLessThan(6);
  });

  it('that is wanted and not set is said to be so', async () => {
    const error = await refusalBy('http', async (client) => {
      await client.readHead();
      client.write(`${WANTS}Basic realm="x"\r\n\r\n`);
    });
    expect(error).toMatchObject({ code: 'PROXY_AUTH_REJECTED', lastCode: 407 });
    expect(error.message).toContain('it wants a login (Basic), and none is set');
  });
});

/** client-log.md, section 4: its HTTP status. */
const STATUSES = [
  [302, 'PROXY_FAILED', 'permanent'],
  [400, 'PROXY_REFUSED', 'permanent'],
  [401, 'PROXY_AUTH_REJECTED', 'auth'],
  [403, 'PROXY_REFUSED', 'permanent'],
  [404, 'PROXY_REFUSED', 'permanent'],
  [405, 'PROXY_REFUSED', 'permanent'],
  [408, 'PROXY_FAILED', 'transient'],
  [429, 'PROXY_FAILED', 'transient'],
  [500, 'UNREACHABLE_FROM_PROXY', 'transient'],
  [501, 'PROXY_FAILED', 'transient'],
  [502, 'UNREACHABLE_FROM_PROXY', 'transient'],
  [503, 'UNREACHABLE_FROM_PROXY', 'transient'],
  [504, 'UNREACHABLE_FROM_PROXY', 'transient'],
] as const;

describe('the code of each answer to CONNECT', () => {
  it.each(STATUSES)('%i is itself: %s', async (status, code, retry) => {
    const error = await refusalBy('http', async (client) => {
      await client.readHead();
      client.write(`HTTP/1.1 ${status} Sorry\r\nX-Squid-Error: ERR_CONNECT_FAIL 111\r\n\r\n<html>`);
    });
    expect(error).toMatchObject({ lastCode: status, code, retry, side: 'proxy' });
    expect(error.reply).toBe(`${status} Sorry (ERR_CONNECT_FAIL 111)`);
    if (status !== 401) expect(error.message).toContain('ftp.acme.example:2121');
  });
});

describe('an HTTP proxy that makes no sense', () => {
  it.each([
    ['an SSH banner', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['an FTP greeting', '220 ready\r\n'],
    ['a status that is none', 'HTTP/1.1 2x0 OK\r\n\r\n'],
    ['a status below all', 'HTTP/1.1 099 OK\r\n\r\n'],
    ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
    ['a header without end', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(20_000)}`],
    ['a line without end', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(100_000)}`],
    ['answers of 1xx without end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(4_000)],
  ])('is 10053: %s', async (_words, answer) => {
    const error = await refusalBy('http', async (client) => {
      await client.readHead();
      client.write(answer);
    });
    expect(error).toMatchObject({ code: 'PROXY_FAILED', lastCode: 10053, side: 'proxy' });
    expect(error.message.length).toBeLessThan(300);
  });

  const HALVES = [
    '',
    'HTT',
    'HTTP/1.1 200',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 200 OK\r\nVia: x\r\n',
    'HTTP/1.1 200 OK\r\n\r',
  ];

  it.each(HALVES)('is 10054 when it closes or resets after %j', async (half) => {
    for (const end of ['end', 'reset'] as const) {
      const error = await refusalBy('http', async (client) => {
        await client.readHead();
        if (end === 'end') client.socket.end(half);
        else client.socket.write(half, () => client.socket.resetAndDestroy());
      });
      expect(error).toMatchObject({ code: 'PROXY_FAILED', lastCode: 10054 });
    }
  });

  it.each(HALVES)('is 2000 when it falls silent after %j', async (half) => {
    const error = await refusalBy(
      'http',
      async (client) => {
        await client.readHead();
        client.write(half);
      },
      { dial: { timeoutMs: 100 } },
    );
    expect(error).toMatchObject({ code: 'PROXY_FAILED', lastCode: 2000, retry: 'transient' });
  });

  it('is told by any answer, never by an error of the code', async () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('HTTP/1.1 ', '200 ', '407 x', '\r\n', '\n', 'Proxy-Authenticate: Digest '),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const proxy = await scriptedProxy(async (client) => {
          await client.readHead();
          client.socket.end(pieces.join(''));
        });
        const outcome = await dialThrough([proxyOptions('http', proxy, LOGIN)], {}, TARGET).catch(
          (error: unknown) => error,
        );
        expect(['Socket', 'TransferError']).toContain((outcome as object).constructor.name);
      }),
      { numRuns: 60 },
    );
  });
});
