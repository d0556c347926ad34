import type { Socket } from 'node:net';
import ssh2, {
  type Algorithms,
  type AnyAuthMethod,
  type Client,
  type ConnectConfig,
  type NegotiatedAlgorithms,
  type SFTPWrapper,
} from 'ssh2';
import type { Clock } from '../../core/clock.js';
import type { Receipt } from '../../core/outcome.js';
import { printable } from '../../core/printable.js';
import { WSAECONNABORTED } from '../../core/winsock.js';
import type { SessionTrace } from '../../core/wire-trace.js';
import { describeKey, judgeHostKey, type HostKeyBook } from './host-keys.js';
import { ServerHelloReader } from './server-hello.js';
import { SessionLife, type CallFacts, type Loss, type Wait } from './session-life.js';
import type { SftpOptions } from './sftp-options.js';
import type { AlgorithmOffer } from './ssh-algorithms.js';
import { LoginPlan, passwordSteps, type LoginStep } from './ssh-login.js';
import * as losses from './ssh-losses.js';
import { negotiatedOf, strictKexLoss } from './ssh-negotiated.js';
import { SshTrace } from './ssh-trace.js';
import { sftpHello, tapMessages } from './ssh2-internals.js';

const GOODBYE_MS = 1000;

export interface TransportFacts {
  readonly options: SftpOptions;
  readonly clock: Clock;
  readonly socket: Socket;
  /** `host:port`. */
  readonly place: string;
  readonly trace: SessionTrace;
  readonly book: HostKeyBook;
  readonly offer: AlgorithmOffer;
  /** The keys to try: the connection's own, then the agent's. */
  readonly keySteps: readonly LoginStep[];
  /** What else a refused login should say, such as "the agent cannot be reached". */
  readonly loginNotes: readonly string[];
}

/** An SSH connection on a dialled socket: hand-shake, host key, login, the SFTP channel, goodbye. */
export class SshTransport {
  readonly life: SessionLife;
  readonly #facts: TransportFacts;
  readonly #client: Client = new ssh2.Client();
  readonly #hello = new ServerHelloReader();
  readonly #plan: LoginPlan;
  readonly #trace: SshTrace;
  #isGreeted = false;
  #step: 'hand-shake' | 'login' | 'ready' = 'hand-shake';
  #wait: Wait<void> | undefined;
  #banner = '';
  #shownKey: Buffer | undefined;

  constructor(facts: TransportFacts) {
    this.#facts = facts;
    this.#trace = new SshTrace(facts.trace);
    this.#plan = new LoginPlan(facts.options.user, [
      ...facts.keySteps,
      ...passwordSteps(facts.options, (prompts) => this.#cannotAnswer(prompts)),
    ]);
    this.life = new SessionLife({
      clock: facts.clock,
      timeoutMs: facts.options.timeoutMs,
      place: facts.place,
      destroy: () => facts.socket.destroy(),
      onLoss: (loss) => this.#traceLoss(loss),
      explainTimeout: () => (this.life.stands ? undefined : losses.notSsh(this.#hello.read())),
    });
  }

  /** The server's version line. */
  get serverVersion(): string {
    return this.#hello.read().version ?? '';
  }

  /** What let us in, and what the server would have taken. */
  get loggedInBy(): NonNullable<Receipt['login']> {
    const { tried, offered } = this.#plan;
    return { by: tried.at(-1) ?? 'the name alone', offered };
  }

  /** The host key that the server showed, once it did. */
  get shownKey(): Buffer | undefined {
    return this.#shownKey;
  }

  /** Ends once the server took the login; the rejection names what it refused. */
  async login(signal: AbortSignal): Promise<void> {
    const { user } = this.#facts.options;
    await this.life.wait<void>({ phase: 'connect', what: 'SSH hand-shake', signal }, (wait) => {
      this.#wait = wait;
      this.#start();
    });
    await this.life.wait<void>({ phase: 'login', what: `login as "${printable(user)}"`, signal }, (wait) => {
      this.#wait = wait;
      if (this.#step === 'ready') wait.resolve();
    });
    this.life.markStanding();
  }

  /** Starts the SFTP subsystem. */
  openSftp(signal: AbortSignal): Promise<SFTPWrapper> {
    const call: CallFacts = { phase: 'login', what: 'start SFTP', signal };
    return this.life.wait<SFTPWrapper>(call, (wait) => {
      this.#facts.trace.sent('subsystem sftp');
      this.#client.sftp((error, sftp) => {
        if (error !== undefined && error !== null) return this.life.lose(losses.sftpLoss(error));
        const loss = losses.versionLoss(sftpHello(sftp).version);
        if (loss !== undefined) return this.life.lose(loss);
        this.#watchSftp(sftp);
        wait.resolve(sftp);
      });
    });
  }

  /** Says goodbye, waits a moment for the server to close, then closes. Idempotent; never rejects. */
  async close(): Promise<void> {
    const { socket, clock } = this.#facts;
    const wasAlive = this.life.loss === undefined;
    this.life.end({ code: 'CLOSED', lastCode: -1, reason: 'the session was closed' });
    if (wasAlive && !socket.destroyed) {
      await new Promise<void>((resolve) => {
        const timer = clock.startTimer(GOODBYE_MS, resolve);
        socket.once('close', () => {
          timer.cancel();
          resolve();
        });
        this.#client.end();
      });
    }
    socket.destroy();
  }

