import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../core/clock.js';
import type { Phase, TransferError } from '../../core/transfer-error.js';
import type { SessionTrace } from '../../core/wire-trace.js';
import { encodeCommand, showCommand, type FtpCommand } from './ftp-command.js';
import {
  brokenOff,
  connectionLostError,
  problemError,
  replyError,
  timeoutError,
  type FtpContext,
} from './ftp-errors.js';
import type { FtpEncoding } from './ftp-encoding.js';
import { replyLines, ReplyParser, type FtpReply } from './ftp-replies.js';

/** More replies than this that nobody asked for, and the server is broken or hostile. */
const MAX_UNREAD_REPLIES = 100;

export interface FtpControlOptions {
  /** The server as the user knows it, for example `ftp.acme.example:21`. */
  readonly place: string;
  readonly clock: Clock;
  readonly trace: SessionTrace;
  readonly encoding: FtpEncoding;
}

/**
 * The control connection: one command at a time, never pipelined, each wait with its limit. After its first
 * failure it is dead: the socket is closed, and every wait then and later rejects with that failure.
 */
export class FtpControl {
  /** Who we talk to, for messages: an FTP proxy, until it has connected us with the server. */
  place: string;
  readonly #options: FtpControlOptions;
  #socket: Socket;
  readonly #parser: ReplyParser;
  #unread: FtpReply[] = [];
  #waiter: Waiter | undefined;
  #failure: TransferError | undefined;
  #doing = 'greeting';
  #phase: Phase = 'connect';
  #isCommandOpen = false;
  #openNoops = 0;
  #onQuiet: (() => void) | undefined;

  constructor(socket: Socket, options: FtpControlOptions) {
    this.#socket = socket;
    this.#options = options;
    this.place = options.place;
    this.#parser = new ReplyParser(options.encoding);
    this.#attach(socket);
  }

  get socket(): Socket {
    return this.#socket;
  }

  /** Why the connection is dead; undefined while it lives. */
  get failure(): TransferError | undefined {
    return this.#failure;
  }

