import { request as startRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Platform } from '../../core/platform.js';
import { printable } from '../../core/printable.js';
import { cancelledError, throwIfCancelled, TransferError } from '../../core/transfer-error.js';
import type { SessionTrace } from '../../core/wire-trace.js';
import { EFT_INTERNAL_TIMEOUT, WSAECONNABORTED, WSAECONNRESET } from '../../core/winsock.js';
import { socketError } from '../../net/socket-errors.js';
import { showPlace } from '../../net/tcp-dialer.js';
import { tlsContext } from '../../net/tls-trust.js';
import { upgradeToTls } from '../../net/tls-upgrade.js';
import { ProgressLimit } from '../progress-limit.js';
import { unlessAborted } from '../interruptible.js';
import { BodyStopper, type Stoppable } from './body-stopper.js';
import { DialledAgent, type DialledRequest, type DialledTarget } from './dialled-agent.js';
import { OwnFailure } from './own-failure.js';
import {
  bodyBytes,
  flatHeaders,
  requestTarget,
  sendBody,
  shownHeaders,
  type S3Call,
  type SdkAnswer,
  type SdkRequest,
} from './s3-message.js';
import type { S3Options } from './s3-options.js';

/** No error of S3 is near this. */
const MAX_ERROR_BYTES = 1024 * 1024;
/** A page of 1,000 keys of 1,024 bytes, each byte escaped. */
const MAX_XML_BYTES = 16 * 1024 * 1024;
/** Larger bodies wait for the server's word, so that a refusal does not cost sending them. */
const ASKS_FIRST_BYTES = 1024 * 1024;
const ASKING_MS = 1000;
/** The whole of an answer in XML may take so many time limits: "complete" trickles blanks while S3 works. */
const ANSWER_LIMITS = 20;

/** The status and headers of the last answer, whatever became of its body. */
export interface S3Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * HTTP/1.1 for the SDK on sockets of our dialer: one connection at a time, kept between requests. Rejects with
 * TransferErrors: what the dialer and TLS say, TIMEOUT (2000), CONNECTION_LOST, LIMIT_EXCEEDED, PROTOCOL_VIOLATION.
 */
export class S3Transport {
  readonly #options: S3Options;
  readonly #platform: Platform;
  readonly #trace: SessionTrace;
  readonly #agent: DialledAgent;
  #tlsSession: Buffer | undefined;
  #socketFailure: Error | undefined;
  #isBodySent = false;
  #lastHead: S3Head | undefined;

  constructor(options: S3Options, platform: Platform, trace: SessionTrace) {
    this.#options = options;
    this.#platform = platform;
    this.#trace = trace;
    this.#agent = new DialledAgent((target) => this.#dial(target));
  }

  /** Undefined while the request under way has no answer. */
  get lastHead(): S3Head | undefined {
    return this.#lastHead;
  }

  /** The last request went out whole. */
  get isBodySent(): boolean {
    return this.#isBodySent;
  }

  close(): void {
    this.#agent.destroy();
  }

  async exchange(request: SdkRequest, call: S3Call): Promise<SdkAnswer> {
    throwIfCancelled(call.signal, call.phase);
    const attempt = new Attempt();
    try {
      return await this.#ask(request, call, attempt);
    } catch (error) {
      // A server may close what is idle at the very moment we ask. Nothing that changes something is asked twice.
      const isHarmless = HARMLESS.has(request.method) || (request.method === 'PUT' && !attempt.isBodyBegun);
      const isStale = attempt.isReused && this.#lastHead === undefined;
      if (!isHarmless || !isStale || !isLoss(error)) throw error;
      this.#trace.noted('the connection had been closed while it was idle: asked once more on a new one');
      return this.#ask(request, call, new Attempt());
    }
  }