  #start(): void {
    const { socket } = this.#facts;
    this.#trace.connected(socket);
    socket.on('error', (error: Error) => this.life.lose(losses.socketLoss(error, this.#progress())));
    socket.on('close', () => this.life.lose(losses.closedLoss(this.#progress())));
    socket.on('end', () => this.life.lose(losses.closedLoss(this.#progress())));
    const listen = (chunk: Buffer) => {
      if (!this.#hello.push(chunk)) socket.removeListener('data', listen);
    };
    socket.on('data', listen);
    this.#watchClient();
    this.#client.connect(this.#config());
    tapMessages(this.#client, {
      onLoginRefused: (answer) => {
        this.#trace.loginRefused(answer);
        this.#plan.refused(answer);
      },
      onDisconnect: (reason, text) => {
        this.#trace.disconnected(reason, text);
        this.life.lose(losses.disconnectLoss(reason, text, this.#progress()));
      },
    });
  }

  #watchClient(): void {
    this.#client
      .on('error', (error) => this.#onClientError(error))
      .on('handshake', (negotiated) => this.#shookHands(negotiated))
      .on('ready', () => {
        this.#trace.loggedIn();
        this.#step = 'ready';
        this.#wait?.resolve();
      })
      .on('banner', (text) => {
        this.#trace.banner(text.trim());
        this.#banner = printable(text.trim());
      })
      .on('change password', () => this.#loginEnded('and wants a new password'))
      .on('close', () => this.life.lose(losses.closedLoss(this.#progress())));
  }

  /** Also told at each new key exchange of a session that stands. */
  #shookHands(negotiated: NegotiatedAlgorithms): void {
    const agreed = negotiatedOf(negotiated, this.#hello.read());
    this.#trace.agreed(agreed);
    if (this.#step !== 'hand-shake') return;
    const loss = strictKexLoss(agreed, this.#facts.options.requireStrictKex ?? false);
    if (loss !== undefined) return this.life.lose(loss);
    this.#step = 'login';
    this.#wait?.resolve();
  }

  #config(): ConnectConfig {
    const { options, socket, offer } = this.#facts;
    return {
      sock: socket,
      host: options.host,
      port: options.port,
      username: options.user,
      readyTimeout: 0,
      keepaliveInterval: options.keepAliveMs,
      algorithms: offer as unknown as Algorithms,
      hostVerifier: (key: Buffer) => this.#isTrusted(key),
      authHandler: () => this.#nextAttempt(),
    };
  }

  #isTrusted(key: Buffer): boolean {
    this.#shownKey = key;
    const verdict = judgeHostKey(this.#facts.book, key);
    this.#traceHello();
    this.#trace.hostKey(describeKey(key), verdict.kind);
    if (verdict.kind === 'trusted') return true;
    this.life.lose({ code: verdict.code, lastCode: WSAECONNABORTED, reason: verdict.reason });
    return false;
  }

  /** Asked by ssh2 at the start of the login and after each refusal. */
  #nextAttempt(): AnyAuthMethod | false {
    this.#wait?.progress();
    const step = this.#plan.next();
    if (step !== undefined) {
      this.#trace.triesLogin(this.#facts.options.user, this.#plan.tried.at(-1) ?? 'none');
      return step;
    }
    this.#loginEnded('');
    return false;
  }

  #cannotAnswer(prompts: string): void {
    this.#loginEnded(`and asked "${printable(prompts, 120)}", which only a person can answer`);
  }

  #loginEnded(ending: string): void {
    const loss = losses.loginLoss(this.#plan, ending, this.#facts.loginNotes);
    this.life.lose(this.#banner === '' ? loss : { ...loss, reply: this.#banner });
  }

  #onClientError(error: Error & { level?: string }): void {
    // ssh2 goes on to the next attempt by itself after these two.
    if (error.level === 'agent' || error.level === 'client-authentication') return;
    if (error.level === 'client-timeout') return this.life.lose(losses.silentLoss(this.#progress()));
    if (error.level === 'client-socket') return this.life.lose(losses.socketLoss(error, this.#progress()));
    this.life.lose(losses.streamLoss(error, this.#progress()));
  }

  #watchSftp(sftp: SFTPWrapper): void {
    const ended = () => this.life.lose(losses.channelEndLoss(undefined));
    sftp.on('error', (error: Error) => this.life.lose(losses.sftpLoss(error)));
    sftp.on('end', ended).on('close', ended);
  }

  /** Both offers, once, as soon as they matter. */
  #traceHello(): void {
    if (this.#isGreeted) return;
    this.#isGreeted = true;
    this.#trace.greeted(this.#hello.read(), this.#facts.offer);
  }

  #traceLoss({ code, reason }: Loss): void {
    this.#traceHello();
    this.#trace.over(`${code}, ${reason}`);
  }

  #progress(): losses.Progress {
    return {
      stands: this.life.stands,
      hello: this.#hello.read(),
      offer: this.#facts.offer,
      plan: this.#plan,
    };
  }
}
