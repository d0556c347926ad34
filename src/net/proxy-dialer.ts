import type { Socket } from 'node:net';
import type { Clock } from '../core/clock.js';
import type {
  DialListener,
  DialOptions,
  DialTarget,
  Dialer,
  HostAddress,
  ListenOptions,
} from '../core/dialer.js';
import type { Random } from '../core/random.js';
import { throwIfCancelled, TransferError } from '../core/transfer-error.js';
import { connectHandshake } from './http-connect.js';
import { httpProxyLogin } from './http-proxy-login.js';
import { ipBytes } from './ip-address.js';
import {
  hopError,
  isSocks,
  showProxy,
  SOCKS_CATCH_ALL,
  SOCKS_UNREACHABLE,
  type ProxyHop,
  type SocksHop,
} from './proxy-hop.js';
import type { ProxyOptions, SocksProxyOptions } from './proxy-options.js';
import { ProxyTalk, type TalkLimits } from './proxy-talk.js';
import { onlyIpv4, socks4Handshake } from './socks4.js';
import { socks5Handshake } from './socks5.js';

export interface ProxyDialerFacts {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The dialer that goes through these proxies, one within the other; `direct` itself for an empty list. What fails at
 * a proxy is PROXY_* or, when the proxy says so of the host behind it, UNREACHABLE_FROM_PROXY, with the code of
 * client-log.md table B (SOCKS) or the HTTP status; `listen` is UNSUPPORTED.
 */
export function dialerThrough(
  proxies: readonly ProxyOptions[],
  direct: Dialer,
  facts: ProxyDialerFacts,
): Dialer {
  const [nearest, ...others] = proxies;
  return nearest === undefined ? direct : new ProxyDialer([nearest, ...others], direct, facts);
}

type Handshake = (talk: ProxyTalk) => Promise<'open' | 'again' | void>;

/** A hop whose question is ready to be asked. */
interface Step {
  readonly hop: ProxyHop;
  readonly handshake: Handshake;
}

type Chain = readonly [ProxyOptions, ...ProxyOptions[]];

/** A proxy that asks for a login is called again; so often more for those that find our answers too old. */
const SPARE_CALLS = 3;

class ProxyDialer implements Dialer {
  readonly #proxies: Chain;
  readonly #direct: Dialer;
  readonly #facts: ProxyDialerFacts;

  constructor(proxies: Chain, direct: Dialer, facts: ProxyDialerFacts) {
    this.#proxies = proxies;
    this.#direct = direct;
    this.#facts = facts;
  }

  async dial(target: DialTarget, options: DialOptions): Promise<Socket> {
    throwIfCancelled(options.signal, 'proxy');
    const { clock } = this.#facts;
    const limits = { ...options, clock, deadlineMs: clock.monotonicMs() + options.timeoutMs };
    // All that can fail without a connection comes first: nobody listens to a socket while we wait for a name.
    const steps = await this.#steps(target, limits);
    for (let call = 1; ; call += 1) {
      const socket = await this.#dialNearest(target, limits);
      const tunnel = await passThrough(steps, socket, limits);
      if (tunnel.kind === 'open') return tunnel.socket;
      if (call === this.#proxies.length + SPARE_CALLS) throw loginNeverEnds(tunnel.hop);
    }
  }

  lookup(host: string, options: Pick<DialOptions, 'signal' | 'timeoutMs'>): Promise<readonly HostAddress[]> {
    return this.#direct.lookup(host, options);
  }

  async listen(options: ListenOptions): Promise<DialListener> {
    throwIfCancelled(options.signal, 'connect');
    const [nearest] = this.#proxies;
    throw new TransferError({
      code: 'UNSUPPORTED',
      lastCode: isSocks(nearest) ? SOCKS_CATCH_ALL : -1,
      phase: 'connect',
      message: `nobody can connect to us through the ${showProxy(nearest)}`,
      side: 'us',
      retry: 'config',
      advice: 'Use passive mode, in which all connections are ours, or go without the proxy (proxy: none).',
    });
  }

  async #steps(target: DialTarget, limits: TalkLimits): Promise<readonly Step[]> {
    const steps: Step[] = [];
    for (const [index, proxy] of this.#proxies.entries()) {
      const next = this.#proxies[index + 1];
      const { host, port } = next ?? target;
      const leadsTo = next === undefined ? 'partner' : 'proxy';
      steps.push(await this.#step({ proxy, target: { host, port }, leadsTo }, limits));
    }
    return steps;
  }

  async #step(hop: ProxyHop, limits: TalkLimits): Promise<Step> {
    const { proxy } = hop;
    if (proxy.kind === 'http') {
      const login = httpProxyLogin(proxy, this.#facts.random);
      return { hop, handshake: connectHandshake({ ...hop, proxy }, login) };
    }
    const resolved = await this.#resolve({ ...hop, proxy }, limits);
    return { hop, handshake: (proxy.kind === 'socks5' ? socks5Handshake : socks4Handshake)(resolved) };
  }

  /** The same hop with an address for its name where we are the ones who resolve. */
  async #resolve(hop: SocksHop, limits: TalkLimits): Promise<SocksHop> {
    const { proxy, target } = hop;
    if (!isResolvedByUs(proxy) || ipBytes(target.host) !== undefined) return hop;
    const addresses = await this.#direct.lookup(target.host, { ...limits, timeoutMs: leftMs(limits) });
    const ipv4 = addresses.find(({ family }) => family === 4);
    if (ipv4 === undefined && proxy.kind !== 'socks5') throw onlyIpv4(hop);
    // Few networks of proxies have IPv6, and the proxy tries no second address.
    const host = (ipv4 ?? addresses[0])?.address ?? target.host;
    return { ...hop, target: { ...target, host } };
  }

