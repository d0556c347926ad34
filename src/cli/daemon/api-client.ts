import type { TLSSocket } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { Agent, buildConnector, request, type Dispatcher } from 'undici';
import type { Problem } from '../../api/problem.js';
import { ERROR_CODES, type ErrorCode } from '../../core/error-codes.js';
import { printable } from '../../core/printable.js';
import { TransferError, asTransferError, cancelledError } from '../../core/transfer-error.js';
import type { DaemonAddress } from './find-daemon.js';
import { readServerEvents, type ServerEvent } from './server-events.js';

const CONNECT_LIMIT_MS = 5000;
/** A test of a connection may wait for a slow partner; everything else answers at once. */
const ANSWER_LIMIT_MS = 120_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export type Method = 'GET' | 'POST' | 'DELETE';

/** Any answer, as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** Talks to a daemon. Failures of the daemon come back as the TransferError that it had. */
export class ApiClient {
  readonly #address: DaemonAddress;
  readonly #signal: AbortSignal;
  readonly #agent: Agent;

  constructor(address: DaemonAddress, signal: AbortSignal) {
    this.#address = address;
    this.#signal = signal;
    this.#agent = new Agent({
      connect: connectorFor(address),
      headersTimeout: ANSWER_LIMIT_MS,
      bodyTimeout: ANSWER_LIMIT_MS,
    });
  }

  /** The answer as JSON. `Answer` is what the API declares for that route. Rejects with DAEMON_UNREACHABLE besides. */
  async get<Answer>(path: string, query: Readonly<Record<string, string | undefined>> = {}): Promise<Answer> {
    return this.#json<Answer>('GET', path + queryText(query));
  }

  async post<Answer>(path: string, body?: unknown): Promise<Answer> {
    return this.#json<Answer>('POST', path, body);
  }

  async delete<Answer>(path: string): Promise<Answer> {
    return this.#json<Answer>('DELETE', path);
  }

  /** Whatever the status is. */
  async raw(method: Method, path: string, body?: string): Promise<RawAnswer> {
    const answer = await this.#send(method, path, body);
    const text = await this.#bodyText(answer);
    return { status: answer.statusCode, contentType: String(answer.headers['content-type'] ?? ''), text };
  }

  /** What happens, as it happens; open once this resolved. Ends with a rejection when the daemon goes away. */
  async openEvents(
    query: Readonly<Record<string, string | undefined>>,
  ): Promise<AsyncGenerator<ServerEvent, undefined>> {
    const answer = await this.#send('GET', `/v1/events${queryText(query)}`, undefined, 0);
    if (answer.statusCode !== 200) throw problemError(await this.#bodyText(answer), answer.statusCode);
    return this.#eventsOf(answer.body);
  }

  async *#eventsOf(body: Dispatcher.ResponseData['body']): AsyncGenerator<ServerEvent, undefined> {
    try {
      yield* readServerEvents(body);
    } catch (error) {
      throw this.#unreachable(error);
    }
    throw this.#unreachable(new Error('the daemon ended the stream'));
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #json<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
    const { status, text } = await this.raw(
      method,
      path,
      body === undefined ? undefined : JSON.stringify(body),
    );
    if (status >= 400) throw problemError(text, status);
    return parsedAnswer(text) as Answer;
  }

  async #send(
    method: Method,
    path: string,
    body: string | undefined,
    bodyTimeout = ANSWER_LIMIT_MS,
  ): Promise<Dispatcher.ResponseData> {
    const { url, token } = this.#address;
    try {
      return await request(url + path, {
        method,
        dispatcher: this.#agent,
        signal: this.#signal,
        bodyTimeout,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  async #bodyText({ body }: Dispatcher.ResponseData): Promise<string> {
    const pieces: Buffer[] = [];
    let length = 0;
    try {
      for await (const piece of body as AsyncIterable<Buffer>) {
        length += piece.length;
        if (length > MAX_ANSWER_BYTES) throw notOurs('its answer is endless');
        pieces.push(piece);
      }
    } catch (error) {
      throw this.#unreachable(error);
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  #unreachable(error: unknown): TransferError {
    if (this.#signal.aborted) return cancelledError(this.#signal, 'connect');
    if (error instanceof TransferError) return error;
    const { url, note } = this.#address;
    const { code } = error as NodeJS.ErrnoException;
    const why = code ?? asTransferError(error, 'connect').message;
    return new TransferError({
      code: 'DAEMON_UNREACHABLE',
      lastCode: -1,
      phase: 'connect',
      message: `no daemon answers at ${url} (${printable(why, 200)})${note === undefined ? '' : `; ${note}`}`,
      cause: error,
    });
  }
}

function queryText(query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

/** The daemon on this machine is known by its certificate, whoever signed it. */
function connectorFor({ certificate }: DaemonAddress): buildConnector.connector {
  if (certificate === undefined) return buildConnector({ timeout: CONNECT_LIMIT_MS });
  const pinned = new X509Certificate(certificate).raw;
  const connect = buildConnector({ timeout: CONNECT_LIMIT_MS, rejectUnauthorized: false });
  return (options, done) => {
    connect(options, (...[failure, socket]) => {
      if (failure !== null) return done(failure, null);
      const shown = (socket as TLSSocket).getPeerX509Certificate?.();
      if (shown !== undefined && shown.raw.equals(pinned)) return done(null, socket);
      socket.destroy();
      done(notOurs('it shows another certificate than daemon.json says'), null);
    });
  };
}

function notOurs(what: string): TransferError {
  return new TransferError({
    code: 'PROTOCOL_VIOLATION',
    lastCode: -1,
    phase: 'connect',
    message: `what answers there is no Tallyman daemon: ${what}`,
    side: 'us',
    advice: 'Check the address that --server or daemon.json names.',
  });
}

function parsedAnswer(text: string): unknown {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch {
    // Below: it is none of ours.
  }
  throw notOurs('its answer is no JSON document');
}

/** The daemon's own error, with its words; what is none of a daemon is told as such. */
function problemError(text: string, status: number): TransferError {
  const problem = parsedAnswer(text) as Partial<Problem>;
  const { code, detail, side, advice, retry, problems = [] } = problem;
  if (typeof code !== 'string' || typeof detail !== 'string')
    throw notOurs(`it answers with status ${status}`);
  const known = Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'UNEXPECTED';
  const lines = [detail, ...problems.map((each) => `  ${each}`)];
  return new TransferError({
    code: known,
    lastCode: -1,
    phase: 'plan',
    message: lines.map((line) => printable(line, 2000)).join('\n'),
    side,
    advice: advice === undefined ? undefined : printable(advice, 500),
    retry,
  });
}