  async #ask(request: SdkRequest, call: S3Call, attempt: Attempt): Promise<SdkAnswer> {
    this.#lastHead = undefined;
    this.#isBodySent = false;
    this.#socketFailure = undefined;
    const { clock } = this.#platform;
    const body = bodyBytes(request);
    const asksFirst = body.byteLength > ASKS_FIRST_BYTES;
    const sent = this.#start(request, asksFirst, call);
    const limit = new ProgressLimit(clock, this.#options.timeoutMs, () => sent.destroy(this.#timeout(call)));
    const onAbort = () => void sent.destroy(cancelledError(call.signal, call.phase));
    call.signal.addEventListener('abort', onAbort, { once: true });
    try {
      const answered = this.#answerOf(sent, attempt);
      const ready = asksFirst ? this.#invited(sent) : Promise.resolve();
      const isOver = () => sent.destroyed || this.#lastHead !== undefined;
      void ready.then(() => {
        attempt.isBodyBegun = !isOver();
        return sendBody(sent, body, isOver, () => limit.touch());
      });
      const answer = await answered;
      limit.stop();
      return await this.#taken(answer, sent, call);
    } catch (error) {
      sent.destroy();
      throw this.#failure(error, call);
    } finally {
      limit.stop();
      call.signal.removeEventListener('abort', onAbort);
    }
  }

