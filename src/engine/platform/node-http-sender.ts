import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Agent, request, type Dispatcher } from 'undici';
import { printable } from '../../core/printable.js';
import { cancelledError, TransferError } from '../../core/transfer-error.js';
import type { HttpSender } from '../../runs/run-services.js';

const CONNECT_TIMEOUT_MS = 15_000;
const FORBIDDEN = 'EFORBIDDEN';

/** Addresses that only a forged URL would name: of the link, and of the clouds' own services with their keys. */
const forbidden = new BlockList();
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');
forbidden.addAddress('100.100.100.200', 'ipv4');

/** One request of a rule. No redirect is followed, and no link-local address is ever asked. */
export function createHttpSender(): HttpSender {
  const agent = new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS, lookup: checkedLookup },
    keepAliveTimeout: 10_000,
  });
  return { send: (order) => send(order, agent) };
}

type Order = Parameters<HttpSender['send']>[0];

async function send(order: Order, dispatcher: Dispatcher): Promise<{ status: number; body: string }> {
  const place = printable(new URL(order.url).host, 200);
  const { hostname } = new URL(order.url);
  refuseForbidden(hostname.replace(/^\[|\]$/g, ''), place);
  const limit = AbortSignal.timeout(order.timeoutMs);
  try {
    const answer = await request(order.url, {
      dispatcher,
      method: order.method,
      headers: { ...order.headers },
      ...(order.body === undefined ? {} : { body: order.body }),
      headersTimeout: order.timeoutMs,
      bodyTimeout: order.timeoutMs,
      signal: AbortSignal.any([order.signal, limit]),
    });
    return { status: answer.statusCode, body: await head(answer.body, order.maxAnswerBytes) };
  } catch (error) {
    if (order.signal.aborted) throw cancelledError(order.signal, 'action');
    throw error instanceof TransferError ? error : sendError(order, place, error, limit.aborted);
  }
}

/** The first bytes of an answer; what is longer is not waited for. */
async function head(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}

const checkedLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const [first] = error === null ? addresses : [];
    if (error !== null || first === undefined) return done(error, '');
    const bad = addresses.find(({ address }) => isForbidden(address));
    if (bad !== undefined) return done(Object.assign(new Error(bad.address), { code: FORBIDDEN }), '');
    if (options.all === true) done(null, addresses);
    else done(null, first.address, first.family);
  });
};

function isForbidden(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && forbidden.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function refuseForbidden(host: string, place: string): void {
  if (isForbidden(host)) throw forbiddenError(place);
}

function forbiddenError(place: string, cause?: unknown): TransferError {
  return new TransferError({
    code: 'PATH_REFUSED',
    lastCode: -1,
    phase: 'action',
    message: `${place} is an address of the local link or of a cloud's own service, which rules may not ask`,
    advice: 'Name the service by its own address.',
    cause,
  });
}

function sendError(order: Order, place: string, error: unknown, isLate: boolean): TransferError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown cause';
  if (code === FORBIDDEN) return forbiddenError(place, error);
  const isTimeout = isLate || code.endsWith('_TIMEOUT') || code === 'ETIMEDOUT';
  return new TransferError({
    code: isTimeout ? 'TIMEOUT' : 'NETWORK_FAILED',
    lastCode: -1,
    phase: 'action',
    message: isTimeout
      ? `${order.method} to ${place} got no answer within ${order.timeoutMs / 1_000} s`
      : `${order.method} to ${place} failed (${code})`,
    side: 'partner',
    cause: error,
  });
}
