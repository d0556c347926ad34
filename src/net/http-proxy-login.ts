import type { Random } from '../core/random.js';
import { parseChallenges } from './http-challenges.js';
import { basicAnswer, digestAnswer, digestChallenge, type DigestChallenge } from './http-digest.js';
import type { HttpProxyOptions } from './proxy-options.js';

type Known =
  | { readonly kind: 'basic' }
  | { readonly kind: 'digest'; readonly challenge: DigestChallenge; readonly cnonce: string; count: number };

export interface LoginAnswer {
  /** Of Proxy-Authorization. */
  readonly value: string;
  /** Refused once, it would be refused again. */
  readonly isFinal: boolean;
}

/** How a proxy wants us to log in, learnt from its first 407: nothing is sent to one that did not ask. */
export class HttpProxyLogin {
  readonly #proxy: HttpProxyOptions;
  readonly #random: Random;
  #known: Known | undefined;

  constructor(proxy: HttpProxyOptions, random: Random) {
    this.#proxy = proxy;
    this.#random = random;
  }

  /** For CONNECT to `authority`; undefined while nothing was asked for. */
  answer(authority: string): LoginAnswer | undefined {
    const { user, password } = this.#proxy;
    const known = this.#known;
    if (known === undefined || user === undefined) return undefined;
    if (known.kind === 'basic') return { value: basicAnswer(user, password), isFinal: true };
    known.count += 1;
    const request = { method: 'CONNECT', uri: authority, user, password, cnonce: known.cnonce };
    return {
      value: digestAnswer(known.challenge, { ...request, nonceCount: known.count }),
      // A nonce that was used before may have become too old.
      isFinal: known.count === 1,
    };
  }

  /** Takes a 407 to heart that came in spite of the answer `sent`. True: there is another answer now, worth a try. */
  learn(headers: readonly string[], sent: LoginAnswer | undefined): boolean {
    this.#known = undefined;
    if (this.#proxy.user === undefined) return false;
    const challenges = parseChallenges(headers);
    const digest = digestChallenge(challenges);
    if (sent?.isFinal === true && digest?.isStale !== true) return false;
    if (digest !== undefined) {
      this.#known = { kind: 'digest', challenge: digest, cnonce: this.#random.token(16), count: 0 };
    } else if (challenges.some(({ scheme }) => scheme === 'basic')) {
      this.#known = { kind: 'basic' };
    }
    return this.#known !== undefined;
  }
}

const logins = new WeakMap<HttpProxyOptions, HttpProxyLogin>();

/** Sessions that share a proxy's options share what one of them has learnt. */
export function httpProxyLogin(proxy: HttpProxyOptions, random: Random): HttpProxyLogin {
  const known = logins.get(proxy);
  if (known !== undefined) return known;
  const login = new HttpProxyLogin(proxy, random);
  logins.set(proxy, login);
  return login;
}
