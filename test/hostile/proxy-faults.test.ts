import { describe, expect, it, onTestFinished } from 'vitest';
import type { ErrorCode } from '../../src/core/error-codes.js';
import type { ProxyOptions } from '../../src/net/proxy-options.js';
import { startFtpPartner } from '../../src/simulator/ftp-partner.js';
import { makeSshKey, startSftpPartner } from '../../src/simulator/sftp-partner.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { ftpEndpoint, sftpEndpoint } from '../platform/partner-endpoint.js';
import { faultyProxy, type FaultyKind, type ProxyDeed, type Strike } from './faulty-proxy.js';
import { expectPromise, moveScene, runMove, type Direction } from './move-scene.js';

const hostKey = makeSshKey();
const ACCOUNT = { user: 'u', password: 'p4ssw0rd' };

interface Scene {
  readonly endpoint: Endpoint;
  openConnections(): number;
}

type Protocol = 'ftp' | 'sftp';

/** A partner behind a proxy that strikes. */
async function sceneOf(protocol: Protocol, root: string, kind: FaultyKind, strike: Strike): Promise<Scene> {
  const proxy = await faultyProxy(kind, strike);
  const place = { host: proxy.host, port: proxy.port };
  const way: ProxyOptions =
    kind === 'http' ? { kind, ...place } : { kind, ...place, resolve: kind === 'socks4' ? 'us' : 'proxy' };
  const changes = { timeoutMs: strike.deed.then === 'silence' ? 500 : 10_000, proxies: [way] };
  if (protocol === 'ftp') {
    const partner = await startFtpPartner({ root, ...ACCOUNT });
    onTestFinished(() => partner.stop());
    return { endpoint: ftpEndpoint(partner, changes), openConnections: () => partner.openConnections };
  }
  const partner = await startSftpPartner({ root, ...ACCOUNT, hostKeys: [hostKey] });
  onTestFinished(() => partner.stop());
  const fingerprints = [partner.hostKeyFingerprint];
  return {
    endpoint: sftpEndpoint({ ...partner, fingerprints }, changes),
    openConnections: () => partner.openConnections,
  };
}

interface Row {
  readonly words: string;
  readonly kind: FaultyKind;
  readonly deed: ProxyDeed;
  /** For the client log: client-log.md, section 4. */
  readonly lastCode: number;
  readonly code: ErrorCode;
}

const say = (text: string, then: 'close' | 'reset' | 'silence' = 'close'): ProxyDeed => ({
  kind: 'say',
  text,
  then,
});
const greet = (text: string, then: 'close' | 'silence' = 'close'): ProxyDeed => ({
  kind: 'greet',
  text,
  then,
});

const SOCKS5_REPLIES: readonly (readonly [number, number, ErrorCode])[] = [
  [1, 1, 'PROXY_FAILED'],
  [2, 2, 'PROXY_REFUSED'],
  [3, 3, 'UNREACHABLE_FROM_PROXY'],
  [4, 4, 'UNREACHABLE_FROM_PROXY'],
  [5, 5, 'UNREACHABLE_FROM_PROXY'],
  [6, 6, 'UNREACHABLE_FROM_PROXY'],
  [7, 7, 'PROXY_FAILED'],
  [8, 8, 'PROXY_FAILED'],
  [9, 7, 'PROXY_FAILED'],
];

const SOCKS4_REPLIES: readonly (readonly [number, number, ErrorCode])[] = [
  [91, 1, 'PROXY_FAILED'],
  [92, 11, 'PROXY_AUTH_REJECTED'],
  [93, 11, 'PROXY_AUTH_REJECTED'],
];

const STATUSES: readonly (readonly [number, ErrorCode])[] = [
  [403, 'PROXY_REFUSED'],
  [407, 'PROXY_AUTH_REJECTED'],
  [500, 'UNREACHABLE_FROM_PROXY'],
  [502, 'UNREACHABLE_FROM_PROXY'],
  [503, 'UNREACHABLE_FROM_PROXY'],
  [504, 'UNREACHABLE_FROM_PROXY'],
];

const hex = (value: number) => value.toString(16).padStart(2, '0');