  async #dialNearest({ localAddress }: DialTarget, limits: TalkLimits): Promise<Socket> {
    const [nearest] = this.#proxies;
    const { signal, blocks } = limits;
    const place = { host: nearest.host, port: nearest.port };
    try {
      return await this.#direct.dial(localAddress === undefined ? place : { ...place, localAddress }, {
        signal,
        timeoutMs: leftMs(limits),
        ...(blocks === undefined ? {} : { blocks }),
      });
    } catch (error) {
      throw signal.aborted ? error : proxyUnreachable(nearest, error as TransferError);
    }
  }
}

type Tunnel =
  { readonly kind: 'open'; readonly socket: Socket } | { readonly kind: 'again'; readonly hop: ProxyHop };

/** Asks one proxy after the other on the same connection, which is closed unless it is the tunnel in the end. */
async function passThrough(steps: readonly Step[], nearest: Socket, limits: TalkLimits): Promise<Tunnel> {
  let socket = nearest;
  for (const { hop, handshake } of steps) {
    const talk = new ProxyTalk(socket, hop, limits);
    try {
      const outcome = await handshake(talk);
      if (outcome !== 'again') {
        socket = talk.release();
        continue;
      }
    } catch (error) {
      talk.abandon();
      throw error;
    }
    talk.abandon();
    return { kind: 'again', hop };
  }
  return { kind: 'open', socket };
}

function isResolvedByUs(proxy: SocksProxyOptions): boolean {
  return proxy.kind === 'socks4' || (proxy.kind === 'socks5' && proxy.resolve === 'us');
}

function leftMs({ clock, deadlineMs }: TalkLimits): number {
  return Math.max(0, deadlineMs - clock.monotonicMs());
}

/** client-log.md, table B: 12 for a SOCKS proxy; for an HTTP proxy it stays the WinSock number. */
function proxyUnreachable(proxy: ProxyOptions, error: TransferError): TransferError {
  return new TransferError({
    code: 'PROXY_UNREACHABLE',
    lastCode: isSocks(proxy) ? SOCKS_UNREACHABLE : error.lastCode,
    phase: 'proxy',
    message: `${showProxy(proxy)}: no connection to it: ${error.message}`,
    retry: error.retry,
    sessionLost: true,
    cause: error,
  });
}

function loginNeverEnds(hop: ProxyHop): TransferError {
  return hopError(hop, {
    code: 'PROXY_AUTH_REJECTED',
    lastCode: 407,
    problem: 'it asks for a login again and again and takes none of ours',
  });
}
