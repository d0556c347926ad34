import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testPlatform } from '../../../test/platform/test-platform.js';
import { remotePath } from '../../core/remote-path.js';
import { Secret } from '../../core/secret.js';
import { TransferError } from '../../core/transfer-error.js';
import type { Platform } from '../../core/platform.js';
import type { ProtocolClient } from '../protocol-client.js';
import { createHttpClient } from './http-client.js';
import type { HttpOptions } from './http-options.js';

const call = { signal: new AbortController().signal };
const SMALL = Buffer.from('small');
const LARGE = Buffer.alloc(200_000, 'large ');

interface Web {
  readonly port: number;
  readonly server: Server;
  readonly sockets: Socket[];
}

async function webServer(listener: RequestListener): Promise<Web> {
  const server = createServer({ keepAliveTimeout: 60_000 }, listener);
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, server, sockets };
}

async function client(
  port: number,
  changes: Partial<HttpOptions> = {},
  platform: Platform = testPlatform(),
): Promise<ProtocolClient> {
  const options: HttpOptions = {
    kind: 'http',
    host: '127.0.0.1',
    port,
    security: 'none',
    tls: { ca: [], pins: [] },
    webdav: false,
    login: { kind: 'none' },
    headers: [],
    upload: { method: 'put' },
    maxRedirects: 5,
    timeoutMs: 10_000,
    proxies: [],
    ...changes,
  };
  const session = createHttpClient(options, platform);
  onTestFinished(() => session.close());
  await session.connect(call);
  return session;
}

async function* source(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 50_000) yield content.subarray(at, at + 50_000);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function failureOf(work: Promise<unknown>): Promise<TransferError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TransferError);
  return error as TransferError;
}

async function readAll(session: ProtocolClient, path: string, options = {}): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const write = (chunk: Uint8Array) => void chunks.push(chunk);
  await session.read(remotePath(path), { write }, { ...call, ...options });
  return Buffer.concat(chunks);
}

it('a web site that does not exist is 10060, as the vendor says', async () => {
  const inner = testPlatform();
  const missing = new TransferError({
    code: 'HOST_NOT_FOUND',
    lastCode: 11_001,
    phase: 'resolve',
    message: 'no such host',
  });
  const dialer = { ...inner.dialer, dial: () => Promise.reject(missing) };
  const error = await failureOf(client(80, { host: 'nowhere.example' }, { ...inner, dialer }));
  expect([error.code, error.lastCode]).toEqual(['HOST_NOT_FOUND', 10_060]);
});

describe('a connection that the server closes between two requests', () => {
  /** Closes each connection when its second request comes, as a server does whose time for it was over. */
  async function impatient(onPut: (body: Buffer) => void): Promise<Web> {
    const asked = new Map<Socket, number>();
    const serve = (request: IncomingMessage, response: ServerResponse) => {
      const count = (asked.get(request.socket) ?? 0) + 1;
      asked.set(request.socket, count);
      if (count === 2) return void request.socket.destroy();
      if (request.headers.expect !== undefined) response.writeContinue();
      void bodyOf(request).then((body) => {
        if (request.method === 'PUT') onPut(body);
        response.end('hello');
      });
    };
    const web = await webServer(serve);
    web.server.on('checkContinue', serve);
    return web;
  }

  it.each([SMALL, LARGE])('does not fail a PUT, and the file goes once', async (content) => {
    const bodies: Buffer[] = [];
    const { port, sockets } = await impatient((body) => bodies.push(body));
    const session = await client(port);
    await readAll(session, '/first');
    await session.write(remotePath('/f'), source(content), { ...call, sizeBytes: content.length });
    expect(bodies.map((body) => body.equals(content))).toEqual([true]);
    expect(sockets.length).toBe(2);
  });

  it('does not fail a GET', async () => {
    const { port } = await impatient(() => undefined);
    const session = await client(port);
    await readAll(session, '/first');
    expect((await readAll(session, '/second')).toString()).toBe('hello');
  });

  it('is told of a DELETE, which may have been done', async () => {
    let deletes = 0;
    const { port } = await webServer((request, response) => {
      if (request.method !== 'DELETE') return void response.end();
      deletes += 1;
      request.socket.destroy();
    });
    const session = await client(port);
    const error = await failureOf(session.remove(remotePath('/f'), call));
    expect([error.code, error.lastCode, error.sessionLost, deletes]).toEqual([
      'CONNECTION_LOST',
      10_054,
      true,
      1,
    ]);
  });
});

