import type { Socket } from 'node:net';
import { posix } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { endlessBytes, isSessionDeed, type FaultPlan, type FlowDeed, type SessionDeed } from './faults.js';
import type { DropDeed, FlowSession } from './flow.js';
import { FtpControlChannel } from './ftp-control-channel.js';
import type { FtpDataPort } from './ftp-data-port.js';
import type { FtpHabits } from './ftp-habits.js';
import { ftpReply, replyLines, type FtpReply } from './ftp-reply.js';
import { CHECKSUM_VERB_NAMES } from './ftp-checksum-verbs.js';
import { FTP_VERBS } from './ftp-verbs.js';
import type { FtpTls } from './ftp-tls.js';
import { TreeRefusal, type ServedTree } from './served-tree.js';
import { shakeHands, TlsRecords } from './tls-records.js';
import type { Transcript } from './transcript.js';

export type FtpSecurity = 'none' | 'explicit' | 'implicit';

/** Deeds that only FTP has. */
export type FtpOnlyDeed =
  | DropDeed
  /** PASV and EPSV announce this host (PASV only) and port instead of their own. */
  | { readonly kind: 'announce'; readonly host?: string; readonly port?: number };

export type FtpFlowDeed = FlowDeed | FtpOnlyDeed;
export type FtpDeed = SessionDeed | FtpFlowDeed;

/** What all sessions of one partner share. */
export interface FtpSurroundings {
  readonly tree: ServedTree;
  readonly user: string;
  readonly password: string;
  readonly account: string | undefined;
  readonly security: FtpSecurity;
  /** Set unless `security` is `none`. */
  readonly tls: FtpTls | undefined;
  readonly habits: FtpHabits;
  readonly faults: FaultPlan<FtpDeed>;
  readonly transcript: Transcript;
  /** How long a transfer waits for its data connection. */
  readonly dataWaitMs: number;
  /** Why this session is one too many, or undefined. */
  refuseLogin(): FtpReply | undefined;
}

/** What became of a session after a deed: it goes on, this command is answered, or all is over. */
type Aftermath = 'goes-on' | 'answered' | 'over';

/** One control connection with everything that was said on it so far. */
export class FtpSession implements FlowSession {
  readonly surroundings: FtpSurroundings;
  readonly number: number;
  readonly channel: FtpControlChannel;
  /** Resolves once the connection and everything that belongs to it is closed. */
  readonly closed: Promise<void>;

  user: string | undefined;
  isLoggedIn = false;
  /** True while the control connection is under TLS. */
  isProtected = false;
  /** Stays true after CCC. */
  hasBeenProtected = false;
  dataProtection: 'clear' | 'private' = 'clear';
  folder = '/';
  type: 'ascii' | 'binary' = 'ascii';
  restartAt = 0;
  renameFrom: string | undefined;
  /** As OPTS HASH set it. */
  hashAlgorithm = 'SHA-1';
  /** As RANG set it: first and last byte. */
  range: readonly [number, number] | undefined;
  dataPort: FtpDataPort | undefined;
  /** Set while a transfer runs: ends it. */
  abortTransfer: (() => void) | undefined;

  readonly #over = new AbortController();
  readonly #dataSockets = new Set<Socket>();
  readonly #lines: Buffer[] = [];
  #isBusy = true;
  #answering: Promise<void> = Promise.resolve();

