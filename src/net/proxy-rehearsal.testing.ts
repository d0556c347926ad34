import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { testPlatform } from '../../test/platform/test-platform.js';
import type { Dialer, DialOptions } from '../core/dialer.js';
import { TransferError } from '../core/transfer-error.js';
import { dialerThrough } from './proxy-dialer.js';
import type { ProxyOptions } from './proxy-options.js';
import { scriptedProxy, type ProxyClient, type ScriptedProxy } from './scripted-proxy.testing.js';

const platform = testPlatform();

export const TARGET = { host: 'ftp.acme.example', port: 2121 };

/** A direct dialer whose sockets are counted, and that knows one name. */
export function countingDialer(
  addresses: Awaited<ReturnType<Dialer['lookup']>> = [{ address: '192.0.2.7', family: 4 }],
): Dialer & { readonly sockets: Socket[] } {
  const sockets: Socket[] = [];
  const { dialer } = platform;
  return {
    sockets,
    dial: async (target, options) => {
      const socket = await dialer.dial(target, options);
      sockets.push(socket);
      return socket;
    },
    lookup: () => Promise.resolve(addresses),
    listen: (options) => dialer.listen(options),
  };
}

export interface Rehearsal {
  readonly proxy: Pick<ScriptedProxy, 'host' | 'port'>;
  readonly options?: Partial<ProxyOptions>;
  readonly target?: { readonly host: string; readonly port: number };
  readonly dial?: Partial<DialOptions>;
  readonly direct?: Dialer;
}

export function proxyOptions(
  kind: ProxyOptions['kind'],
  proxy: Pick<ScriptedProxy, 'host' | 'port'>,
  changes: Partial<ProxyOptions> = {},
): ProxyOptions {
  const place = { host: proxy.host, port: proxy.port };
  const base =
    kind === 'http' ? { kind, ...place } : { kind, ...place, resolve: kind === 'socks4' ? 'us' : 'proxy' };
  return { ...base, ...changes } as ProxyOptions;
}

export async function dialThrough(
  proxies: readonly ProxyOptions[],
  dial: Partial<DialOptions> = {},
  target = TARGET,
  direct: Dialer = countingDialer(),
): Promise<Socket> {
  const dialer = dialerThrough(proxies, direct, platform);
  const socket = await dialer.dial(target, {
    signal: new AbortController().signal,
    timeoutMs: 10_000,
    ...dial,
  });
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** What the dial rejects with; by then no socket of ours is open any more. */
export async function refusalOf(
  proxies: readonly ProxyOptions[],
  dial: Partial<DialOptions> = {},
  target = TARGET,
): Promise<TransferError> {
  const direct = countingDialer();
  const error = await dialThrough(proxies, dial, target, direct).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TransferError);
  expect(direct.sockets.map(({ destroyed }) => destroyed)).not.toContain(false);
  expect((error as TransferError).message).toMatch(/^(SOCKS4a?|SOCKS5|HTTP) proxy /);
  expect(error).toMatchObject({ phase: 'proxy', sessionLost: true });
  return error as TransferError;
}

/** A scripted proxy, and what a dial through it rejects with. */
export async function refusalBy(
  kind: ProxyOptions['kind'],
  script: (client: ProxyClient, nth: number) => Promise<void> | void,
  { options = {}, dial = {}, target = TARGET }: Partial<Rehearsal> = {},
): Promise<TransferError> {
  return refusalOf([proxyOptions(kind, await scriptedProxy(script), options)], dial, target);
}

/** The next bytes of a socket that is still paused. */
export async function readText(socket: Socket, length: number): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.resume();
  while (text.length < length) await once(socket, 'data');
  return text;
}

/** A port where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
