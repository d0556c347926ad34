import type { Platform } from '../../core/platform.js';
import { printable } from '../../core/printable.js';
import { TransferError, type Phase } from '../../core/transfer-error.js';
import type { SessionTrace } from '../../core/wire-trace.js';
import { HttpConnection } from './http-connection.js';
import { statusError, statusLine } from './http-errors.js';
import type { HttpCall, HttpExchange } from './http-exchange.js';
import { LoginState } from './http-login.js';
import type { HeaderLine, HttpRequest, HttpResponse } from './http-message.js';
import type { HttpOptions } from './http-options.js';
import { authorityOf, isSameOrigin, placeOf, type HttpAddress, type HttpOrigin } from './http-origin.js';
import { followRedirect, isRedirect, isSafe, redirectRefused, showAddress } from './http-redirect.js';
import { startsOnLoopback, targetProblem } from './redirect-target.js';

/** Of an answer that is not wanted, so much is read to keep the connection. */
const MAX_PASSED_OVER_BYTES = 64 * 1024;

/** An answer, and the address that gave it. */
export interface HttpAnswer {
  readonly response: HttpResponse;
  readonly address: HttpAddress;
}

/** How one request went, kept while it is sent again elsewhere or with a login. */
interface Attempt {
  address: HttpAddress;
  readonly visited: string[];
  /** Where the address was looked up for a redirect: what it was found to be. */
  dialled: string | undefined;
  hasBeenRepeated: boolean;
}

/**
 * What the requests of one session share: the connection, which is made anew when the server has closed it between two
 * requests; the login; redirects. A request is sent a second time only where it is known that the first was not begun.
 */
export class HttpSession {
  readonly options: HttpOptions;
  readonly place: string;
  readonly origin: HttpOrigin;
  readonly trace: SessionTrace;
  readonly #platform: Platform;
  readonly #login: LoginState;
  #connection: HttpConnection | undefined;
  #isOnLoopback = false;
  /** The server does not answer `Expect`, so that asking costs a second each time. */
  #neverAnswersAsking = false;

  constructor(options: HttpOptions, platform: Platform) {
    this.options = options;
    this.#platform = platform;
    const { host, port, security, login } = options;
    this.origin = { host, port, security };
    this.place = placeOf(this.origin);
    this.#login = new LoginState(login, security === 'tls', platform.random);
    this.trace = platform.trace.open(this.place, secretsOf(options));
  }

  /** Makes the connection. */
  async open(signal: AbortSignal): Promise<void> {
    const { peerAddress } = await this.#connectTo(this.origin, undefined, signal);
    this.#isOnLoopback = startsOnLoopback(this.origin, peerAddress);
  }

  close(): void {
    this.#connection?.destroy();
  }

