import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createReadStream, existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTestKey } from './test-keys.js';

/** What the server does in place of its duty, on the bare socket. */
export type Misdeed = (socket: Socket, request: IncomingMessage, root: string) => void | Promise<void>;

export interface Fault {
  readonly method: string;
  /** From 1; default: each. */
  readonly nth?: number;
  readonly path?: RegExp;
  readonly deed: Misdeed;
}

export interface FaultyWeb {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly ca?: string;
  /** Each request as `METHOD /path`. */
  readonly requests: readonly string[];
  readonly openConnections: () => number;
  stop(): Promise<void>;
}

/** A plain web server of one folder, with PUT and DELETE, that does its duty but for the faults. */
export async function startFaultyWeb(
  root: string,
  faults: readonly Fault[],
  options: { readonly tls?: boolean } = {},
): Promise<FaultyWeb> {
  const requests: string[] = [];
  const counts = new Map<Fault, number>();
  const sockets = new Set<Socket>();
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '' } = request;
    requests.push(`${method} ${url}`);
    const fault = faults.find((one) => one.method === method && (one.path?.test(url) ?? true));
    if (fault !== undefined) {
      const count = (counts.get(fault) ?? 0) + 1;
      counts.set(fault, count);
      if (fault.nth === undefined || fault.nth === count)
        return void fault.deed(request.socket, request, root);
    }
    if (request.headers.expect !== undefined) response.writeContinue();
    serve(root, request, response);
  };
  const server =
    options.tls === true
      ? createTlsServer({ cert: readTestKey('valid.crt'), key: readTestKey('valid.key') }, listener)
      : createServer(listener);
  // Whether the body is wanted is said below, or by the fault.
  server.on('checkContinue', listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    user: 'u',
    password: 'p4ssw0rd-of-web',
    ...(options.tls === true ? { ca: readTestKey('ca.crt') } : {}),
    requests,
    openConnections: () => sockets.size,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serve(root: string, request: IncomingMessage, response: ServerResponse): void {
  const path = join(root, decodeURIComponent(request.url ?? '/'));
  if (request.url === '/') return void response.writeHead(200, { 'Content-Length': '0' }).end();
  if (request.method === 'PUT') return void store(path, request, response);
  if (!existsSync(path)) return void response.writeHead(404, { 'Content-Length': '0' }).end();
  if (request.method === 'DELETE') {
    rmSync(path);
    return void response.writeHead(204).end();
  }
  const { size, mtime } = statSync(path);
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const headers = { 'Content-Length': size - start, 'Last-Modified': mtime.toUTCString(), ETag: `"${size}"` };
  if (start > 0)
    response.writeHead(206, { ...headers, 'Content-Range': `bytes ${start}-${size - 1}/${size}` });
  else response.writeHead(200, headers);
  if (request.method === 'HEAD') return void response.end();
  createReadStream(path, { start }).pipe(response);
}

/** The whole body; rejects when the connection breaks in it. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function store(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    keep(path, await bodyOf(request));
  } catch {
    return;
  }
  response.writeHead(201, { 'Content-Length': '0' }).end();
}

/** In one step, as good servers do. */
export function keep(path: string, content: Uint8Array): void {
  writeFileSync(`${path}.arriving`, content);
  renameSync(`${path}.arriving`, path);
}
