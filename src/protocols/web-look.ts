import type { Duplex } from 'node:stream';
import type { Platform } from '../core/platform.js';
import { printable } from '../core/printable.js';
import { asTransferError, cancelledError, TransferError } from '../core/transfer-error.js';
import { EFT_INTERNAL_TIMEOUT, WSAECONNABORTED, WSAECONNRESET } from '../core/winsock.js';
import { parseChallenges } from '../net/http-challenges.js';
import { socketError } from '../net/socket-errors.js';
import { showPlace } from '../net/tcp-dialer.js';
import { lookAtTls } from '../net/tls-look.js';
import { tlsContext } from '../net/tls-trust.js';
import type { HttpOptions } from './http/http-options.js';
import type { S3Options } from './s3/s3-options.js';
import type { ServerLook } from './server-look.js';

const MAX_HEAD_BYTES = 64 * 1024;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The certificate of a web server, and what it answers to `HEAD /` without a login. */
export async function lookAtWebServer(
  options: HttpOptions | S3Options,
  platform: Platform,
  signal: AbortSignal,
): Promise<ServerLook> {
  const look: Mutable<ServerLook> = {};
  const { host, port, timeoutMs } = options;
  const { clock } = platform;
  let socket: Duplex | undefined;
  try {
    socket = await platform.dialer.dial({ host, port }, { signal, timeoutMs });
    if (options.security === 'tls') socket = await seeTls(socket, options, platform, { signal, look });
    if (look.tls?.problem !== undefined) return look;
    const startedMs = clock.monotonicMs();
    const head = parseHead(await askForHead(socket, options, platform, signal), showPlace(host, port));
    const elapsedMs = clock.monotonicMs() - startedMs;
    const server = head.fields.get('server')?.[0];
    look.greeting = { text: printable([head.status, server].filter(Boolean).join(', ')), elapsedMs };
    look.loginMethods = parseChallenges(head.fields.get('www-authenticate') ?? []).map(
      ({ scheme }) => scheme,
    );
    const serverMs = Date.parse(head.fields.get('date')?.[0] ?? '');
    if (!Number.isNaN(serverMs)) look.clock = { serverMs, ourMs: clock.now() };
  } catch (error) {
    if (signal.aborted) throw error;
    look.failure = asTransferError(error, 'connect');
  } finally {
    socket?.on('error', () => undefined);
    socket?.destroy();
  }
  return look;
}

async function seeTls(
  socket: Duplex,
  options: HttpOptions | S3Options,
  platform: Platform,
  { signal, look }: { readonly signal: AbortSignal; readonly look: Mutable<ServerLook> },
): Promise<Duplex> {
  const startedMs = platform.clock.monotonicMs();
  const { look: seen, secured } = await lookAtTls(socket, {
    context: await tlsContext(options.tls, platform.files),
    serverName: options.tls.serverName ?? options.host,
    pins: options.tls.pins,
    place: showPlace(options.host, options.port),
    clock: platform.clock,
    timeoutMs: options.timeoutMs,
    signal,
  });
  look.tls = { ...seen, elapsedMs: platform.clock.monotonicMs() - startedMs };
  return secured;
}

/** Sends one request and gives the head of its answer as text. */
function askForHead(
  socket: Duplex,
  options: HttpOptions | S3Options,
  platform: Platform,
  signal: AbortSignal,
): Promise<string> {
  const place = showPlace(options.host, options.port);
  return new Promise((resolve, reject) => {
    let text = '';
    const settle = (outcome: string | TransferError) => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners('data');
      if (typeof outcome === 'string') resolve(outcome);
      else reject(outcome);
    };
    const onAbort = () => settle(cancelledError(signal, 'connect'));
    const timer = platform.clock.startTimer(options.timeoutMs, () =>
      settle(noHead(place, `no answer to HEAD / within ${options.timeoutMs / 1000} s`, 'TIMEOUT')),
    );
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const end = text.search(/\r?\n\r?\n/);
      if (end >= 0) settle(text.slice(0, end));
      else if (text.length > MAX_HEAD_BYTES)
        settle(noHead(place, 'the head of the answer has no end', 'LIMIT_EXCEEDED'));
    });
    socket.once('error', (error: Error) => settle(socketError(error, { phase: 'connect', place })));
    socket.once('close', () =>
      settle(noHead(place, 'the server closed the connection without an answer', 'CONNECTION_LOST')),
    );
    const name = options.host.includes(':') ? `[${options.host}]` : options.host;
    socket.write(
      `HEAD / HTTP/1.1\r\nHost: ${name}:${options.port}\r\nUser-Agent: tallyman\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
    );
    socket.resume();
  });
}

function noHead(
  place: string,
  reason: string,
  code: 'TIMEOUT' | 'LIMIT_EXCEEDED' | 'CONNECTION_LOST' | 'PROTOCOL_VIOLATION',
): TransferError {
  const lastCode = { TIMEOUT: EFT_INTERNAL_TIMEOUT, CONNECTION_LOST: WSAECONNRESET }[code as string];
  return new TransferError({
    code,
    lastCode: lastCode ?? WSAECONNABORTED,
    phase: 'connect',
    message: `${place}: ${reason}`,
    sessionLost: true,
  });
}

interface ResponseHead {
  /** `HTTP/1.1 401 Unauthorized` */
  readonly status: string;
  /** By names in lower case. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

function parseHead(text: string, place: string): ResponseHead {
  const [status = '', ...lines] = text.split(/\r?\n/);
  if (!/^HTTP\/\d\.\d \d{3}/.test(status)) {
    throw noHead(
      place,
      `this is no web server: it said "${printable(status.trim(), 120)}"`,
      'PROTOCOL_VIOLATION',
    );
  }
  const fields = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    fields.set(name, [...(fields.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return { status, fields };
}