  /** Sends a request, answers what the server asks of us, and gives its answer, whatever it says but 401. */
  async ask(request: HttpRequest, call: HttpCall): Promise<HttpAnswer> {
    const attempt: Attempt = {
      address: { origin: this.origin, target: this.#withQuery(request.target) },
      visited: [],
      dialled: undefined,
      hasBeenRepeated: false,
    };
    for (;;) {
      const answer = await this.#try(request, call, attempt);
      if (answer !== undefined) return answer;
    }
  }

  /** Undefined: once more. */
  async #try(request: HttpRequest, call: HttpCall, attempt: Attempt): Promise<HttpAnswer | undefined> {
    const { address } = attempt;
    const isOurs = isSameOrigin(address.origin, this.origin);
    const connection = await this.#connectTo(address.origin, attempt.dialled, call.signal);
    const mayBeStale = connection.mayBeStale;
    const asksFirst = this.#asksFirst(request, mayBeStale);
    const login = isOurs ? this.#login.answer(request.method, address.target) : undefined;
    const exchange = this.#exchange(
      connection,
      { ...request, target: address.target },
      call,
      asksFirst,
      login,
    );
    let response: HttpResponse;
    try {
      response = await exchange.run();
    } catch (error) {
      if (attempt.hasBeenRepeated || !mayBeStale || !wasNotDone(error, exchange, request)) throw error;
      this.trace.noted('the server had closed the connection; once more on a new one');
      attempt.hasBeenRepeated = true;
      return undefined;
    }
    this.#traceAnswer(response);
    const canResend = request.body?.kind !== 'stream' || !exchange.progress.bodyBegun;
    if (response.status === 417 && asksFirst && canResend) {
      this.#neverAnswersAsking = true;
      return this.#passOver(response);
    }
    if (response.status === 401) {
      await this.#challenged(response, call, { isOurs, login, canResend });
      return undefined;
    }
    if (isOurs && login !== undefined) this.#login.accepted();
    if (!isRedirect(response)) return { response, address };
    await this.#redirect(response, request, call, attempt, canResend);
    return undefined;
  }

  #exchange(
    connection: HttpConnection,
    request: HttpRequest,
    call: HttpCall,
    asksFirst: boolean,
    login: string | undefined,
  ): HttpExchange {
    const headers = this.#headers(connection.origin, request, login);
    this.#traceRequest(request, headers);
    return connection.start({
      request: { ...request, headers },
      call,
      asksFirst,
      neverAnswersAsking: () => {
        this.#neverAnswersAsking = true;
        this.trace.noted('no answer to Expect: 100-continue');
      },
      interim: (line) => this.trace.received(printable(line)),
    });
  }

  /** A body that cannot be sent twice, or on a connection that may be dead, goes only when the server wants it. */
  #asksFirst({ method, body }: HttpRequest, mayBeStale: boolean): boolean {
    if (body === undefined || isSafe(method) || this.#neverAnswersAsking) return false;
    return body.kind === 'stream' || (mayBeStale && body.bytes.byteLength > 0);
  }

  #headers(origin: HttpOrigin, request: HttpRequest, login: string | undefined): HeaderLine[] {
    // What the settings add is for whom the settings name.
    const own = isSameOrigin(origin, this.origin) ? this.options.headers : [];
    const given = new Set(
      [...own, ...request.headers.map(([name]) => ({ name }))].map((line) => lower(line.name)),
    );
    const usual: HeaderLine[] = [
      ['user-agent', 'Tallyman'],
      ['accept', '*/*'],
      ['accept-encoding', 'identity'],
    ];
    return [
      ['host', authorityOf(origin)],
      ...usual.filter(([name]) => !given.has(name)),
      ...request.headers,
      ...own.map(({ name, value }): HeaderLine => [name, value.reveal()]),
      ...(login === undefined ? [] : [['authorization', login] as const]),
    ];
  }

  /** One connection at a time: one to another place than the last is made anew. */
  async #connectTo(
    origin: HttpOrigin,
    address: string | undefined,
    signal: AbortSignal,
  ): Promise<HttpConnection> {
    const present = this.#connection;
    if (present?.isOpen === true && isSameOrigin(present.origin, origin)) return present;
    present?.destroy();
    this.#connection = undefined;
    const isOurs = isSameOrigin(origin, this.origin);
    const { tls, timeoutMs } = this.options;
    const options = { origin, address, tls: isOurs ? tls : { ca: tls.ca, pins: [] }, timeoutMs, signal };
    const connection = await HttpConnection.open(options, this.#platform);
    this.#connection = connection;
    return connection;
  }

  async #challenged(
    response: HttpResponse,
    call: HttpCall,
    facts: { readonly isOurs: boolean; readonly login: string | undefined; readonly canResend: boolean },
  ): Promise<void> {
    if (!facts.isOurs) {
      throw await statusError(response, this.place, call, {
        text: 'it sent us on to another host, which wants a login; ours is not sent there',
      });
    }
    const offered = response.headerLines('www-authenticate').map((line) => line.split(/[ ,]/, 1)[0] ?? '');
    if (!this.#login.canAnswer(response, facts.login)) {
      const kinds = offered.length === 0 ? 'of a kind that it does not name' : offered.join(', ');
      const text = facts.login === undefined ? `a login is wanted (${printable(kinds, 80)})` : undefined;
      throw await statusError(response, this.place, call, text === undefined ? {} : { text });
    }
    if (facts.canResend) return this.#passOver(response);
    throw await statusError(response, this.place, call, {
      text: 'a login is wanted, which the server said only after the file was begun',
      retry: 'transient',
      advice: 'Try again: the login is now sent at once.',
    });
  }

  async #redirect(
    response: HttpResponse,
    request: HttpRequest,
    call: HttpCall,
    attempt: Attempt,
    canResend: boolean,
  ): Promise<void> {
    const { visited, address: from } = attempt;
    visited.push(showAddress(from));
    const { maxRedirects } = this.options;
    const facts = { request, from, call, visited, maxRedirects, canResend };
    try {
      const to = followRedirect(response, facts);
      attempt.dialled = await this.#safeAddress(to, call, (why) => redirectRefused(response, facts, why));
      attempt.address = to;
    } finally {
      await this.#passOver(response);
    }
    this.trace.noted(`redirected to ${showAddress(attempt.address)}`);
  }

  /** What to dial in place of the name, so that it cannot become another address after it was looked at. */
  async #safeAddress(
    to: HttpAddress,
    call: HttpCall,
    refuse: (why: string) => TransferError,
  ): Promise<string | undefined> {
    const { host } = to.origin;
    if (isSameOrigin(to.origin, this.origin)) return undefined;
    const check = (name: string) => {
      const problem = targetProblem(name, this.#isOnLoopback);
      if (problem !== undefined) throw refuse(`${showAddress(to)}: ${problem}`);
    };
    check(host);
    // Behind a proxy, names are often known to the proxy alone, and its addresses are not ours.
    if (this.options.proxies.length > 0) return undefined;
    const { timeoutMs } = this.options;
    const found = await this.#platform.dialer.lookup(host, { signal: call.signal, timeoutMs });
    for (const { address } of found) check(address);
    return found[0]?.address;
  }

  async #passOver(response: HttpResponse): Promise<undefined> {
    await response.text(MAX_PASSED_OVER_BYTES);
    return undefined;
  }

  #withQuery(target: string): string {
    const { query } = this.options;
    return query === undefined ? target : `${target}?${query}`;
  }

  #traceRequest({ method, target }: HttpRequest, headers: readonly HeaderLine[]): void {
    this.trace.sent(`${method} ${withoutQuery(target)} HTTP/1.1`);
    const own = new Set(this.options.headers.map(({ name }) => lower(name)));
    for (const [name, value] of headers) {
      const isSecret = own.has(lower(name)) || name === 'authorization';
      this.trace.sent(`${name}: ${isSecret ? value.replace(/^(\w+ (?=.)|).*$/s, '$1***') : value}`);
    }
  }

  #traceAnswer(response: HttpResponse): void {
    this.trace.received(`HTTP/1.1 ${statusLine(response)}`);
    for (const name of TRACED_HEADERS) {
      for (const value of response.headerLines(name)) {
        const shown = name === 'location' ? withoutQuery(value) : value;
        this.trace.received(`${name}: ${printable(shown)}`);
      }
    }
  }
}

