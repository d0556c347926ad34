import ssh2, {
  type AuthContext,
  type AuthenticationType,
  type ParsedKey,
  type PublicKeyAuthContext,
} from 'ssh2';

export type SftpLoginMethod = 'password' | 'publickey' | 'keyboard-interactive';

export interface SftpLoginRules {
  readonly user: string;
  readonly password: string;
  /** Public keys in OpenSSH form (`ssh-ed25519 AAAA...`). */
  readonly authorizedKeys: readonly string[];
  readonly methods: readonly SftpLoginMethod[];
  /** One of the methods is enough, or all of them are needed, one after another. */
  readonly needs: 'any' | 'all';
}

const MOST_TRIES = 6;

/** One client's way through the login. */
export class SftpLogin {
  readonly #rules: SftpLoginRules;
  readonly #passed = new Set<SftpLoginMethod>();
  #failures = 0;

  constructor(rules: SftpLoginRules) {
    this.#rules = rules;
  }

  /** Too many refused tries: the server hangs up. */
  get isExhausted(): boolean {
    return this.#failures >= MOST_TRIES;
  }

  /** Decides about one try, and tells the client. */
  decide(context: AuthContext): void {
    if (context.method !== 'none' && !this.#isOffered(context.method)) return this.#refuse(context);
    switch (context.method) {
      case 'password':
        return this.#settle(context, 'password', this.#isUser(context) && this.#isPassword(context.password));
      case 'publickey':
        return this.#decideKey(context);
      case 'keyboard-interactive':
        context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
          const isRight =
            this.#isUser(context) && Array.isArray(answers) && this.#isPassword(answers[0] ?? '');
          this.#settle(context, 'keyboard-interactive', isRight);
        });
        return;
      case 'none':
        return context.reject(this.#left());
      case 'hostbased':
        return this.#refuse(context);
    }
  }

  #decideKey(context: PublicKeyAuthContext): void {
    const key = this.#rules.authorizedKeys
      .map(parsed)
      .find((each) => each?.getPublicSSH().equals(context.key.data));
    if (key === undefined || !this.#isUser(context)) return this.#refuse(context);
    if (context.signature === undefined || context.blob === undefined) return context.accept();
    this.#settle(
      context,
      'publickey',
      key.verify(context.blob, context.signature, context.hashAlgo) === true,
    );
  }

  #settle(context: AuthContext, method: SftpLoginMethod, isRight: boolean): void {
    if (!isRight) return this.#refuse(context);
    this.#passed.add(method);
    if (this.#rules.needs === 'any' || this.#left().length === 0) context.accept();
    else context.reject(this.#left(), true);
  }

  #refuse(context: AuthContext): void {
    this.#failures += 1;
    context.reject(this.#left());
  }

  #left(): AuthenticationType[] {
    return this.#rules.methods.filter((method) => !this.#passed.has(method));
  }

  #isOffered(method: string): boolean {
    return this.#left().some((left) => left === method);
  }

  #isUser(context: AuthContext): boolean {
    return context.username === this.#rules.user;
  }

  #isPassword(given: string): boolean {
    return given === this.#rules.password;
  }
}

function parsed(text: string): ParsedKey | undefined {
  const key = ssh2.utils.parseKey(text);
  return key instanceof Error ? undefined : key;
}
