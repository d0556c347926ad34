import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ErrorCode } from '../../src/core/error-codes.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import {
  bodyOf,
  keep,
  startFaultyWeb,
  type Fault,
  type FaultyWeb,
  type Misdeed,
} from '../servers/faulty-web.js';
import { httpOptions } from '../suites/targets/http-target.js';
import { expectPromise, moveScene, runMove, type Direction, type MoveScene } from './move-scene.js';

const TIMEOUT_MS = 600;

async function webOf(place: MoveScene, faults: readonly Fault[], tls = false): Promise<FaultyWeb> {
  const web = await startFaultyWeb(place.remote, faults, { tls });
  onTestFinished(() => web.stop());
  return web;
}

function endpointOf(web: FaultyWeb): Endpoint {
  const root = '';
  return {
    label: 'web',
    options: httpOptions({ ...web, root }, { timeoutMs: TIMEOUT_MS }),
    columns: {
      protocol: web.ca === undefined ? 'http' : 'https',
      host: web.host,
      port: web.port,
      user: web.user,
    },
    maxConnections: 4,
    finalName: 'temporary',
  };
}

/** Writes as long as anybody listens. */
function endlessly(head: string, chunk: string): Misdeed {
  return (socket) => {
    socket.write(head);
    const more = () => {
      while (!socket.destroyed && socket.writable && socket.write(chunk));
    };
    socket.on('drain', more);
    more();
  };
}

function slowly(head: string, text: string): Misdeed {
  return (socket) => {
    socket.write(head);
    let at = 0;
    const timer = setInterval(() => {
      if (socket.destroyed) return clearInterval(timer);
      socket.write(text[at % text.length] ?? ' ');
      at += 1;
    }, TIMEOUT_MS / 8);
  };
}

const says =
  (text: string): Misdeed =>
  (socket) =>
    void socket.write(text);
/** Nothing is asked on this connection after it. */
const CLOSE = 'Connection: close\r\n';
const saysAndEnds =
  (text: string): Misdeed =>
  (socket) =>
    void socket.end(text);
const refuses = (status: string, headers = ''): Misdeed =>
  saysAndEnds(`HTTP/1.1 ${status}\r\n${headers}Content-Length: 3\r\nConnection: close\r\n\r\nno.`);

interface Row {
  readonly name: string;
  readonly direction: Direction;
  readonly method: string;
  readonly deed: Misdeed;
  /** The line of the only attempt. */
  readonly line: string;
  readonly code?: ErrorCode;
  readonly nth?: number;
}