it('a question for the login comes before a large file is sent', async () => {
  let bytes = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'PUT' && request.headers.authorization === undefined) {
      request.on('data', (chunk: Buffer) => (bytes += chunk.length));
      return void response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end();
    }
    if (request.headers.expect !== undefined) response.writeContinue();
    const body = await bodyOf(request);
    response.writeHead(201).end(String(body.length));
  };
  const web = await webServer((...both) => void answer(...both));
  web.server.on('checkContinue', (...both: Parameters<typeof answer>) => void answer(...both));
  const session = await client(web.port, {
    login: { kind: 'auto', user: 'u', password: new Secret('p') },
  });
  const receipt = await session.write(remotePath('/f'), source(LARGE), { ...call, sizeBytes: LARGE.length });
  expect([receipt.lastCode, receipt.bytes, bytes]).toEqual([201, LARGE.length, 0]);
});

it('a source that fails at its end never makes a whole request', async () => {
  const whole: Buffer[] = [];
  const web = await webServer((request, response) => {
    bodyOf(request).then(
      (body) => (whole.push(body), response.writeHead(201).end()),
      () => undefined,
    );
  });
  const session = await client(web.port);
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield* source(LARGE);
    throw new Error('the source broke');
  }
  const writing = session.write(remotePath('/f'), failing(), { ...call, sizeBytes: LARGE.length });
  await expect(writing).rejects.toThrow('the source broke');
  await session.close();
  expect(whole).toEqual([]);
});

describe('a form', () => {
  it.each(['a.csv', 'q"uo\\te; ü\u0301.csv'])('holds the file under the name %j', async (name) => {
    let seen: { url: string | undefined; type: string; length: string; body: Buffer } | undefined;
    const { port } = await webServer((request, response) => {
      void bodyOf(request).then((body) => {
        const { 'content-type': type = '', 'content-length': length = '' } = request.headers;
        seen = { url: request.url, type, length, body };
        response.end();
      });
    });
    const session = await client(port, { upload: { method: 'post', field: 'document' } });
    for (const content of [SMALL, LARGE]) {
      const path = remotePath(`/api/upload/${name}`);
      const receipt = await session.write(path, source(content), { ...call, sizeBytes: content.length });
      expect([receipt.lastCode, receipt.bytes]).toEqual([200, content.length]);
      const boundary = /boundary=(\S+)$/.exec(seen?.type ?? '')?.[1] ?? 'none';
      const [head = '', rest = ''] = (seen?.body.toString('latin1') ?? '').split('\r\n\r\n');
      expect(seen?.url).toBe('/api/upload');
      expect(Number(seen?.length)).toBe(seen?.body.length);
      expect(Buffer.from(head, 'latin1').toString()).toContain(
        `name="document"; filename="${name.replaceAll('"', '%22')}"`,
      );
      expect(rest).toBe(`${content.toString('latin1')}\r\n--${boundary}--\r\n`);
    }
    expect(session.capabilities.sizes).toBe(false);
  });
});

describe('a read from an offset', () => {
  const CONTENT = Buffer.from('0123456789');

  async function ranged(tag: string, givesRanges = true): Promise<ProtocolClient> {
    const { port } = await webServer((request, response) => {
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.setHeader('ETag', tag);
      if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== tag && givesRanges)
        return void response.writeHead(412).end();
      if (!givesRanges || request.headers.range === undefined) return void response.end(CONTENT);
      if (start >= CONTENT.length)
        return void response.writeHead(416, { 'Content-Range': `bytes */${CONTENT.length}` }).end();
      const range = `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}`;
      response.writeHead(206, { 'Content-Range': range }).end(CONTENT.subarray(start));
    });
    return client(port);
  }

  it('gives the rest of the same version', async () => {
    const session = await ranged('"v1"');
    const { version } = await session.stat(remotePath('/f'), call);
    expect(version).toBe('"v1"');
    expect((await readAll(session, '/f', { offset: 4, version })).toString()).toBe('456789');
    expect((await readAll(session, '/f', { offset: 10, version })).length).toBe(0);
  });

  it.each([true, false])('of another version is SOURCE_CHANGED', async (givesRanges) => {
    const session = await ranged('"v2"', givesRanges);
    const error = await failureOf(readAll(session, '/f', { offset: 4, version: '"v1"' }));
    expect([error.code, error.retry]).toEqual(['SOURCE_CHANGED', 'transient']);
  });

  it('beyond the end is SOURCE_CHANGED', async () => {
    const session = await ranged('"v1"');
    const error = await failureOf(readAll(session, '/f', { offset: 11 }));
    expect([error.code, error.lastCode]).toEqual(['SOURCE_CHANGED', 416]);
  });

  it('from a server without ranges appends nothing, and is not offered again', async () => {
    const session = await ranged('"v1"', false);
    const error = await failureOf(readAll(session, '/f', { offset: 4 }));
    expect([error.code, error.retry, error.lastCode]).toEqual(['UNSUPPORTED', 'transient', -1]);
    expect(session.capabilities.resumeRead).toBe(false);
    expect((await readAll(session, '/f')).equals(CONTENT)).toBe(true);
  });
});

