import { TransferError } from '../../core/transfer-error.js';
import { WSAECONNRESET } from '../../core/winsock.js';
import { socketError } from '../../net/socket-errors.js';
import { ProgressLimit } from '../progress-limit.js';
import type { ByteSink, ByteSource } from '../protocol-client.js';
import type { Socket } from 'node:net';
import { prepareData, type DataConnection } from './ftp-data-connection.js';
import { receiveInto, sendFrom, type Flow, type FlowEnd } from './ftp-data-pump.js';
import { isPositive, replyError, timeoutError } from './ftp-errors.js';
import type { FtpReply } from './ftp-replies.js';
import type { FtpSession } from './ftp-session.js';
import { within } from './within.js';

/** How long a server may keep its 150 back before an upload begins all the same: some never send it. */
const PRELIMINARY_GRACE_MS = 5_000;
/**
 * A slow line takes long for what the system has in hand of an upload, some megabytes, and nobody tells us how far it
 * is: while the server holds the data connection open, this many limits more.
 */
const DRAIN_LIMITS = 3;
/** How long the server may take to say why, once a data connection broke off. */
const REASON_GRACE_MS = 5_000;
/**
 * The same when it is we who broke off, so that only the session is at stake: Pure-FTPd 1.0.50 then says
 * nothing at all.
 */
const STOP_GRACE_MS = 1_000;

/** How long the server may take to answer our close_notify with its own, once it has confirmed the transfer. */
const TLS_END_GRACE_MS = 1_000;

export interface TransferCommand {
  readonly verb: string;
  readonly argument?: string | undefined;
  /** Sent as REST right before the command. */
  readonly restartAt?: number | undefined;
}

export type TransferResult = Transferred | Refused;

export interface Transferred {
  readonly kind: 'done';
  /** The final reply: any 2yz. */
  readonly reply: FtpReply;
  /** Bytes on the wire. */
  readonly bytes: number;
  /** Size that the preliminary reply announced: `150 Opening ... (1234 bytes)`. */
  readonly announcedBytes: number | undefined;
  /** Over TLS: the stream may have been cut by a reset. */
  readonly isDoubtful?: boolean;
}

/** The server's 4yz or 5yz, before or after data had begun to flow. */
export interface Refused {
  readonly kind: 'refused';
  readonly reply: FtpReply;
  readonly hadBegun: boolean;
}

/**
 * Runs a command that sends us data. Resolves when both the stream has ended and the final reply is in, in
 * either order. Rejects with what the sink rejected with; REPLY_LOST when the stream ended in order and only
 * the final reply is missing (all bytes may be here: compare the size); TRUNCATED when the data connection
 * broke although the server said 2yz; else with the connection's failure.
 */
export function receiveData(
  session: FtpSession,
  command: TransferCommand,
  sink: ByteSink,
): Promise<TransferResult> {
  return transfer(session, command, async (socket, exchange) => receiveInto(socket, sink, exchange.progress));
}

/**
 * Runs a command that takes data from us. Resolves when everything was sent and the final reply is in. Rejects
 * as `receiveData` does; REPLY_LOST: all bytes went out and only the final reply is missing.
 */
export function sendData(
  session: FtpSession,
  command: TransferCommand,
  source: ByteSource,
): Promise<TransferResult> {
  return transfer(session, command, async (socket, exchange) => {
    await exchange.begun();
    return exchange.isStopped
      ? undefined
      : sendFrom(source, socket, exchange.progress, session.platform.blocks);
  });
}

type BeginFlow = (socket: Socket, exchange: Exchange) => Promise<Flow | undefined>;

async function transfer(
  session: FtpSession,
  command: TransferCommand,
  begin: BeginFlow,
): Promise<TransferResult> {
  const data = await prepareData(session);
  try {
    if (command.restartAt !== undefined) await askRestart(session, command.restartAt);
    const exchange = new Exchange(session, data);
    try {
      return await exchange.run(command, begin);
    } finally {
      exchange.progress.stop();
      session.isTransferring = false;
    }
  } finally {
    data.close();
  }
}

