import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpSender } from './node-http-sender.js';

let server: Server | undefined;
const sender = createHttpSender();

async function serve(answer: RequestListener): Promise<string> {
  const made = createServer(answer);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

function order(url: string, changes: Partial<Parameters<typeof sender.send>[0]> = {}) {
  const signal = new AbortController().signal;
  return { method: 'GET', url, headers: {}, timeoutMs: 20_000, maxAnswerBytes: 100, signal, ...changes };
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe('the HTTP request of a rule', () => {
  it('gives status and answer', async () => {
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () =>
        response.writeHead(201).end([request.method, request.headers['x-a'], body].join(' ')),
      );
    });
    const answer = await sender.send(order(url, { method: 'POST', headers: { 'x-a': 'b' }, body: 'text' }));
    expect(answer).toEqual({ status: 201, body: 'POST b text' });
  });

  it('follows no redirect: a server does not choose whom we ask', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    );
    expect((await sender.send(order(url))).status).toBe(302);
  });

  it.each(['http://169.254.169.254/latest/', 'http://[fe80::1]/', 'http://[fd00:ec2::254]/'])(
    'never asks %s',
    async (url) => {
      await expect(sender.send(order(url))).rejects.toMatchObject({ code: 'PATH_REFUSED' });
    },
  );

  it('keeps the head of an endless answer and does not wait for its end', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200);
      response.write('x'.repeat(100_000));
    });
    expect((await sender.send(order(url))).body).toBe('x'.repeat(100));
  });

  it('a server that never answers ends with the time limit', async () => {
    const url = await serve(() => undefined);
    await expect(sender.send(order(url, { timeoutMs: 200 }))).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('a cancel ends it', async () => {
    const abort = new AbortController();
    const url = await serve(() => abort.abort());
    await expect(sender.send(order(url, { signal: abort.signal }))).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  it('a refused connection says so', async () => {
    const url = await serve(() => undefined);
    await new Promise<void>((resolve) => server?.close(() => resolve()));
    await expect(sender.send(order(url))).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
  });
});