const ROWS: readonly Row[] = [
  ...SOCKS5_REPLIES.map(([reply, lastCode, code]): Row => {
    const deed = say(`hex:05 ${hex(reply)} 00 01 00000000 0000`);
    return { words: `replies ${reply}`, kind: 'socks5', deed, lastCode, code };
  }),
  ...SOCKS4_REPLIES.map(([reply, lastCode, code]): Row => {
    const deed = say(`hex:00 ${hex(reply)} 0000 00000000`);
    return { words: `replies ${reply}`, kind: 'socks4', deed, lastCode, code };
  }),
  ...STATUSES.map(([status, code]): Row => {
    const deed = say(`HTTP/1.1 ${status} No\r\n\r\n`);
    return { words: `answers ${status}`, kind: 'http', deed, lastCode: status, code };
  }),
  {
    words: 'takes no login of ours',
    kind: 'socks5',
    deed: greet('hex:05 ff'),
    lastCode: 11,
    code: 'PROXY_AUTH_REJECTED',
  },
  {
    words: 'speaks HTTP',
    kind: 'socks5',
    deed: greet('HTTP/1.1 400 Bad\r\n\r\n'),
    lastCode: 7,
    code: 'PROXY_FAILED',
  },
  { words: 'answers garbage', kind: 'socks4', deed: say('garbage'), lastCode: 7, code: 'PROXY_FAILED' },
  { words: 'answers half', kind: 'socks5', deed: say('hex:05 00 00'), lastCode: 7, code: 'PROXY_FAILED' },
  {
    words: 'answers half and resets',
    kind: 'socks5',
    deed: say('hex:05', 'reset'),
    lastCode: 7,
    code: 'PROXY_FAILED',
  },
  {
    words: 'answers half and falls silent',
    kind: 'socks5',
    deed: say('hex:05 00', 'silence'),
    lastCode: 2000,
    code: 'PROXY_FAILED',
  },
  { words: 'falls silent', kind: 'socks4', deed: say('', 'silence'), lastCode: 2000, code: 'PROXY_FAILED' },
  { words: 'closes at once', kind: 'socks5', deed: greet(''), lastCode: 7, code: 'PROXY_FAILED' },
  {
    words: 'falls silent at once',
    kind: 'socks5',
    deed: greet('', 'silence'),
    lastCode: 2000,
    code: 'PROXY_FAILED',
  },
  { words: 'speaks SSH', kind: 'http', deed: say('SSH-2.0-x\r\n'), lastCode: 10053, code: 'PROXY_FAILED' },
  {
    words: 'sends a header without end',
    kind: 'http',
    deed: say(`HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(20_000)}`, 'silence'),
    lastCode: 10053,
    code: 'PROXY_FAILED',
  },
  {
    words: 'answers half',
    kind: 'http',
    deed: say('HTTP/1.1 200 OK\r\n'),
    lastCode: 10054,
    code: 'PROXY_FAILED',
  },
  { words: 'resets', kind: 'http', deed: say('', 'reset'), lastCode: 10054, code: 'PROXY_FAILED' },
  {
    words: 'falls silent',
    kind: 'http',
    deed: say('HTTP/1.1 200', 'silence'),
    lastCode: 2000,
    code: 'PROXY_FAILED',
  },
];

/** The connections of a session: FTP has one more for its data. */
const SPOTS: readonly { readonly protocol: Protocol; readonly nth: number; readonly words: string }[] = [
  { protocol: 'ftp', nth: 1, words: 'the control connection' },
  { protocol: 'ftp', nth: 2, words: 'the data connection' },
  { protocol: 'sftp', nth: 1, words: 'the connection' },
];

const DIRECTIONS: readonly Direction[] = ['upload', 'download'];
const CASES = SPOTS.flatMap((spot) =>
  ROWS.flatMap((row) =>
    // Before the login it is all the same.
    (spot.nth === 1 ? DIRECTIONS.slice(0, 1) : DIRECTIONS).map((direction) => {
      const title = `${direction} by ${spot.protocol}: a ${row.kind} proxy that ${row.words} for ${spot.words}`;
      return [title, row.lastCode, { ...row, ...spot, direction }] as const;
    }),
  ),
);

describe('a proxy that refuses, fails or makes no sense', () => {
  it.each(CASES)('%s -> %i', async (_title, lastCode, { protocol, direction, kind, nth, deed, code }) => {
    for (const retries of [0, 1]) {
      const place = await moveScene(direction);
      const scene = await sceneOf(protocol, place.remote, kind, { nth, deed });
      const run = await runMove(place, scene.endpoint, retries);
      await expectPromise(place, run);
      const [first] = run.attempts;
      expect(first?.error).toMatchObject({ code, lastCode, phase: 'proxy' });
      expect(first?.error?.message).toMatch(/(^|: )(SOCKS[45]|HTTP) proxy 127\.0\.0\.1:\d+: /);
      expect(run.lines[0]).toBe(`1 ${lastCode}`);
      // It strikes once: what may be tried again is then done.
      const isDone = retries > 0 && first?.error?.retry === 'transient';
      expect(run.result.succeeded, run.result.failures[0]?.error.message).toBe(isDone ? 1 : 0);
      expect(scene.openConnections(), 'nothing is left open').toBe(0);
    }
  });
});

/** The tunnel stands, and the proxy spoils it: for the log this is a line that broke, whoever broke it. */
const SPOILS = (['close', 'reset', 'silence'] as const).flatMap((then) =>
  [0, 40, 2_000, 40_000].flatMap((bytes) =>
    SPOTS.flatMap((spot) =>
      DIRECTIONS.map((direction) => {
        const title = `${direction} by ${spot.protocol}: ${then} after ${bytes} bytes of ${spot.words}`;
        return [title, { ...spot, direction, deed: { kind: 'tunnel', bytes, then } as const }] as const;
      }),
    ),
  ),
);

describe('a proxy that spoils the tunnel keeps the promise', () => {
  it.each(SPOILS)('%s', async (_title, { protocol, direction, nth, deed }) => {
    for (const retries of [0, 2]) {
      const place = await moveScene(direction);
      const scene = await sceneOf(protocol, place.remote, 'socks5', { nth, deed });
      const run = await runMove(place, scene.endpoint, retries);
      await expectPromise(place, run);
      const error = run.result.stoppedBy ?? run.result.failures[0]?.error;
      if (retries > 0 && error !== undefined) {
        expect(error.retry, `${error.code}: ${error.message}`).not.toBe('transient');
      }
      expect(scene.openConnections(), 'nothing is left open').toBe(0);
    }
  });
});