const READ: readonly Omit<Row, 'direction' | 'method'>[] = [
  {
    name: 'a header without end',
    deed: endlessly('HTTP/1.1 200 OK\r\nX: ', 'x'.repeat(10_000)),
    line: '1 10053',
    code: 'LIMIT_EXCEEDED',
  },
  {
    name: 'headers without end',
    deed: endlessly('HTTP/1.1 200 OK\r\n', 'X-A: b\r\n'.repeat(1_000)),
    line: '1 10053',
    code: 'LIMIT_EXCEEDED',
  },
  {
    name: 'a reason without end',
    deed: endlessly('HTTP/1.1 200 ', 'OK'.repeat(5_000)),
    line: '1 10053',
    code: 'LIMIT_EXCEEDED',
  },
  {
    name: 'interim answers without end',
    deed: endlessly('', 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'.repeat(1_000)),
    line: '1 10053',
    code: 'LIMIT_EXCEEDED',
  },
  {
    name: 'a body without end',
    deed: endlessly(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      `2000\r\n${'x'.repeat(8192)}\r\n`,
    ),
    line: '1 -1',
    code: 'SOURCE_CHANGED',
  },
  {
    name: 'chunks whose extension has no end',
    deed: endlessly('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=', 'x'.repeat(8192)),
    line: '1 2000',
    code: 'TIMEOUT',
  },
  {
    name: 'a header a byte at a time',
    deed: slowly('', 'HTTP/1.1 200 OK\r\nX: abcdefghijklmnopqrstuvwxyz'),
    line: '1 2000',
    code: 'TIMEOUT',
  },
  {
    name: 'a body a byte at a time',
    deed: slowly('HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\n', 'x'),
    line: '1 2000',
    code: 'TIMEOUT',
  },
  { name: 'silence', deed: () => undefined, line: '1 2000', code: 'TIMEOUT' },
  { name: 'an end before any answer', deed: saysAndEnds(''), line: '1 10054', code: 'CONNECTION_LOST' },
  {
    name: 'a reset',
    deed: (socket) => void socket.resetAndDestroy(),
    line: '1 10054',
    code: 'CONNECTION_LOST',
  },
  {
    name: 'an end in the head',
    deed: saysAndEnds('HTTP/1.1 200 OK\r\nContent-'),
    line: '1 10054',
    code: 'CONNECTION_LOST',
  },
  {
    name: 'an end in the body',
    deed: saysAndEnds('HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\nnew content '),
    line: '1 10054',
    code: 'TRUNCATED',
  },
  {
    name: 'an end in a chunk',
    deed: saysAndEnds('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\nnew content '),
    line: '1 10054',
    code: 'TRUNCATED',
  },
  {
    name: 'fewer bytes than the file has',
    deed: saysAndEnds(`HTTP/1.1 200 OK\r\n${CLOSE}Content-Length: 12\r\n\r\nnew content `),
    line: '1 -1',
    code: 'TRUNCATED',
  },
  {
    name: 'more bytes than announced',
    deed: says('HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nnew content new content '),
    line: '1 10053',
    code: 'PROTOCOL_VIOLATION',
  },
  {
    name: 'what is not HTTP',
    deed: says('220 ftp.example ready\r\n'),
    line: '1 10053',
    code: 'PROTOCOL_VIOLATION',
  },
  {
    name: 'chunks of garbage',
    deed: says('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\nabc\r\n'),
    line: '1 10053',
  },
  {
    name: 'two sizes',
    deed: says('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef'),
    line: '1 10053',
    code: 'PROTOCOL_VIOLATION',
  },
  {
    name: '204 in place of the file',
    deed: says('HTTP/1.1 204 No Content\r\n\r\n'),
    line: '1 -1',
    code: 'PROTOCOL_VIOLATION',
  },
  {
    name: 'a part that nobody asked for',
    deed: says('HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-2/9\r\nContent-Length: 3\r\n\r\nnew'),
    line: '1 -1',
    code: 'PROTOCOL_VIOLATION',
  },
  {
    name: 'an upgrade to another protocol',
    deed: says('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    line: '1 10054',
  },
  { name: '403', deed: refuses('403 Forbidden'), line: '1 403', code: 'PERMISSION_DENIED' },
  { name: '404', deed: refuses('404 Not Found'), line: '1 404', code: 'NOT_FOUND' },
  { name: '500', deed: refuses('500 Oh no'), line: '1 500', code: 'SERVER_BUSY' },
  {
    name: '429',
    deed: refuses('429 Too Many Requests', 'Retry-After: 7\r\n'),
    line: '1 429',
    code: 'SERVER_BUSY',
  },
  {
    name: 'a login that is wanted again and again',
    deed: refuses('401 Unauthorized', 'WWW-Authenticate: Basic realm="x"\r\n'),
    line: '1 401',
    code: 'AUTH_REJECTED',
  },
  {
    name: 'a redirect in a circle',
    deed: refuses('302 Found', 'Location: /f.dat\r\n'),
    line: '1 302',
    code: 'REDIRECT_REFUSED',
  },
  {
    name: 'a redirect to the keys of a cloud machine',
    deed: refuses('307 Go', 'Location: http://169.254.169.254/latest/meta-data/\r\n'),
    line: '1 307',
    code: 'REDIRECT_REFUSED',
  },
  {
    name: 'a redirect to a link-local address',
    deed: refuses('301 Go', 'Location: http://[fe80::1]/x\r\n'),
    line: '1 301',
    code: 'REDIRECT_REFUSED',
  },
  {
    name: 'a redirect to a file of ours',
    deed: refuses('301 Go', 'Location: file:///etc/passwd\r\n'),
    line: '1 301',
    code: 'REDIRECT_REFUSED',
  },
];

const WRITE: readonly Omit<Row, 'direction' | 'method'>[] = [
  { name: '403 before the body', deed: refuses('403 Forbidden'), line: '1 403', code: 'PERMISSION_DENIED' },
  { name: '413 before the body', deed: refuses('413 Too Large'), line: '1 413', code: 'NO_SPACE' },
  { name: '507', deed: refuses('507 Insufficient Storage'), line: '1 507', code: 'NO_SPACE' },
  { name: '503', deed: refuses('503 Busy', 'Retry-After: 1\r\n'), line: '1 503', code: 'SERVER_BUSY' },
  {
    name: 'a redirect that says nothing of the file',
    deed: refuses('302 Found', 'Location: /g.dat\r\n'),
    line: '1 302',
    code: 'REDIRECT_REFUSED',
  },
  {
    name: '201 before the body',
    deed: says('HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n'),
    line: '1 -1',
    code: 'PROTOCOL_VIOLATION',
  },
  { name: 'silence', deed: () => undefined, line: '1 2000' },
  { name: 'an end before the body', deed: saysAndEnds(''), line: '1 10054', code: 'CONNECTION_LOST' },
  {
    name: 'an end in the middle of the body',
    deed: (socket, request) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      request.once('data', () => socket.destroy());
    },
    line: '1 10054',
  },
  {
    name: 'a stored file and no word of it',
    deed: async (socket, request, root) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      keep(join(root, 'f.dat'), await bodyOf(request));
      socket.destroy();
    },
    line: '0 200',
  },
  {
    name: 'a stored file and silence',
    deed: async (socket, request, root) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      keep(join(root, 'f.dat'), await bodyOf(request));
    },
    line: '0 200',
  },
  {
    name: '201 for a file that was thrown away',
    deed: async (socket, request) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      await bodyOf(request);
      socket.end(`HTTP/1.1 201 Created\r\n${CLOSE}Content-Length: 0\r\n\r\n`);
    },
    line: '1 -1',
    code: 'SIZE_MISMATCH',
  },
];