async function askRestart(session: FtpSession, offset: number): Promise<void> {
  const reply = await session.ask('REST', String(offset));
  if (reply.code >= 300 && reply.code < 400) return;
  throw replyError(reply, session.context, { code: 'UNSUPPORTED' });
}

/** The last word of the control connection about a command. */
type Verdict =
  | { readonly kind: 'positive'; readonly reply: FtpReply }
  | { readonly kind: 'refused'; readonly reply: FtpReply }
  | { readonly kind: 'lost'; readonly error: TransferError };

/** One transfer command: its replies and its data connection, which come to their ends in any order. */
class Exchange {
  readonly progress: ProgressLimit;
  isStopped = false;
  readonly #session: FtpSession;
  readonly #data: DataConnection;
  #flow: Flow | undefined;
  #isDataOpen: () => boolean = () => false;
  #announcedBytes: number | undefined;
  #hadBegun = false;
  #begin: () => void = () => undefined;
  readonly #beginning = new Promise<void>((resolve) => {
    this.#begin = resolve;
  });

  constructor(session: FtpSession, data: DataConnection) {
    this.#session = session;
    this.#data = data;
    const { timeoutMs } = session.options;
    this.progress = new ProgressLimit(session.platform.clock, timeoutMs, () =>
      session.end(timeoutError(session.context, timeoutMs, 'no progress')),
    );
  }

  /** Resolves once the server said that it begins, or said its last word, or kept silent for a while. */
  async begun(): Promise<void> {
    const { options, platform } = this.#session;
    await within(this.#beginning, Math.min(PRELIMINARY_GRACE_MS, options.timeoutMs / 2), platform.clock);
  }

  async run(command: TransferCommand, begin: BeginFlow): Promise<TransferResult> {
    const { verb, argument } = command;
    await this.#session.send({ verb, argument });
    this.#session.isTransferring = true;
    const verdict = this.#readVerdict();
    const end = await this.#runFlow(begin);
    this.progress.release();
    this.progress.touch();
    this.#session.trace.noted(`data connection ${end.kind} after ${end.bytes} bytes`);
    switch (end.kind) {
      case 'ended': {
        this.progress.extend(DRAIN_LIMITS, this.#isDataOpen);
        const result = this.#judgeEnded(await verdict, end.bytes);
        const isDoubtful = end.isDoubtful === true;
        await this.#data.ended(TLS_END_GRACE_MS, this.#session.platform.clock);
        return result.kind === 'done' ? { ...result, isDoubtful } : result;
      }
      case 'broken':
        return this.#judgeBroken(await this.#lateVerdict(verdict, REASON_GRACE_MS), end);
      case 'stopped':
        this.#data.hangUp();
        await this.#lateVerdict(verdict, STOP_GRACE_MS);
        throw end.reason;
    }
  }

  async #runFlow(begin: BeginFlow): Promise<FlowEnd> {
    try {
      const socket = await this.#data.socket;
      this.progress.touch();
      this.#isDataOpen = () => !socket.readableEnded && !socket.destroyed;
      this.#flow = await begin(socket, this);
    } catch (cause) {
      return { kind: 'broken', bytes: 0, cause };
    }
    return this.#flow === undefined ? { kind: 'broken', bytes: 0, cause: undefined } : this.#flow.end;
  }

  async #readVerdict(): Promise<Verdict> {
    try {
      const reply = await this.#finalReply();
      if (isPositive(reply)) return { kind: 'positive', reply };
      this.#stopFlow();
      return { kind: 'refused', reply };
    } catch (error) {
      // Once begun, the data may be whole all the same: gateways forget a control connection that is silent for
      // long.
      if (!this.#hadBegun) this.#stopFlow();
      return { kind: 'lost', error: error as TransferError };
    } finally {
      this.#begin();
    }
  }

  async #finalReply(): Promise<FtpReply> {
    for (;;) {
      const reply = await this.#session.control.reply();
      this.progress.touch();
      if (reply.code >= 200) return reply;
      this.#announcedBytes ??= announcedSize(reply);
      this.#hadBegun = true;
      this.#begin();
    }
  }

  #stopFlow(): void {
    this.isStopped = true;
    this.#flow?.cancel(undefined);
    this.#data.close();
  }

  #judgeEnded(verdict: Verdict, bytes: number): TransferResult {
    switch (verdict.kind) {
      case 'positive':
        return { kind: 'done', reply: verdict.reply, bytes, announcedBytes: this.#announcedBytes };
      case 'refused':
        return { kind: 'refused', reply: verdict.reply, hadBegun: this.#hadBegun };
      case 'lost':
        // Nothing went over before the server was gone: then nothing is in doubt.
        if (isOurDoing(verdict.error) || (bytes === 0 && !this.#hadBegun)) throw verdict.error;
        throw replyLost(this.#session, verdict.error, bytes);
    }
  }

  #judgeBroken(verdict: Verdict | undefined, end: FlowEnd & { kind: 'broken' }): TransferResult {
    switch (verdict?.kind) {
      case undefined:
        throw dataError(this.#session, end.cause).with({ sessionLost: true });
      case 'refused':
        return { kind: 'refused', reply: verdict.reply, hadBegun: this.#hadBegun };
      case 'lost':
        throw verdict.error;
      case 'positive':
        return this.#judgeBrokenButPositive(verdict.reply, end);
    }
  }

  /** A stream cut without its proper end is whole only where the server told its size beforehand. */
  #judgeBrokenButPositive(reply: FtpReply, end: FlowEnd & { kind: 'broken' }): TransferResult {
    const { signal } = this.#session;
    // The final reply came early, and the rest was cut by our own clock, or by whoever cancelled.
    if (signal.aborted) throw signal.reason;
    const { bytes, cause } = end;
    const announcedBytes = this.#announcedBytes;
    if (bytes > 0 && bytes === announcedBytes) return { kind: 'done', reply, bytes, announcedBytes };
    throw dataError(this.#session, cause).with({ code: 'TRUNCATED', lastCode: -1, sessionLost: false });
  }

  /** Undefined, and the session lost, when the server keeps silent about a data connection that is gone. */
  async #lateVerdict(verdict: Promise<Verdict>, graceMs: number): Promise<Verdict | undefined> {
    const { platform, options, context } = this.#session;
    const limitMs = Math.min(graceMs, options.timeoutMs);
    this.progress.stop();
    const word = await within(verdict, limitMs, platform.clock);
    if (word === undefined) this.#session.end(timeoutError(context, limitMs));
    return word;
  }
}

function announcedSize(reply: FtpReply): number | undefined {
  const match = /\((\d{1,15}) bytes\)/i.exec(reply.lines.join(' '));
  return match === null ? undefined : Number(match[1]);
}

/** We broke off ourselves, so nothing is in doubt. */
function isOurDoing(error: TransferError): boolean {
  return error.code === 'CANCELLED' || error.code === 'CLOSED';
}

function replyLost(session: FtpSession, cause: TransferError, bytes: number): TransferError {
  const { place, doing, phase } = session.context;
  return new TransferError({
    code: 'REPLY_LOST',
    lastCode: cause.lastCode,
    phase,
    message: `${place} ${doing}: all ${bytes} bytes went over, but the server's final reply is missing`,
    sessionLost: true,
    cause,
  });
}

function dataError(session: FtpSession, cause: unknown): TransferError {
  const { place, doing, phase } = session.context;
  if (cause !== undefined) return socketError(cause, { phase, place: `${place} ${doing}: data connection` });
  return new TransferError({
    code: 'CONNECTION_LOST',
    lastCode: WSAECONNRESET,
    phase,
    message: `${place} ${doing}: the data connection was closed too early`,
  });
}