  /** What goes on, for messages about things beside the control connection. */
  get context(): FtpContext {
    return { place: this.place, doing: this.#doing, phase: this.#phase };
  }

  /** A command was sent whose last reply has not come yet. */
  get isCommandOpen(): boolean {
    return this.#isCommandOpen;
  }

  /** Names what goes on for messages where no command of the control connection is at work. */
  describe(doing: string, phase: Phase): void {
    this.#doing = doing;
    this.#phase = phase;
  }

  /**
   * Writes one command. Replies that came unasked before it are dropped: they answer nothing that is still
   * open. Throws before a byte is written when the connection is dead or the command holds a control character.
   */
  send(command: FtpCommand, phase: Phase): void {
    if (this.#failure !== undefined) throw this.#failure.with({ phase });
    const bytes = this.encode(command, phase);
    const shown = showCommand(command);
    this.describe(shown, phase);
    this.#options.trace.sent(shown);
    this.#unread = [];
    this.#isCommandOpen = true;
    this.#socket.write(bytes);
  }

  /** The command as it would go out; throws where it may not. */
  encode(command: FtpCommand, phase: Phase): Buffer {
    return encodeCommand(command, this.place, phase, this.#options.encoding);
  }

  /**
   * Sends NOOP beside whatever goes on, to keep the connection open. Its reply is taken out wherever it comes:
   * before a transfer's own last reply, which is never a 200 (ProFTPD), or after it (vsftpd).
   */
  sendNoop(): void {
    // Whoever waits for quiet would wait for ever for one more.
    if (this.#failure !== undefined || this.#onQuiet !== undefined) return;
    this.#openNoops += 1;
    this.#options.trace.sent('NOOP');
    this.#socket.write('NOOP\r\n');
  }

  /**
   * Resolves once every NOOP is answered: the next reply is then the next command's. Kills the connection after
   * `limitMs`.
   */
  async quiet(limitMs: number): Promise<void> {
    if (this.#openNoops === 0 || this.#failure !== undefined) return;
    const timer = this.#options.clock.startTimer(limitMs, () =>
      this.fail(timeoutError(this.context, limitMs)),
    );
    await new Promise<void>((resolve) => {
      this.#onQuiet = resolve;
    });
    this.#onQuiet = undefined;
    timer.cancel();
  }

  /**
   * The next reply, whatever it says. Rejects when the connection dies or after `limitMs` (then it is dead: an
   * answer that comes later would be taken for another's). Without a limit the caller keeps the time.
   */
  reply(limitMs?: number): Promise<FtpReply> {
    const unread = this.#unread.shift();
    if (unread !== undefined) return Promise.resolve(unread);
    if (this.#failure !== undefined) return Promise.reject(this.#failure.with({ phase: this.#phase }));
    return new Promise((resolve, reject) => {
      const timer =
        limitMs === undefined
          ? undefined
          : this.#options.clock.startTimer(limitMs, () => this.fail(timeoutError(this.context, limitMs)));
      this.#waiter = { resolve, reject, timer };
    });
  }

  /** Kills the connection; the first failure is kept. */
  fail(error: TransferError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#options.trace.noted(`closed: ${error.message}`);
    this.#socket.destroy();
    this.#takeWaiter()?.reject(error);
    this.#onQuiet?.();
  }

  /**
   * The stream's end is no failure from here on: TLS may end with the reply to CCC. `attach` takes that back.
   */
  expectEnd(): void {
    this.#socket.removeListener('end', this.#onEnd);
    this.#socket.removeListener('close', this.#onEnd);
  }

  /**
   * Takes the socket off, so that TLS can be put around it. PROTOCOL_VIOLATION when the server sent anything
   * after its last reply: such bytes would be read as if they had come protected (the class of CVE-2021-38371).
   */
  detach(): Socket {
    const isClean =
      this.#parser.isBetweenReplies && this.#unread.length === 0 && this.#socket.readableLength === 0;
    if (!isClean) {
      this.fail(
        brokenOff('PROTOCOL_VIOLATION', this.context, 'the server sent clear text where TLS has to begin'),
      );
    }
    if (this.#failure !== undefined) throw this.#failure;
    this.#socket.pause();
    this.#socket.removeListener('data', this.#onData);
    this.#socket.removeListener('end', this.#onEnd);
    this.#socket.removeListener('close', this.#onEnd);
    this.#socket.removeListener('error', this.#onError);
    return this.#socket;
  }

  /** Goes on with another socket: TLS around the one before, or that one again after CCC. */
  attach(socket: Socket): void {
    this.#socket = socket;
    this.#attach(socket);
  }

  #attach(socket: Socket): void {
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onEnd);
    socket.on('error', this.#onError);
    socket.resume();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#failure !== undefined) return;
    const problem = this.#parser.push(chunk, (reply) => this.#take(reply));
    if (problem !== undefined) this.fail(problemError(problem, this.context));
  };

  readonly #onEnd = (): void => this.fail(connectionLostError(this.context));

  readonly #onError = (cause: Error): void => this.fail(connectionLostError(this.context, cause));

  #take(reply: FtpReply): void {
    if (this.#failure !== undefined) return;
    for (const line of replyLines(reply)) this.#options.trace.received(line);
    if (this.#answersNoop(reply)) return this.#closeNoop();
    if (reply.code >= 200) this.#isCommandOpen = false;
    const waiter = this.#takeWaiter();
    if (waiter !== undefined) waiter.resolve(reply);
    else this.#unread.push(reply);
    // 421 at any time: the server closes the connection (RFC 959, section 5.4).
    if (reply.code === 421) this.fail(replyError(reply, this.context));
    else if (this.#unread.length > MAX_UNREAD_REPLIES) {
      this.fail(
        brokenOff(
          'LIMIT_EXCEEDED',
          this.context,
          'the server sent more than 100 replies that nobody asked for',
        ),
      );
    }
  }

  #answersNoop(reply: FtpReply): boolean {
    if (this.#openNoops === 0 || reply.code === 421) return false;
    return !this.#isCommandOpen || reply.code === 200 || reply.code === 500 || reply.code === 502;
  }

  #closeNoop(): void {
    this.#openNoops -= 1;
    if (this.#openNoops === 0) this.#onQuiet?.();
  }

  #takeWaiter(): Waiter | undefined {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.timer?.cancel();
    return waiter;
  }
}

interface Waiter {
  readonly resolve: (reply: FtpReply) => void;
  readonly reject: (error: TransferError) => void;
  readonly timer: Timer | undefined;
}
