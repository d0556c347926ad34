import type { Socket } from 'node:net';
import type { DialTarget } from '../../core/dialer.js';
import type { Platform } from '../../core/platform.js';
import type { RemotePath } from '../../core/remote-path.js';
import type { TransferError, Phase } from '../../core/transfer-error.js';
import type { SessionTrace } from '../../core/wire-trace.js';
import { showPlace } from '../../net/tcp-dialer.js';
import type { FtpCommand } from './ftp-command.js';
import { FtpControl } from './ftp-control.js';
import type { DataProtection } from './ftp-data-connection.js';
import { encodingNamed, type FtpEncoding } from './ftp-encoding.js';
import { isPositive, replyError, type FtpContext } from './ftp-errors.js';
import { UNKNOWN_FEATURES, type FtpFeatures } from './ftp-features.js';
import type { FtpOptions, FtpProxyOptions } from './ftp-options.js';
import type { FtpReply } from './ftp-replies.js';
import { WorkingFolder } from './ftp-working-folder.js';

/** Some servers never answer a NOOP that came during a transfer; waiting for it has to end. */
const NOOP_GRACE_MS = 5_000;

/**
 * What the parts of a connected session share: the control connection, and what was learnt about the server.
 */
export class FtpSession {
  readonly options: FtpOptions;
  readonly encoding: FtpEncoding;
  readonly trace: SessionTrace;
  /** The server as the user knows it, also while it is a proxy that we talk to. */
  readonly serverPlace: string;
  readonly platform: Platform;
  readonly control: FtpControl;
  features: FtpFeatures = UNKNOWN_FEATURES;
  /** The text of the greeting. */
  greeting = '';
  /** How data connections are protected; undefined: not at all. */
  dataProtection: DataProtection | undefined;
  /** Commands that this server answered with "unknown": not tried again. */
  readonly refusedVerbs = new Set<string>();
  /** The algorithm that OPTS HASH has set. */
  hash: string | undefined;
  /**
   * True once a passive data connection was made: later ones are opened at the same time as the command is
   * sent.
   */
  isPassiveProven = false;
  /** A transfer command is under way: NOOPs may be sent beside it. */
  isTransferring = false;
  #phase: Phase = 'connect';
  #type: 'A' | 'I' | undefined;
  readonly #folder = new WorkingFolder(this);
  readonly #ended = new AbortController();

  constructor(socket: Socket, options: FtpOptions, platform: Platform, trace: SessionTrace) {
    const { ftpProxy } = options;
    this.encoding = encodingNamed(options.encoding ?? 'auto');
    this.trace = trace;
    this.serverPlace = showPlace(options.host, options.port);
    this.control = new FtpControl(socket, {
      place: ftpProxy === undefined ? this.serverPlace : proxyPlace(ftpProxy),
      clock: platform.clock,
      trace,
      encoding: this.encoding,
    });
    this.options = options;
    this.platform = platform;
  }

  /** Aborted, with a TransferError as the reason, when everything of the session has to stop at once. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** What the present call is doing, for errors. */
  get phase(): Phase {
    return this.#phase;
  }

  get context(): FtpContext {
    return { ...this.control.context, phase: this.#phase };
  }

  enterPhase(phase: Phase, doing: string): void {
    this.#phase = phase;
    this.control.describe(doing, phase);
  }

  /** Closes every socket at once; whatever waits rejects with `error`. The first call counts. */
  end(error: TransferError): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(error);
    this.control.fail(error);
  }

  /** Sends one command and gives its reply, whatever it says. */
  async ask(verb: string, argument?: FtpCommand['argument']): Promise<FtpReply> {
    await this.send({ verb, argument });
    return this.control.reply(this.options.timeoutMs);
  }

  /** Sends one command; the caller takes its replies. */
  async send(command: FtpCommand): Promise<void> {
    await this.control.quiet(Math.min(NOOP_GRACE_MS, this.options.timeoutMs));
    this.control.send(command, this.#phase);
  }

  /** Sends one command that must be answered with a 2yz. */
  async must(verb: string, argument?: FtpCommand['argument']): Promise<FtpReply> {
    const reply = await this.ask(verb, argument);
    if (!isPositive(reply)) throw replyError(reply, this.context);
    return reply;
  }

  /** Sets the representation type when it is another than the present one. */
  async useType(type: 'A' | 'I'): Promise<void> {
    if (this.#type === type) return;
    await this.must('TYPE', type);
    this.#type = type;
  }

  /** See `WorkingFolder`. */
  argument(path: RemotePath): Promise<string> {
    return this.#folder.argument(path);
  }

  twoArguments(first: RemotePath, second: RemotePath): Promise<readonly [string, string]> {
    return this.#folder.twoArguments(first, second);
  }

  enterFolder(folder: RemotePath): Promise<FtpReply | undefined> {
    return this.#folder.enter(folder);
  }
}

/** What the control connection is dialled to. */
export function dialTarget({ host, port, bindAddress, ftpProxy }: FtpOptions): DialTarget {
  const localAddress = bindAddress === undefined ? {} : { localAddress: bindAddress };
  return { host: ftpProxy?.host ?? host, port: ftpProxy?.port ?? port, ...localAddress };
}

export function proxyPlace({ host, port }: FtpProxyOptions): string {
  return `FTP proxy ${showPlace(host, port)}`;
}

/**
 * Where data connections go, and come from: to the other end of the control connection and nowhere else. Behind
 * proxies that end's address is the proxy's, so they go to what the control connection was dialled to.
 */
export function dataHost({ options, control }: FtpSession): string {
  if (options.proxies.length > 0) return dialTarget(options).host;
  return control.socket.remoteAddress ?? '';
}