const TRACED_HEADERS = [
  'server',
  'content-length',
  'transfer-encoding',
  'content-range',
  'content-type',
  'content-encoding',
  'etag',
  'last-modified',
  'location',
  'www-authenticate',
  'retry-after',
  'connection',
  'allow',
  'dav',
];

function secretsOf({ login, headers }: HttpOptions) {
  const values = headers.map(({ value }) => value);
  if (login.kind === 'none') return values;
  return [login.kind === 'bearer' ? login.token : login.password, ...values];
}

/**
 * True when the connection broke before the request was done: it was never given to it, or it changes nothing, or its
 * body, without which nothing can be done, was not sent. A server that answered has had it.
 */
function wasNotDone(error: unknown, { progress }: HttpExchange, request: HttpRequest): boolean {
  if (!(error instanceof TransferError) || !BROKEN.has(error.code) || progress.answered) return false;
  if (!progress.started || isSafe(request.method)) return true;
  return request.body !== undefined && !progress.bodyBegun;
}

const BROKEN: ReadonlySet<string> = new Set(['CONNECTION_LOST', 'REPLY_LOST']);

/** A query may be a signature that opens the file to anybody. */
function withoutQuery(target: string): string {
  return target.replace(/\?.*$/s, '?***');
}

function lower(name: string): string {
  return name.toLowerCase();
}

/** A call on a session that is closed, or was never opened. */
export function notOpen(place: string, phase: Phase, isClosed: boolean): TransferError {
  return isClosed
    ? new TransferError({
        code: 'CLOSED',
        lastCode: -1,
        phase,
        message: `${place}: the session was closed`,
        sessionLost: true,
      })
    : new TransferError({
        code: 'UNEXPECTED',
        lastCode: -1,
        phase,
        message: `${place}: the session is not open`,
      });
}