it.each([
  [{ 'Retry-After': '7' }, 7_000],
  [{ 'Retry-After': '99999999' }, 3_600_000],
  [{ 'Retry-After': 'Thu, 26 Nov 2026 06:00:30 GMT', Date: 'Thu, 26 Nov 2026 06:00:00 GMT' }, 30_000],
  [{ 'Retry-After': 'soon' }, undefined],
  [{}, undefined],
])('of %j the time to wait is %s ms', async (headers, expected) => {
  const { port } = await webServer((_request, response) => void response.writeHead(503, headers).end());
  const session = await client(port);
  const error = await failureOf(session.stat(remotePath('/f'), call));
  expect([error.code, error.retry, error.retryAfterMs]).toEqual(['SERVER_BUSY', 'transient', expected]);
});

it('a query goes with every request and stands in no error and no trace', async () => {
  const urls: (string | undefined)[] = [];
  const said: string[] = [];
  const { port } = await webServer((request, response) => {
    urls.push(request.url);
    response.writeHead(404).end();
  });
  const trace = {
    open: () => ({
      sent: (text: string) => void said.push(text),
      received: (text: string) => void said.push(text),
      noted: (text: string) => void said.push(text),
      conceal: () => undefined,
      recent: () => said,
      soFar: () => () => said,
    }),
  };
  const session = await client(port, { query: 'sig=t0psecret' }, testPlatform({ trace }));
  const error = await failureOf(readAll(session, '/a b.csv'));
  expect(urls).toEqual(['/a%20b.csv?sig=t0psecret']);
  expect(said[0]).toBe('GET /a%20b.csv?*** HTTP/1.1');
  expect(JSON.stringify([error.message, error.reply, said])).not.toContain('t0psecret');
});

it('a refused password is sent once', async () => {
  let asked = 0;
  const { port } = await webServer((request, response) => {
    if (request.headers.authorization !== undefined) asked += 1;
    response.writeHead(401, { 'WWW-Authenticate': 'Digest realm="x", nonce="n", qop="auth"' }).end();
  });
  const login = { kind: 'auto', user: 'u', password: new Secret('p4ss') } as const;
  const error = await failureOf(client(port, { login }));
  expect([error.code, error.retry, error.lastCode, asked]).toEqual(['AUTH_REJECTED', 'auth', 401, 1]);
});

it('a file that must be new is refused by the server where there is one', async () => {
  const { port } = await webServer((request, response) => {
    void bodyOf(request).then(() =>
      response.writeHead(request.headers['if-none-match'] === '*' ? 412 : 204).end(),
    );
  });
  const session = await client(port);
  const write = (exclusive: boolean) =>
    session.write(remotePath('/f'), source(SMALL), { ...call, exclusive });
  const error = await failureOf(write(true));
  expect([error.code, error.lastCode]).toEqual(['ALREADY_EXISTS', 412]);
  expect((await write(false)).lastCode).toBe(204);
});

it.each([
  ['a file', 'a;b\n', 4],
  ['an empty file', '', 0],
])('%s has the size that GET gives, where HEAD says 0', async (_name, content, size) => {
  const { port } = await webServer((request, response) => {
    if (request.method === 'HEAD') return void response.writeHead(200, { 'Content-Length': '0' }).end();
    response.end(content);
  });
  const session = await client(port);
  expect((await session.stat(remotePath('/f'), call)).sizeBytes).toBe(size);
  expect((await readAll(session, '/f')).toString()).toBe(content);
});

it('a login that is wanted without a word of its kind is told as such', async () => {
  const { port } = await webServer((_request, response) => void response.writeHead(401).end());
  const session = await client(port);
  await expect(session.stat(remotePath('/a'), call)).rejects.toMatchObject({
    code: 'AUTH_REJECTED',
    lastCode: 401,
    message: expect.stringMatching(/a login is wanted \(of a kind that it does not name\)$/) as string,
  });
});