  #start(request: SdkRequest, asksFirst: boolean, call: S3Call): ClientRequest {
    const target = requestTarget(request);
    this.#trace.sent(`${request.method} ${target} HTTP/1.1 [${shownHeaders(request.headers)}]`);
    const options: DialledRequest = {
      agent: this.#agent,
      method: request.method,
      host: request.hostname,
      port: request.port ?? this.#options.port,
      path: target,
      headers: asksFirst ? { ...request.headers, expect: '100-continue' } : request.headers,
      call,
    };
    return startRequest(options);
  }

  #answerOf(sent: ClientRequest, attempt: Attempt): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      sent.once('finish', () => {
        this.#isBodySent = true;
      });
      sent.once('socket', (socket) => {
        attempt.isReused = sent.reusedSocket;
        // A dialled socket comes paused.
        socket.resume();
      });
      sent.once('response', (answer) => {
        this.#lastHead = { status: answer.statusCode ?? 0, headers: flatHeaders(answer.headers) };
        this.#trace.received(
          `${answer.statusCode} ${printable(answer.statusMessage ?? '')} [${shownHeaders(this.#lastHead.headers)}]`,
        );
        resolve(answer);
      });
      // Stays for what may come later: an error without a listener would end the process.
      sent.on('error', (error) => {
        this.#socketFailure = error;
        reject(error);
      });
    });
  }

  /** The server's 100, its answer, or a second of silence: then it does not know the question. */
  #invited(sent: ClientRequest): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#platform.clock.startTimer(ASKING_MS, resolve);
      const go = () => {
        timer.cancel();
        resolve();
      };
      for (const event of ['continue', 'response', 'close'] as const) sent.once(event, go);
    });
  }

  async #taken(answer: IncomingMessage, sent: ClientRequest, call: S3Call): Promise<SdkAnswer> {
    const head = this.#lastHead as S3Head;
    const isGood = head.status >= 200 && head.status < 300;
    const isEarly = !sent.writableEnded;
    const body =
      isGood && call.streams === true ? answer : await this.#gathered(answer, isGood, isEarly, call);
    // The server did not want the rest, so what it would read next is not a request.
    if (isEarly) sent.destroy();
    return { statusCode: head.status, reason: answer.statusMessage ?? '', headers: head.headers, body };
  }

  async #gathered(
    answer: IncomingMessage,
    isGood: boolean,
    isEarly: boolean,
    call: S3Call,
  ): Promise<Uint8Array> {
    const maxBytes = isGood ? MAX_XML_BYTES : MAX_ERROR_BYTES;
    const { timeoutMs } = this.#options;
    const { clock } = this.#platform;
    const stopper = new BodyStopper(answer, call);
    const stop = () => stopper.stop(this.#timeout(call));
    const limit = new ProgressLimit(clock, timeoutMs, stop);
    const wholeLimit = clock.startTimer(isGood ? ANSWER_LIMITS * timeoutMs : timeoutMs, stop);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const chunk of answer as AsyncIterable<Uint8Array>) {
        limit.touch();
        bytes += chunk.byteLength;
        if (bytes > maxBytes) throw this.#tooMuch(`an answer of more than ${maxBytes} bytes`, call);
        chunks.push(chunk);
      }
    } catch (error) {
      // The status is known, and a server that breaks off after an early refusal has said what matters.
      if (isGood || !isEarly || error instanceof TransferError) throw error;
    } finally {
      limit.stop();
      wholeLimit.cancel();
      stopper.release();
    }
    stopper.check();
    return Buffer.concat(chunks);
  }

  /** Hands over a streamed body. Resolves with its size; a rejection of `take` is passed on as it is. */
  async payload(
    body: Stoppable,
    take: (chunk: Uint8Array) => Promise<void> | undefined,
    expectedBytes: number | undefined,
    call: S3Call,
  ): Promise<number> {
    const stopper = new BodyStopper(body, call);
    const limit = new ProgressLimit(this.#platform.clock, this.#options.timeoutMs, () =>
      stopper.stop(this.#timeout(call)),
    );
    let bytes = 0;
    const own = new OwnFailure();
    try {
      for await (const chunk of body) {
        limit.moved(chunk.byteLength);
        bytes += chunk.byteLength;
        const pause = own.run(() => take(chunk));
        if (pause === undefined) continue;
        limit.hold();
        await unlessAborted(own.wait(pause), call.signal, call.phase);
        limit.release();
      }
    } catch (error) {
      if (own.failure !== undefined) throw own.failure.error;
      if (error instanceof TransferError) throw error;
      throw this.#socketFailure === undefined
        ? this.#cutShort(bytes, expectedBytes, call)
        : this.#failure(this.#socketFailure, call);
    } finally {
      limit.stop();
      stopper.release();
    }
    stopper.check();
    return bytes;
  }

  async #dial({ host, port, call }: DialledTarget): Promise<Duplex> {
    const { security, tls, timeoutMs } = this.#options;
    const { clock, dialer, files } = this.#platform;
    const { signal } = call;
    const socket: Socket = await dialer.dial({ host, port }, { signal, timeoutMs });
    if (security === 'none') return socket;
    const secured = await upgradeToTls(socket, {
      context: await tlsContext(tls, files),
      serverName: tls.serverName ?? host,
      pins: tls.pins,
      place: showPlace(host, port),
      clock,
      timeoutMs,
      signal,
      session: this.#tlsSession,
      onSession: (session) => {
        this.#tlsSession = session;
      },
    });
    this.#trace.noted(`${secured.getProtocol() ?? 'TLS'}, ${secured.getCipher().name}`);
    return secured;
  }

  #failure(error: unknown, call: S3Call): TransferError {
    if (error instanceof TransferError) return error;
    if (call.signal.aborted) return cancelledError(call.signal, call.phase);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'HPE_HEADER_OVERFLOW') return this.#tooMuch('a head of more than 16 KiB', call);
    if (code?.startsWith('HPE_') === true) {
      return new TransferError({
        code: 'PROTOCOL_VIOLATION',
        lastCode: WSAECONNABORTED,
        phase: call.phase,
        message: `${this.#place}: the answer is not HTTP (${code})`,
        sessionLost: true,
        cause: error,
      });
    }
    return socketError(error, { phase: call.phase, place: this.#place });
  }

  #timeout(call: S3Call): TransferError {
    return new TransferError({
      code: 'TIMEOUT',
      lastCode: EFT_INTERNAL_TIMEOUT,
      phase: call.phase,
      message: `${this.#place}: no answer and no progress within ${this.#options.timeoutMs / 1000} s`,
      sessionLost: true,
    });
  }

  #tooMuch(what: string, call: S3Call): TransferError {
    return new TransferError({
      code: 'LIMIT_EXCEEDED',
      lastCode: WSAECONNABORTED,
      phase: call.phase,
      message: `${this.#place}: the server sent ${what}`,
      sessionLost: true,
    });
  }

  #cutShort(bytes: number, expectedBytes: number | undefined, call: S3Call): TransferError {
    const whole = expectedBytes === undefined ? '' : ` of ${expectedBytes}`;
    return new TransferError({
      code: 'TRUNCATED',
      lastCode: WSAECONNRESET,
      phase: call.phase,
      message: `${this.#place}: the server ended the connection after ${bytes}${whole} bytes`,
      sessionLost: true,
    });
  }

  get #place(): string {
    return showPlace(this.#options.host, this.#options.port);
  }
}

const HARMLESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

class Attempt {
  isReused = false;
  isBodyBegun = false;
}

function isLoss(error: unknown): boolean {
  return error instanceof TransferError && error.code === 'CONNECTION_LOST';
}
