import type { IncomingHttpHeaders } from 'node:http';
import type { Client, Dispatcher } from 'undici';
import { ProgressLimit } from '../progress-limit.js';
import type { Clock } from '../../core/clock.js';
import { cancelledError, type Phase, TransferError } from '../../core/transfer-error.js';
import { EFT_INTERNAL_TIMEOUT } from '../../core/winsock.js';
import { exchangeError } from './http-errors.js';
import {
  headerLines,
  type ChunkSink,
  type HttpRequest,
  type HttpResponse,
  type StreamBody,
} from './http-message.js';
import type { HttpWire, WireListener } from './http-wire.js';

/** What a request is for: whom errors name, and who may cancel it. */
export interface HttpCall {
  readonly phase: Phase;
  /** For messages: `PUT /in/a.xml`; already printable. */
  readonly doing: string;
  readonly signal: AbortSignal;
}

/** How long a server may take to say whether it wants the body before it gets it (RFC 9110, section 10.1.1). */
const ASKING_MS = 1_000;

/** The connection that an exchange runs on. */
export interface ExchangeLine {
  readonly client: Client;
  readonly wire: HttpWire;
  readonly place: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Closes the connection at once. */
  destroy(): void;
}

export interface ExchangeFacts {
  readonly request: HttpRequest;
  readonly call: HttpCall;
  /** The body waits for the server's word. */
  readonly asksFirst: boolean;
  /** The server did not say in time whether it wants the body. */
  readonly neverAnswersAsking: () => void;
  readonly interim: (line: string) => void;
}

/** How far a request came, for whoever decides whether it may be sent once more. */
export interface ExchangeProgress {
  /** The request was given to the connection. */
  readonly started: boolean;
  /** Bytes of the body have left, or may have. */
  readonly bodyBegun: boolean;
  /** All of the request has left. */
  readonly sentWhole: boolean;
  /** A byte of the answer has come. */
  readonly answered: boolean;
}

/**
 * One request and its answer. Every wait has a limit and hears of a cancel; whatever breaks in it costs the connection.
 */
