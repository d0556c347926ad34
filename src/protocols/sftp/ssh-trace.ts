import type { Socket } from 'node:net';
import type { SessionTrace } from '../../core/wire-trace.js';
import { showPlace } from '../../net/tcp-dialer.js';
import type { ServerHello } from './server-hello.js';
import type { AlgorithmOffer } from './ssh-algorithms.js';
import type { Negotiated } from './ssh-negotiated.js';
import type { LoginAnswer } from './ssh2-internals.js';

/** The lines of the wire trace that tell how an SSH connection came about. */
export class SshTrace {
  readonly #trace: SessionTrace;

  constructor(trace: SessionTrace) {
    this.#trace = trace;
  }

  connected(socket: Socket): void {
    const { remoteAddress, remotePort, localAddress, localPort } = socket;
    const from = localAddress === undefined ? '' : ` from ${showPlace(localAddress, localPort ?? 0)}`;
    if (remoteAddress !== undefined)
      this.#trace.noted(`connected to ${showPlace(remoteAddress, remotePort ?? 0)}${from}`);
  }

  /** Version line and offer of the server, as far as they came, and what we offer. */
  greeted({ greeting, version, offer }: ServerHello, ours: AlgorithmOffer): void {
    if (greeting !== '') this.#trace.received(greeting);
    if (version !== undefined) this.#trace.received(version);
    this.#trace.sent(`KEXINIT ${offerWords(ours)}`);
    if (offer !== undefined) this.#trace.received(`KEXINIT ${offerWords(offer)}`);
  }

  agreed({ kex, hostKey, cipher, mac, isStrict }: Negotiated): void {
    const words = [kex, hostKey, cipher, ...(mac === '' ? [] : [mac])].join(', ');
    this.#trace.noted(`agreed on ${words}; strict key exchange: ${isStrict ? 'yes' : 'no'}`);
  }

  hostKey(words: string, verdict: string): void {
    this.#trace.received(`host key ${words}`);
    this.#trace.noted(`host key ${verdict}`);
  }

  triesLogin(user: string, step: string): void {
    this.#trace.sent(`login as ${user}: ${step}`);
  }

  loginRefused({ methods, partial }: LoginAnswer): void {
    const answer = partial ? 'right, but more is wanted' : 'refused';
    this.#trace.received(`${answer}; may go on: ${methods.join(', ')}`);
  }

  loggedIn(): void {
    this.#trace.received('login taken');
  }

  banner(text: string): void {
    this.#trace.received(`banner: ${text}`);
  }

  disconnected(reason: number, text: string): void {
    this.#trace.received(`DISCONNECT ${reason} ${text}`);
  }

  over(reason: string): void {
    this.#trace.noted(`the session is over: ${reason}`);
  }
}

function offerWords({ kex, serverHostKey, cipher, hmac }: AlgorithmOffer): string {
  return `kex ${kex.join(',')}; host key ${serverHostKey.join(',')}; cipher ${cipher.join(',')}; MAC ${hmac.join(',')}`;
}