const ROWS: readonly Row[] = [
  ...READ.map((row): Row => ({ ...row, direction: 'download', method: 'GET' })),
  ...WRITE.map((row): Row => ({ ...row, direction: 'upload', method: 'PUT' })),
];

describe('a web server', () => {
  it.each(ROWS)('that answers $method with $name is logged as $line, and nothing is lost', async (row) => {
    const place = await moveScene(row.direction);
    const web = await webOf(place, [row]);
    const run = await runMove(place, endpointOf(web), 0);
    await expectPromise(place, run);
    const error = run.result.stoppedBy ?? run.result.failures[0]?.error;
    expect(run.lines, `${error?.code}: ${error?.message}`).toEqual([row.line]);
    if (row.code !== undefined) expect(error?.code, error?.message).toBe(row.code);
    expect(JSON.stringify([error?.message, error?.reply])).not.toContain(web.password);
  });

  it.each(ROWS)('that does so once ($method: $name) is survived where a retry may help', async (row) => {
    const place = await moveScene(row.direction);
    const web = await webOf(place, [{ ...row, nth: 1 }]);
    const run = await runMove(place, endpointOf(web), 3);
    await expectPromise(place, run);
    const error = run.result.stoppedBy ?? run.result.failures[0]?.error;
    if (error !== undefined) expect(error.retry, `${error.code}: ${error.message}`).not.toBe('transient');
  });
});

it('a packed answer is stored as it came, and never unpacked', async () => {
  const place = await moveScene('download');
  const packed = gzipSync(Buffer.alloc(20_000_000));
  const head = `HTTP/1.1 200 OK\r\n${CLOSE}Content-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`;
  const web = await webOf(place, [
    { method: 'HEAD', path: /f\.dat/, deed: saysAndEnds(head) },
    { method: 'GET', deed: (socket) => void socket.end(Buffer.concat([Buffer.from(head), packed])) },
  ]);
  const run = await runMove(place, endpointOf(web), 0);
  expect(run.lines, run.result.failures[0]?.error.message).toEqual(['0 200']);
  expect(readFileSync(join(place.local, 'f.dat')).equals(packed)).toBe(true);
});

it('a PUT that is sent on by 307 goes to the other place, once', async () => {
  const place = await moveScene('upload');
  const other = await webOf(await moveScene('download'), []);
  const web = await webOf(place, [
    { method: 'PUT', path: /f\.dat/, deed: refuses('307 There', 'Location: /g.dat\r\n') },
  ]);
  const run = await runMove(place, endpointOf(web), 0);
  expect(web.requests.filter((line) => line.startsWith('PUT'))).toEqual(['PUT /f.dat', 'PUT /g.dat']);
  expect(other.requests).toEqual([]);
  // What lies at the first address is not what was sent, and a look tells.
  expect(run.lines).toEqual(['1 -1']);
  expect(readFileSync(join(place.remote, 'g.dat'), 'utf8')).toMatch(/^new content/);
});

it('login and headers of the settings are not sent on to another host', async () => {
  const place = await moveScene('download');
  const seen: (string | undefined)[] = [];
  const other = await webOf(place, [
    {
      method: 'GET',
      deed: (socket, request) => {
        seen.push(request.headers.authorization, request.headers['x-key'] as string | undefined);
        void refuses('404 Not Found')(socket, request, '');
      },
    },
  ]);
  const web = await webOf(place, [
    { method: 'GET', deed: refuses('302 There', `Location: http://127.0.0.1:${other.port}/f.dat\r\n`) },
  ]);
  const { Secret } = await import('../../src/core/secret.js');
  const login = { kind: 'basic', user: 'u', password: new Secret('p4ss') } as const;
  const headers = [{ name: 'X-Key', value: new Secret('k3y') }];
  const endpoint = endpointOf(web);
  await runMove(place, { ...endpoint, options: { ...endpoint.options, login, headers } as never }, 0);
  expect(seen).toEqual([undefined, undefined]);
});

it('nobody is sent on from https to http', async () => {
  const place = await moveScene('download');
  const plain = await webOf(place, []);
  const web = await webOf(
    place,
    [{ method: 'GET', deed: refuses('302 There', `Location: http://127.0.0.1:${plain.port}/f.dat\r\n`) }],
    true,
  );
  const run = await runMove(place, endpointOf(web), 0);
  expect(run.lines).toEqual(['1 302']);
  expect(plain.requests).toEqual([]);
});

it('a TLS connection that ends without a farewell in the middle of a file is a file cut short', async () => {
  const place = await moveScene('download');
  const deed: Misdeed = (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\nnew content ', () => {
      // The bare TCP socket below: its FIN goes out, TLS says nothing.
      void (socket as unknown as { _parent: Socket })._parent.end();
    });
  };
  const web = await webOf(place, [{ method: 'GET', deed }], true);
  const run = await runMove(place, endpointOf(web), 0);
  await expectPromise(place, run);
  expect(run.lines).toEqual(['1 10054']);
});

type Socket = Parameters<Misdeed>[0];
