import { isIP } from 'node:net';
import type { DialTarget } from '../../core/dialer.js';
import { TransferError } from '../../core/transfer-error.js';
import { printable } from '../../core/printable.js';
import { dialerThrough } from '../../net/proxy-dialer.js';
import type { ProxyOptions } from '../../net/proxy-options.js';
import { showPlace } from '../../net/tcp-dialer.js';
import { dialledPlace, ftpProxyOf } from '../../protocols/partner-options.js';
import { lookUpServer } from '../../protocols/server-look.js';
import { showDuration } from '../../settings/duration.js';
import type { ProbeSession } from './probe-session.js';
import { notTried, type ProbeFindings } from './probe-step.js';

/** A name has seldom more; each costs a connection. */
const MOST_ADDRESSES = 8;

/** Which addresses the name has, where it is we who ask. */
export async function lookUpName(session: ProbeSession): Promise<ProbeFindings> {
  const { options, platform, signal } = session;
  const { host } = dialledPlace(options);
  if (leavesNameToProxy(options.proxies)) return notTried('left to the proxy');
  if (isIP(host) !== 0) {
    session.addresses = [{ address: host, family: isIP(host) === 6 ? 6 : 4 }];
    return { verdict: 'ok', lines: [`${host} is an address`], facts: { addresses: session.addresses } };
  }
  session.addresses = await lookUpServer(options, platform, signal);
  const shown = session.addresses.map(({ address, family }) => `${address} (IPv${family})`);
  return {
    verdict: 'ok',
    lines: [`${printable(host)} is ${shown.join(', ')}`],
    facts: { addresses: session.addresses },
  };
}

function leavesNameToProxy(proxies: readonly ProxyOptions[]): boolean {
  const last = proxies.at(-1);
  return last !== undefined && (last.kind === 'http' || last.resolve === 'proxy');
}

interface TriedAddress {
  readonly address: string;
  readonly elapsedMs: number;
  readonly error?: TransferError;
}

/** Every address by itself: a session takes the first that answers, and hides what is wrong with the others. */
export async function tryAddresses(session: ProbeSession): Promise<ProbeFindings> {
  const tried = await Promise.all(
    session.addresses.slice(0, MOST_ADDRESSES).map(({ address }) => tryAddress(session, address)),
  );
  const failed = tried.filter(({ error }) => error !== undefined);
  const first = failed[0]?.error;
  if (first !== undefined && failed.length === tried.length) throw first;
  const facts = tried.map(({ address, elapsedMs, error }) => ({ address, elapsedMs, code: error?.code }));
  return {
    verdict: first === undefined ? 'ok' : 'warning',
    lines: tried.length === 1 ? tried.map(({ address }) => `${address} answers`) : tried.map(triedLine),
    facts: { tried: facts },
    ...(first === undefined
      ? {}
      : { remedy: 'Sessions take an address that answers; each may wait for the others first.' }),
  };
}

async function tryAddress(session: ProbeSession, address: string): Promise<TriedAddress> {
  const { options, platform } = session;
  const startedMs = platform.clock.monotonicMs();
  const elapsed = () => platform.clock.monotonicMs() - startedMs;
  try {
    await knock(session, { ...dialledPlace(options), host: address }, []);
    return { address, elapsedMs: elapsed() };
  } catch (error) {
    if (session.signal.aborted || !(error instanceof TransferError)) throw error;
    return { address, elapsedMs: elapsed(), error };
  }
}

function triedLine({ address, elapsedMs, error }: TriedAddress): string {
  if (error === undefined) return `${address} answers in ${showDuration(elapsedMs)}`;
  return error.message;
}

/** The way through the proxies, one more of them each time. */
export async function goThroughProxies(session: ProbeSession): Promise<ProbeFindings> {
  const { options, platform } = session;
  const { proxies } = options;
  const server = dialledPlace(options);
  const isFtpProxy = ftpProxyOf(options) !== undefined;
  const lines: string[] = [];
  if (isFtpProxy) lines.push(`the FTP proxy ${showPlace(server.host, server.port)} stands in for the server`);
  for (const [index, proxy] of proxies.entries()) {
    const next = proxies[index + 1] ?? server;
    const startedMs = platform.clock.monotonicMs();
    await knock(session, { host: next.host, port: next.port }, proxies.slice(0, index + 1));
    const took = showDuration(platform.clock.monotonicMs() - startedMs);
    lines.push(
      `through ${proxy.kind}://${showPlace(proxy.host, proxy.port)} to ${showPlace(next.host, next.port)} in ${took}`,
    );
  }
  return {
    verdict: 'ok',
    lines: lines.map((line) => printable(line)),
    facts: { proxies: proxies.map(({ kind, host, port }) => ({ kind, host, port })) },
  };
}

/** Connects, and closes again. */
async function knock(
  { platform, options, signal }: ProbeSession,
  target: DialTarget,
  proxies: readonly ProxyOptions[],
): Promise<void> {
  const dialer = dialerThrough(proxies, platform.dialer, platform);
  const socket = await dialer.dial(target, { signal, timeoutMs: options.timeoutMs });
  socket.on('error', () => undefined);
  socket.destroy();
}
