import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthContext, Connection, ServerChannel, Session } from 'ssh2';
import { endlessBytes, isSessionDeed, type SessionDeed } from './faults.js';
import { SftpLogin, type SftpLoginRules } from './sftp-login.js';
import { SftpSession, type SftpSurroundings } from './sftp-session.js';

/** What becomes of a step after its deeds: it goes on, it is answered already, or all is over. */
type Aftermath = 'goes-on' | 'answered' | 'over';

/** One TCP connection of an SFTP partner, from the first byte to the subsystem. */
export class SftpConnection {
  readonly socket: Socket;
  /** Resolves once the connection is closed. */
  readonly closed: Promise<void>;
  readonly #number: number;
  readonly #surroundings: SftpSurroundings;
  readonly #login: SftpLogin;
  readonly #over = new AbortController();
  readonly #sessions: SftpSession[] = [];

  constructor(socket: Socket, number: number, surroundings: SftpSurroundings, rules: SftpLoginRules) {
    this.socket = socket;
    this.#number = number;
    this.#surroundings = surroundings;
    this.#login = new SftpLogin(rules);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#over.abort();
        void Promise.all(this.#sessions.map((session) => session.finished())).then(() => resolve());
      });
    });
  }

  /** Calls `handOver` when the SSH conversation may begin. */
  start(handOver: () => void): void {
    this.#orBreak(this.#begin(handOver));
  }

  async #begin(handOver: () => void): Promise<void> {
    const aftermath = await this.#step('CONNECT', '', (text) => this.socket.write(text));
    if (aftermath === 'goes-on') handOver();
    else if (aftermath === 'answered') this.socket.resume();
  }

  /** Takes over once the client has sent its SSH greeting. */
  serve(client: Connection): void {
    client.on('error', () => undefined);
    client.on('authentication', (context) => this.#orBreak(this.#authenticate(client, context)));
    client.on('ready', () => this.#note('client', 'READY'));
    client.on('session', (accept) => this.#serveSession(accept()));
  }

  /** Does this to the connection now. */
  async suffer(deed: SessionDeed): Promise<void> {
    const [session] = this.#sessions;
    if (session === undefined) await this.#suffer(deed, () => undefined);
    else await session.suffer(deed);
  }

  async #authenticate(client: Connection, context: AuthContext): Promise<void> {
    if (context.method !== 'none') {
      this.#note('client', `AUTH ${context.method} ${context.username}`);
      const aftermath = await this.#step('AUTH', `${context.method} ${context.username}`, () =>
        context.reject(),
      );
      if (aftermath !== 'goes-on') return;
    }
    this.#login.decide(context);
    if (this.#login.isExhausted) client.end();
  }

  #serveSession(session: Session): void {
    session.on('error', () => undefined);
    session.on('subsystem', (accept, reject, { name }) => {
      if (name !== 'sftp') return reject();
      this.#note('client', `SUBSYSTEM ${name}`);
      const deeds = this.#deedsAt('SUBSYSTEM', name);
      if (deeds.some((deed) => deed.kind !== 'delay')) this.#orBreak(this.#sufferAll(deeds, () => reject()));
      else this.#orBreak(this.#openSubsystem(accept(), deeds));
    });
  }

  /** The channel is accepted already: OpenSSH sends its first packet without waiting for that. */
  async #openSubsystem(channel: ServerChannel, delays: readonly SessionDeed[]): Promise<void> {
    await this.#sufferAll(delays, () => undefined);
    this.#sessions.push(new SftpSession(channel, this.socket, this.#number, this.#surroundings));
  }

  /** What nobody foresaw breaks the connection, and nothing else. */
  #orBreak(work: Promise<unknown>): void {
    work.catch(() => this.socket.destroy());
  }

  async #step(command: string, argument: string, answer: (text: string) => void): Promise<Aftermath> {
    return this.#sufferAll(this.#deedsAt(command, argument), answer);
  }

  #deedsAt(command: string, argument: string): readonly SessionDeed[] {
    const struck = this.#surroundings.faults.strike(command, argument);
    return [...struck.arrival, ...struck.answer].filter(isSessionDeed);
  }

  async #sufferAll(deeds: readonly SessionDeed[], answer: (text: string) => void): Promise<Aftermath> {
    for (const deed of deeds) {
      const aftermath = await this.#suffer(deed, answer);
      if (aftermath !== 'goes-on') return aftermath;
    }
    return this.#over.signal.aborted ? 'over' : 'goes-on';
  }

  async #suffer(deed: SessionDeed, answer: (text: string) => void): Promise<Aftermath> {
    switch (deed.kind) {
      case 'close':
        this.socket.resume().end();
        return 'over';
      case 'reset':
        this.socket.resetAndDestroy();
        return 'over';
      case 'silence':
        this.socket.removeAllListeners('data').resume();
        return 'over';
      case 'noAnswer':
        return 'answered';
      case 'delay':
        await sleep(deed.ms, undefined, { signal: this.#over.signal }).catch(() => undefined);
        return this.#over.signal.aborted ? 'over' : 'goes-on';
      case 'reply':
        answer(`${deed.text ?? 'As rehearsed'}\r\n`);
        return 'answered';
      case 'replyThenClose':
        answer(`${deed.text ?? 'As rehearsed'}\r\n`);
        this.socket.resume().end();
        return 'over';
      case 'garbage':
        this.socket.write(deed.bytes ?? Uint8Array.from({ length: 256 }, (_, index) => 255 - index));
        return 'answered';
      case 'endlessReply':
        await this.#writeEndlessly(deed);
        return 'answered';
    }
  }

  async #writeEndlessly(deed: Extract<SessionDeed, { kind: 'endlessReply' }>): Promise<void> {
    for await (const bytes of endlessBytes(deed, Buffer.alloc(65_536, 'x'), this.#over.signal)) {
      await new Promise<void>((resolve) => this.socket.write(bytes, () => resolve()));
    }
  }

  #note(from: 'client' | 'partner', text: string): void {
    this.#surroundings.transcript.add(this.#number, from, text);
  }
}
