import ssh2, { type AnyAuthMethod, type ParsedKey, type Prompt } from 'ssh2';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import type { SftpOptions, SshIdentity } from './sftp-options.js';
import type { LoginAnswer } from './ssh2-internals.js';

type Method = 'publickey' | 'password' | 'keyboard-interactive';

/** One thing to try. */
export interface LoginStep {
  /** For messages, for example `key "id_ed25519"`. */
  readonly name: string;
  readonly method: Method;
  readonly attempt: AnyAuthMethod;
}

/**
 * What to try in which order: keys, agent keys, password, keyboard-interactive. Each once. The password is
 * given once only for each stage of a login, so that a wrong one counts once towards a lock-out: the server's
 * keyboard-interactive gets it only where `password` is not offered. A partial success begins a new stage.
 */
export class LoginPlan {
  readonly #user: string;
  readonly #steps: LoginStep[];
  #askedForMethods = false;
  readonly #tried: string[] = [];
  #passwordUsed = false;
  #offered: readonly string[] = [];
  #refusals = 0;

  constructor(user: string, steps: readonly LoginStep[]) {
    this.#user = user;
    this.#steps = [...steps];
  }

  /** Names of what was tried, in order. */
  get tried(): readonly string[] {
    return this.#tried;
  }

  /** Methods that the server said may go on, as of its last answer. */
  get offered(): readonly string[] {
    return this.#offered;
  }

  /** Did the server refuse something of ours? */
  get wasRefused(): boolean {
    return this.#refusals > 0;
  }

  refused(answer: LoginAnswer): void {
    this.#offered = answer.methods;
    if (answer.partial) this.#passwordUsed = false;
    else if (this.#tried.length > 0) this.#refusals += 1;
  }

  /** The next thing to try, or undefined when nothing is left that the server would take. `none` asks what it takes. */
  next(): AnyAuthMethod | undefined {
    if (!this.#askedForMethods) {
      this.#askedForMethods = true;
      return { type: 'none', username: this.#user };
    }
    const index = this.#steps.findIndex((step) => this.#fits(step));
    const [step] = index < 0 ? [] : this.#steps.splice(index, 1);
    if (step === undefined) return undefined;
    if (step.method !== 'publickey') this.#passwordUsed = true;
    this.#tried.push(step.name);
    return step.attempt;
  }

  #fits(step: LoginStep): boolean {
    return this.#offered.includes(step.method) && (step.method === 'publickey' || !this.#passwordUsed);
  }
}

/** Decrypting a key takes half a second of the only thread, so each is read once for all sessions that use it. */
const readKeys = new WeakMap<SshIdentity, ParsedKey>();

/** A key that can sign: parsed, decrypted, private. Rejects with SETTINGS_INVALID, naming the identity. */
function readIdentity(identity: SshIdentity): ParsedKey {
  const known = readKeys.get(identity);
  if (known !== undefined) return known;
  const text = identity.privateKey.reveal();
  if (text.startsWith('PuTTY-User-Key-File-3')) {
    throw badIdentity(
      identity,
      new Error('PuTTY keys of version 3 are not supported; save it as version 2 or in OpenSSH form'),
    );
  }
  const parsed = ssh2.utils.parseKey(text, identity.passphrase?.reveal());
  const key = Array.isArray(parsed) ? (parsed as (ParsedKey | Error)[])[0] : parsed;
  if (key === undefined || key instanceof Error) throw badIdentity(identity, key);
  if (!key.isPrivateKey())
    throw badIdentity(identity, new Error('it is a public key; the private one is needed'));
  readKeys.set(identity, key);
  return key;
}

function badIdentity(identity: SshIdentity, cause: Error | undefined): TransferError {
  const passphrase = identity.passphrase === undefined ? 'no passphrase was given' : 'a passphrase was given';
  const reason = printable(cause?.message ?? 'it holds no key');
  return new TransferError({
    code: 'SETTINGS_INVALID',
    lastCode: -1,
    phase: 'plan',
    message: `the key "${printable(identity.name)}" cannot be used: ${reason} (${passphrase})`,
    advice:
      'Check that the file is a private key in OpenSSH, PEM or PPK form, and that the passphrase is right.',
    cause,
  });
}

/** Called with the prompts that cannot be answered. */
export type UnanswerablePrompt = (prompts: string) => void;

/** One step for each of the connection's own keys. Rejects with SETTINGS_INVALID for one that cannot be used. */
export function keySteps({ user, identities }: SftpOptions): LoginStep[] {
  return identities.map((identity) => ({
    name: `key "${printable(identity.name)}"`,
    method: 'publickey',
    attempt: { type: 'publickey', username: user, key: readIdentity(identity) },
  }));
}

/** The ways to give the connection's password, if it has one. */
export function passwordSteps(options: SftpOptions, onUnanswerable: UnanswerablePrompt): LoginStep[] {
  if (options.password === undefined) return [];
  const username = options.user;
  const password = options.password.reveal();
  const prompt = answerOnce(password, onUnanswerable);
  return [
    { name: 'password', method: 'password', attempt: { type: 'password', username, password } },
    {
      name: 'keyboard-interactive',
      method: 'keyboard-interactive',
      attempt: { type: 'keyboard-interactive', username, prompt },
    },
  ];
}

type AnswerPrompts = (
  name: string,
  instructions: string,
  language: string,
  prompts: Prompt[],
  finish: (answers: string[]) => void,
) => void;

/**
 * Answers the first round of hidden prompts with the password. Anything else, such as a second round (the
 * password was wrong, or a one-time code is wanted) or a visible question, cannot be answered by a program.
 */
function answerOnce(password: string, onUnanswerable: UnanswerablePrompt): AnswerPrompts {
  let answered = false;
  return (_name, _instructions, _language, prompts, finish) => {
    const hidden = prompts.some((prompt) => prompt.echo === false);
    if (answered || !hidden) return onUnanswerable(prompts.map((prompt) => prompt.prompt.trim()).join(', '));
    answered = true;
    finish(prompts.map((prompt) => (prompt.echo === false ? password : '')));
  };
}