export class HttpExchange implements Dispatcher.DispatchHandler, WireListener, HttpResponse {
  readonly #line: ExchangeLine;
  readonly #facts: ExchangeFacts;
  readonly #limit: ProgressLimit;
  readonly #onAbort: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #resolveHead: (response: HttpResponse) => void = () => undefined;
  #rejectHead: (reason: unknown) => void = () => undefined;
  #failure: { readonly reason: unknown } | undefined;
  #body:
    { readonly sink: ChunkSink; resolve(bytes: number): void; reject(reason: unknown): void } | undefined;
  #openBody: () => void = () => undefined;
  readonly #mayGo = new Promise<void>((resolve) => {
    this.#openBody = resolve;
  });
  #progress = { started: false, bodyBegun: false, sentWhole: false, answered: false };
  #headers: IncomingHttpHeaders = {};
  #bodyBytes = 0;
  #isEnded = false;
  status = 0;
  reason = '';
  isEarly = false;

  constructor(line: ExchangeLine, facts: ExchangeFacts) {
    this.#line = line;
    this.#facts = facts;
    this.#onAbort = () => this.fail(cancelledError(facts.call.signal, facts.call.phase));
    this.#limit = new ProgressLimit(line.clock, line.timeoutMs, () => this.fail(this.#timeout()));
  }

  get progress(): ExchangeProgress {
    return this.#progress;
  }

  /** Resolves with the answer once its head is here; rejects with what became of the exchange. */
  run(): Promise<HttpResponse> {
    const { call, request, asksFirst } = this.#facts;
    return new Promise((resolve, reject) => {
      this.#resolveHead = resolve;
      this.#rejectHead = reject;
      if (call.signal.aborted) return this.#onAbort();
      call.signal.addEventListener('abort', this.#onAbort, { once: true });
      this.#line.wire.begin(this, asksFirst);
      try {
        this.#line.client.dispatch(this.#dispatchOptions(request), this);
      } catch (error) {
        this.fail(this.#explain(error));
      }
    });
  }

  #dispatchOptions({ method, target, headers, body }: HttpRequest): Dispatcher.DispatchOptions {
    const options = { method, path: target, headers: headers.flat(), reset: false };
    if (body === undefined) return options;
    if (body.kind === 'bytes') return { ...options, body: body.bytes };
    // undici takes an async iterable; its types know streams only.
    return { ...options, body: this.#feed(body) as unknown as string };
  }

  /**
   * The body of the request. Each chunk is held back until the source has told what comes after it: a source that
   * fails at its end, or is longer or shorter than announced, never makes a whole request.
   */
  async *#feed(body: StreamBody): AsyncGenerator<Uint8Array> {
    try {
      const chunks = this.#chunksOf(body);
      let bytes = 0;
      if (this.#facts.asksFirst) {
        // undici sends the head with the first bytes, which the wire then keeps. No more is taken until it may go.
        yield Buffer.from((body.first[0] as Uint8Array).subarray(0, 1));
        await this.#mayGo;
      }
      for (let held = await chunks.next(); held.done !== true;) {
        bytes += held.value.byteLength;
        const following = await chunks.next();
        if (following.done === true) this.#requireSize(bytes, body.sizeBytes);
        if (this.status !== 0 || this.#failure !== undefined) return await never();
        this.#progress.bodyBegun = true;
        const isBegun = bytes === held.value.byteLength && this.#facts.asksFirst;
        yield isBegun ? held.value.subarray(1) : held.value;
        held = following;
      }
      this.#progress.sentWhole = true;
    } catch (reason) {
      this.fail(reason);
      await never();
    }
  }

  async *#chunksOf({ first, rest }: StreamBody): AsyncGenerator<Uint8Array> {
    yield* first;
    for (;;) {
      this.#limit.hold();
      const step = await rest.next();
      this.#limit.release();
      if (step.done === true) return;
      if (step.value.byteLength > 0) yield step.value;
    }
  }

  #requireSize(bytes: number, sizeBytes: number | undefined): void {
    if (sizeBytes === undefined || bytes === sizeBytes) return;
    throw this.#error('SOURCE_CHANGED', -1, `the source gave ${bytes} bytes instead of ${sizeBytes}`);
  }

  sent(bytes: number): void {
    this.#limit.moved(bytes);
  }

  answered(): void {
    this.#progress.answered = true;
  }

  interim(line: string): void {
    this.#limit.touch();
    this.#letBodyGo();
    this.#facts.interim(line);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    const { body } = this.#facts.request;
    this.#progress.started = true;
    this.#progress.bodyBegun = body?.kind === 'bytes' && !this.#facts.asksFirst;
    this.#progress.sentWhole = body === undefined || this.#progress.bodyBegun;
    if (!this.#facts.asksFirst) return;
    this.#line.clock.startTimer(ASKING_MS, () => this.#stopAsking());
  }

  #stopAsking(): void {
    if (this.#progress.answered || this.#failure !== undefined || !this.#line.wire.holdsBody) return;
    this.#facts.neverAnswersAsking();
    this.#line.wire.letBodyGo();
    this.#letBodyGo();
  }

  #letBodyGo(): void {
    const { body } = this.#facts.request;
    this.#progress.bodyBegun ||= body !== undefined;
    this.#progress.sentWhole ||= body?.kind === 'bytes';
    this.#openBody();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    reason = '',
  ): void {
    if (this.#failure !== undefined) return;
    this.status = status;
    this.reason = reason;
    this.#headers = headers;
    this.isEarly = !this.#progress.sentWhole || this.#line.wire.holdsBody;
    this.#limit.touch();
    // The body comes once somebody takes it.
    this.#limit.hold();
    controller.pause();
    this.#resolveHead(this);
  }

  header(name: string): string | undefined {
    const lines = this.headerLines(name);
    return lines.length === 0 ? undefined : lines.join(', ');
  }

  headerLines(name: string): readonly string[] {
    return headerLines(this.#headers, name);
  }

  bytesAfterHead(): number {
    return this.#line.wire.bodyBytes;
  }

  take(sink: ChunkSink): Promise<number> {
    return new Promise((resolve, reject) => {
      // Errors of sink and source are passed on as they are.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      if (this.#failure !== undefined) return reject(this.#failure.reason);
      this.#body = { sink, resolve, reject };
      if (this.#isEnded) return this.#finish();
      this.#limit.release();
      this.#controller?.resume();
    });
  }

  async text(limitBytes: number): Promise<string> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    try {
      await this.take((chunk) => {
        bytes += chunk.byteLength;
        chunks.push(chunk);
        if (bytes > limitBytes) throw new TooLong();
        return undefined;
      });
    } catch (error) {
      if (this.#facts.call.signal.aborted) throw error;
      // Words beside a status: their end, or a connection that breaks in them, is of no interest.
    }
    return Buffer.concat(chunks).subarray(0, limitBytes).toString('utf8');
  }

  drop(): void {
    if (!this.#isEnded) this.fail(new TooLong());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    // undici hands out an empty chunk when it goes on; to pause in it would be a circle.
    if (this.#failure !== undefined || chunk.byteLength === 0) return;
    this.#bodyBytes += chunk.byteLength;
    this.#limit.moved(chunk.byteLength);
    let wait: Promise<void> | undefined;
    try {
      wait = this.#body?.sink(chunk);
    } catch (reason) {
      return this.fail(reason);
    }
    if (wait === undefined) return;
    this.#limit.hold();
    controller.pause();
    wait.then(
      () => {
        if (this.#failure !== undefined) return;
        this.#limit.release();
        controller.resume();
      },
      (reason: unknown) => this.fail(reason),
    );
  }

  onResponseEnd(): void {
    if (this.#failure !== undefined) return;
    this.#isEnded = true;
    this.#letGo();
    if (this.#body !== undefined) this.#finish();
  }

  #finish(): void {
    if (this.isEarly) this.#line.destroy();
    this.#body?.resolve(this.#bodyBytes);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(this.#explain(error));
  }

  /** Ends the exchange with this reason and closes the connection. The first call counts. */
  fail(reason: unknown): void {
    if (this.#failure !== undefined || this.#isEnded) return;
    this.#failure = { reason };
    this.#letGo();
    this.#line.destroy();
    this.#rejectHead(reason);
    this.#body?.reject(reason);
  }

  #letGo(): void {
    this.#limit.stop();
    this.#facts.call.signal.removeEventListener('abort', this.#onAbort);
  }

  #explain(error: unknown): TransferError {
    return exchangeError(error, {
      place: this.#line.place,
      call: this.#facts.call,
      status: this.status,
      sentWhole: this.#progress.sentWhole && this.#facts.request.body !== undefined,
    });
  }

  #timeout(): TransferError {
    const seconds = this.#line.timeoutMs / 1000;
    const what = this.status === 0 ? 'no answer' : 'no progress';
    const isUnconfirmed =
      this.status === 0 && this.#progress.sentWhole && this.#facts.request.body !== undefined;
    return this.#error(
      isUnconfirmed ? 'REPLY_LOST' : 'TIMEOUT',
      EFT_INTERNAL_TIMEOUT,
      `${what} within ${seconds} s`,
      true,
    );
  }

  #error(code: TransferError['code'], lastCode: number, text: string, sessionLost = false): TransferError {
    const { doing, phase } = this.#facts.call;
    const message = `${this.#line.place}: ${doing}: ${text}`;
    return new TransferError({ code, lastCode, phase, message, sessionLost });
  }
}

class TooLong extends Error {}

/** The request is over: nobody takes its body to the end. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
