import type { Random } from '../core/random.js';
import { parseChallenges } from './http-challenges.js';
import { basicAnswer, digestAnswer, digestChallenge, type DigestChallenge } from './http-digest.js';
import type { HttpProxyOptions } from './proxy-options.js';

type Known =
  | { readonly kind: 'basic' }
  | { readonly kind: 'digest'; readonly challenge: DigestChallenge; readonly cnonce: string; count: number };

/** How a proxy wants us to log in, learnt from its first 407: nothing is sent to one that did not ask. */
export class HttpProxyLogin {
  readonly #proxy: HttpProxyOptions;
  readonly #random: Random;
  #known: Known | undefined;

  constructor(proxy: HttpProxyOptions, random: Random) {
    this.#proxy = proxy;
    this.#random = random;
  }

  /** The value of Proxy-Authorization for CONNECT to `authority`; undefined while nothing was asked for. */
  answer(authority: string): string | undefined {
    const { user, password } = this.#proxy;
    const known = this.#known;
    if (known === undefined || user === undefined) return undefined;
    if (known.kind === 'basic') return basicAnswer(user, password);
    known.count += 1;
    return digestAnswer(known.challenge, {
      method: 'CONNECT',
      uri: authority,
      user,
      password,
      nonceCount: known.count,
      cnonce: known.cnonce,
    });
  }

  /** Takes a 407 to heart that came in spite of the answer `sent`. True: there is another answer now, worth a try. */
  learn(headers: readonly string[], sent: string | undefined): boolean {
    this.#known = undefined;
    if (this.#proxy.user === undefined) return false;
    const challenges = parseChallenges(headers);
    const digest = digestChallenge(challenges);
    if (digest !== undefined) {
      this.#known = { kind: 'digest', challenge: digest, cnonce: this.#random.token(16), count: 0 };
      return true;
    }
    const isBasic = challenges.some(({ scheme }) => scheme === 'basic');
    if (!isBasic || sent?.startsWith('Basic ') === true) return false;
    this.#known = { kind: 'basic' };
    return true;
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
