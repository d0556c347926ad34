import type { Random } from '../../core/random.js';
import { parseChallenges } from '../../net/http-challenges.js';
import { basicAnswer, digestAnswer, digestChallenge, type DigestChallenge } from '../../net/http-digest.js';
import type { HttpResponse } from './http-message.js';
import type { HttpLogin } from './http-options.js';

const CNONCE_LENGTH = 24;

interface DigestState {
  readonly challenge: DigestChallenge;
  readonly cnonce: string;
  uses: number;
}

/** The login of one session: what is sent with each request, and what a 401 means for it. */
export class LoginState {
  readonly #login: HttpLogin;
  readonly #random: Random;
  #sendsBasic: boolean;
  #digest: DigestState | undefined;
  #isProven = false;

  /** Over TLS, Basic is sent without being asked for: that saves a request, and nobody but the server reads it. */
  constructor(login: HttpLogin, isSecure: boolean, random: Random) {
    this.#login = login;
    this.#random = random;
    this.#sendsBasic = login.kind === 'basic' || (login.kind === 'auto' && isSecure);
  }

  /** The value of Authorization; undefined: none is known to be wanted. Beyond ASCII each character is one byte. */
  answer(method: string, target: string): string | undefined {
    const login = this.#login;
    switch (login.kind) {
      case 'none':
        return undefined;
      case 'bearer':
        return `Bearer ${login.token.reveal()}`;
      case 'auto':
      case 'basic':
      case 'digest': {
        const digest = this.#digest;
        if (digest === undefined)
          return this.#sendsBasic ? basicAnswer(login.user, login.password) : undefined;
        digest.uses += 1;
        const { user, password } = login;
        const { challenge, cnonce, uses } = digest;
        return digestAnswer(challenge, { method, uri: target, user, password, cnonce, nonceCount: uses });
      }
    }
  }

  /** The server took the login. */
  accepted(): void {
    this.#isProven = true;
  }

  /**
   * Reads the challenges of a 401. True: the request may be sent once more, with an answer that this server has not
   * refused yet. A refused password is never sent again.
   */
  canAnswer(response: HttpResponse, sent: string | undefined): boolean {
    const { kind } = this.#login;
    if (kind === 'none' || kind === 'bearer') return false;
    const challenges = parseChallenges(response.headerLines('www-authenticate'));
    const digest = kind === 'basic' ? undefined : digestChallenge(challenges);
    if (digest !== undefined) {
      const wasRefused = sent?.startsWith('Digest ') === true && !digest.isStale && !this.#isProven;
      this.#digest = { challenge: digest, cnonce: this.#random.token(CNONCE_LENGTH), uses: 0 };
      // Proven once, it may be asked for once more with a new nonce; refused then, it is refused.
      this.#isProven = false;
      return !wasRefused;
    }
    const wantsBasic = kind !== 'digest' && challenges.some(({ scheme }) => scheme === 'basic');
    if (!wantsBasic || sent?.startsWith('Basic ') === true) return false;
    this.#digest = undefined;
    this.#sendsBasic = true;
    return true;
  }
}