  constructor(socket: Socket, number: number, surroundings: FtpSurroundings) {
    this.surroundings = surroundings;
    this.number = number;
    this.closed = new Promise((resolve) => {
      this.over.addEventListener('abort', () => void this.#letGo().then(resolve));
    });
    this.channel = new FtpControlChannel(socket, {
      line: (bytes) => this.#queue(bytes),
      closed: () => this.#over.abort(),
    });
  }

  get over(): AbortSignal {
    return this.#over.signal;
  }

  get encoding(): 'utf8' | 'latin1' {
    return this.surroundings.habits.without.includes('UTF8') ? 'latin1' : 'utf8';
  }

  /** The reply as bytes on the wire, in the partner's encoding. */
  async say(reply: FtpReply): Promise<void> {
    const text = replyLines(reply);
    for (const line of text.trimEnd().split('\r\n'))
      this.surroundings.transcript.add(this.number, 'partner', line);
    await this.channel.write(Buffer.from(text, this.encoding));
  }

  /** An absolute path from a command's argument. */
  place(argument: string): string {
    return posix.resolve('/', this.folder, argument);
  }

  /** Keeps a data socket until it closes; it ends with the session. */
  own(socket: Socket): void {
    this.#dataSockets.add(socket);
    socket.once('close', () => this.#dataSockets.delete(socket));
    if (this.over.aborted) socket.destroy();
  }

  /** The data stream that the client asked for: clear, or under TLS; or why it is refused. */
  async protectData(socket: Socket): Promise<Duplex | string> {
    const { tls } = this.surroundings;
    if (tls === undefined || this.dataProtection === 'clear') return socket;
    const secured = await shakeHands(new TlsRecords(socket), tls.context);
    if (secured === undefined) return 'TLS hand-shake on the data connection failed';
    if (tls.sessionReuse === 'required' && !secured.isSessionReused())
      return 'TLS session of the data connection was not resumed';
    return secured;
  }

  /** Shakes hands on the control connection, unless a fault is in the way; a failure resets it. True when it stands. */
  async startTls(): Promise<boolean> {
    const { tls, faults } = this.surroundings;
    const struck = faults.strike('TLS', '');
    const aftermath = await this.#sufferAll([...struck.arrival, ...struck.answer]);
    if (tls === undefined || aftermath !== 'goes-on') return false;
    this.#lines.length = 0;
    this.isProtected = await this.channel.startTls(tls.context);
    this.hasBeenProtected = this.isProtected;
    if (!this.isProtected) this.channel.reset();
    return this.isProtected;
  }

  get openDataConnections(): number {
    return this.#dataSockets.size;
  }

  /** Greets, unless a fault is in the way, and begins to listen to commands. Never rejects. */
  async start(greeting: FtpReply): Promise<void> {
    this.channel.open();
    try {
      await this.#greet(greeting);
    } catch {
      this.channel.reset();
    }
    this.#isBusy = false;
    this.#work();
  }

  async #greet(greeting: FtpReply): Promise<void> {
    const struck = this.surroundings.faults.strike('CONNECT', '');
    const aftermath = await this.#sufferAll([...struck.arrival, ...struck.answer]);
    const isImplicit = this.surroundings.security === 'implicit';
    if (aftermath === 'goes-on' && (!isImplicit || (await this.startTls()))) await this.say(greeting);
    if (greeting.code !== 220) this.channel.close();
  }

  /** Does this to the session now. */
  async suffer(deed: SessionDeed): Promise<'goes-on' | 'over'> {
    return (await this.#suffer(deed)) === 'over' ? 'over' : 'goes-on';
  }

  #queue(bytes: Buffer): void {
    const verb = bytes.toString('latin1').trim().split(' ', 1)[0]?.toUpperCase() ?? '';
    if (this.abortTransfer !== undefined && verb === 'ABOR') this.abortTransfer();
    if (
      this.abortTransfer !== undefined &&
      this.surroundings.habits.duringTransfer === 'answered' &&
      verb === 'NOOP'
    ) {
      void this.#answer(bytes);
      return;
    }
    this.#lines.push(bytes);
    this.#work();
  }

  #work(): void {
    if (this.#isBusy || this.over.aborted) return;
    const line = this.#lines.shift();
    if (line === undefined) return;
    this.#isBusy = true;
    this.#answering = this.#answer(line).then(() => {
      this.#isBusy = false;
      this.#work();
    });
  }

  /** Never rejects: what nobody foresaw breaks the connection. */
  async #answer(bytes: Buffer): Promise<void> {
    try {
      await this.#answerLine(bytes);
    } catch {
      this.channel.reset();
    }
  }

  async #answerLine(bytes: Buffer): Promise<void> {
    const line = bytes.toString(this.encoding);
    const space = line.indexOf(' ');
    const verb = (space < 0 ? line : line.slice(0, space)).trim().toUpperCase();
    const argument = space < 0 ? '' : line.slice(space + 1);
    const isSecret = verb === 'PASS' || verb === 'ACCT';
    this.surroundings.transcript.add(this.number, 'client', isSecret ? `${verb} ***` : line);
    const struck = this.surroundings.faults.strike(verb, isSecret ? '' : argument);
    if ((await this.#sufferAll(struck.arrival)) !== 'goes-on') return;
    const flowDeeds = [...struck.arrival, ...struck.answer].filter((deed) => !isSessionDeed(deed));
    const reply = await this.#carryOut(verb, argument, flowDeeds);
    if (this.over.aborted || (await this.#sufferAll(struck.answer)) !== 'goes-on') return;
    if (reply === undefined) return;
    await this.say(reply);
    await reply.afterwards?.();
  }

  async #carryOut(
    verb: string,
    argument: string,
    deeds: readonly FtpFlowDeed[],
  ): Promise<FtpReply | undefined> {
    const known = FTP_VERBS.get(verb);
    if (known === undefined || !knowsVerb(this.surroundings.habits, verb)) {
      return ftpReply(500, `${verb.slice(0, 40)} not understood`);
    }
    if (known.needsLogin && !this.isLoggedIn) return ftpReply(530, 'Please login with USER and PASS');
    try {
      return await known.run(this, argument, deeds);
    } catch (thrown) {
      return refusalReply(thrown);
    }
  }

  async #sufferAll(deeds: readonly FtpDeed[]): Promise<Aftermath> {
    for (const deed of deeds.filter(isSessionDeed)) {
      const aftermath = await this.#suffer(deed);
      if (aftermath !== 'goes-on') return aftermath;
    }
    return 'goes-on';
  }

  async #suffer(deed: SessionDeed): Promise<Aftermath> {
    const aftermath = await this.#do(deed);
    if (aftermath === 'over') this.#lines.length = 0;
    return aftermath;
  }

  async #do(deed: SessionDeed): Promise<Aftermath> {
    switch (deed.kind) {
      case 'close':
        this.#closeData();
        this.channel.close();
        return 'over';
      case 'reset':
        for (const socket of this.#dataSockets) socket.resetAndDestroy();
        this.channel.reset();
        return 'over';
      case 'silence':
        this.channel.silence();
        return 'over';
      case 'noAnswer':
        return 'answered';
      case 'delay':
        await sleep(deed.ms, undefined, { signal: this.over }).catch(() => undefined);
        return this.over.aborted ? 'over' : 'goes-on';
      case 'reply':
        await this.say(ftpReply(deed.code, deed.text ?? 'As rehearsed'));
        return 'answered';
      case 'replyThenClose':
        await this.say(ftpReply(deed.code, deed.text ?? 'As rehearsed'));
        this.#closeData();
        this.channel.close();
        return 'over';
      case 'garbage':
        await this.channel.write(deed.bytes ?? Uint8Array.from({ length: 256 }, (_, index) => 255 - index));
        return 'answered';
      case 'endlessReply':
        await this.#sayEndlessly(deed);
        return 'answered';
    }
  }

  async #sayEndlessly(deed: Extract<SessionDeed, { kind: 'endlessReply' }>): Promise<void> {
    const isOneLine = (deed.shape ?? 'line') === 'line';
    const piece = isOneLine ? 'x'.repeat(65_536) : `200-${'x'.repeat(58)}\r\n`.repeat(1024);
    await this.channel.write(isOneLine ? '200 ' : '200-begin\r\n');
    for await (const bytes of endlessBytes(deed, Buffer.from(piece), this.over))
      await this.channel.write(bytes);
  }

  /** Lets go of the port of the next data connection. */
  closeDataPort(): void {
    this.dataPort?.close();
    this.dataPort = undefined;
  }

  #closeData(): void {
    this.closeDataPort();
    for (const socket of this.#dataSockets) socket.destroy();
  }

  async #letGo(): Promise<void> {
    const closing = [...this.#dataSockets].map(
      (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
    );
    this.#closeData();
    await this.#answering;
    await Promise.all(closing);
  }
}

function knowsVerb({ without, checksums, hashRange }: FtpHabits, verb: string): boolean {
  if (without.includes(verb)) return false;
  if (verb === 'RANG') return checksums.includes('HASH') && hashRange !== 'unknown';
  return !CHECKSUM_VERB_NAMES.has(verb) || checksums.includes(verb);
}

const CODE_BY_REFUSAL = { full: 452, failed: 451 } as const;

function refusalReply(thrown: unknown): FtpReply {
  if (!(thrown instanceof TreeRefusal))
    return ftpReply(451, 'Requested action aborted: local error in processing');
  const code = thrown.kind === 'full' || thrown.kind === 'failed' ? CODE_BY_REFUSAL[thrown.kind] : 550;
  return ftpReply(code, thrown.message);
}
