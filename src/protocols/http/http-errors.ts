import { errors } from 'undici';
import type { ErrorCode, RetryClass, Side } from '../../core/error-codes.js';
import { printable } from '../../core/printable.js';
import { asTransferError, TransferError } from '../../core/transfer-error.js';
import { WSAECONNABORTED, WSAECONNRESET } from '../../core/winsock.js';
import { socketError } from '../../net/socket-errors.js';
import type { HttpCall } from './http-exchange.js';
import type { HttpResponse } from './http-message.js';
import { WireLimitError } from './http-wire.js';

const MAX_WORDS_BYTES = 4096;
const MAX_REPLY_CHARACTERS = 300;
/** No server may make us wait longer than this. */
const MAX_RETRY_AFTER_MS = 3_600_000;

interface StatusFacts {
  readonly code: ErrorCode;
  readonly retry?: RetryClass;
  readonly side?: Side;
  readonly advice?: string;
}

const BUSY: StatusFacts = { code: 'SERVER_BUSY' };

/** RFC 9110, section 15; RFC 4918, section 11; RFC 6585; RFC 8470. Others: by the first digit. */
const BY_STATUS: Readonly<Record<number, StatusFacts>> = {
  401: { code: 'AUTH_REJECTED' },
  403: { code: 'PERMISSION_DENIED' },
  404: { code: 'NOT_FOUND' },
  405: { code: 'UNSUPPORTED' },
  407: { code: 'PROXY_AUTH_REJECTED' },
  408: BUSY,
  410: { code: 'NOT_FOUND', advice: 'The server says that it is gone for good; ask the partner.' },
  411: { code: 'REFUSED', advice: 'The server takes no file whose size is not known before it is sent.' },
  413: {
    code: 'NO_SPACE',
    advice: 'The file is larger than the server takes; ask the partner to raise its limit.',
  },
  423: {
    code: 'SERVER_BUSY',
    advice: 'The file is locked on the server; try again when whoever holds the lock has given it back.',
  },
  425: BUSY,
  429: BUSY,
  500: BUSY,
  501: { code: 'UNSUPPORTED' },
  502: BUSY,
  503: BUSY,
  504: BUSY,
  505: { code: 'PROTOCOL_VIOLATION' },
  507: { code: 'NO_SPACE' },
};

/** The error of an answer that is a refusal. Takes the body for the server's words. */
export async function statusError(
  response: HttpResponse,
  place: string,
  call: HttpCall,
  changes: Partial<StatusFacts> & { readonly text?: string; readonly lastCode?: number } = {},
): Promise<TransferError> {
  const status = changes.lastCode ?? response.status;
  const facts: StatusFacts = BY_STATUS[status] ?? (status >= 500 ? BUSY : { code: 'REFUSED' });
  const reply = await replyOf(response);
  const { text, ...closer } = changes;
  return new TransferError({
    ...facts,
    lastCode: status >= 300 ? status : -1,
    phase: call.phase,
    message: `${place}: ${call.doing}: ${text ?? reply}`,
    reply,
    retryAfterMs: retryAfterMs(response),
    ...closer,
  });
}

/** Status, reason phrase and the first words of the body, in one line. */
async function replyOf(response: HttpResponse): Promise<string> {
  const line = statusLine(response);
  const type = response.header('content-type') ?? '';
  const body = await response.text(MAX_WORDS_BYTES);
  if (!/^(text\/|application\/(json|xml|problem\+json))/i.test(type)) return line;
  const words = body
    .replace(/<(style|script|title)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return words === '' ? line : `${line}: ${printable(words, MAX_REPLY_CHARACTERS).replace(/\.+$/, '')}`;
}

/** `404 Not Found`. */
export function statusLine({ status, reason }: Pick<HttpResponse, 'status' | 'reason'>): string {
  return `${status} ${printable(reason, 120)}`.trim().replace(/\.+$/, '');
}

/** Retry-After (RFC 9110, section 10.2.3), in seconds or as a date, which is measured by the server's own Date. */
export function retryAfterMs(response: Pick<HttpResponse, 'header'>): number | undefined {
  const value = response.header('retry-after')?.trim();
  if (value === undefined) return undefined;
  const now = Date.parse(response.header('date') ?? '');
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return waitMs >= 0 ? Math.min(waitMs, MAX_RETRY_AFTER_MS) : undefined;
}

export interface BrokenExchange {
  readonly place: string;
  readonly call: HttpCall;
  /** Of the answer; 0: none came. */
  readonly status: number;
  /** A body was sent, and to its end. */
  readonly sentWhole: boolean;
}

/** The error of an exchange in which the connection, or the answer, broke. */
export function exchangeError(thrown: unknown, broken: BrokenExchange): TransferError {
  if (thrown instanceof TransferError) return thrown;
  const place = `${broken.place}: ${broken.call.doing}`;
  const facts = { phase: broken.call.phase, sessionLost: true, cause: thrown };
  if (thrown instanceof WireLimitError || thrown instanceof errors.HeadersOverflowError) {
    const message = `${place}: the head of the answer does not end`;
    return new TransferError({ ...facts, code: 'LIMIT_EXCEEDED', lastCode: WSAECONNABORTED, message });
  }
  // In a head that contradicts itself undici counts a size that is none.
  const isOddHead = thrown instanceof errors.ResponseContentLengthMismatchError && broken.status === 0;
  if (thrown instanceof errors.HTTPParserError || isOddHead) {
    const message = `${place}: the answer is not HTTP (${printable(thrown.code ?? 'unknown reason', 80)})`;
    return new TransferError({ ...facts, code: 'PROTOCOL_VIOLATION', lastCode: WSAECONNABORTED, message });
  }
  // undici refused the request; a fault of ours.
  if (thrown instanceof errors.InvalidArgumentError) return asTransferError(thrown, broken.call.phase);
  const error =
    thrown instanceof errors.UndiciError
      ? lost(`${place}: the server closed the connection`, facts)
      : socketError(thrown, { phase: broken.call.phase, place });
  return closerLoss(error, broken);
}

function lost(
  message: string,
  facts: Pick<TransferError, 'phase' | 'sessionLost'> & { cause: unknown },
): TransferError {
  return new TransferError({ ...facts, code: 'CONNECTION_LOST', lastCode: WSAECONNRESET, message });
}

function closerLoss(error: TransferError, { status, sentWhole }: BrokenExchange): TransferError {
  if (error.code !== 'CONNECTION_LOST') return error;
  if (status !== 0)
    return error.with({
      code: 'TRUNCATED',
      message: `${error.message} before the end of the answer`,
      side: undefined,
      advice: undefined,
      retry: undefined,
    });
  if (!sentWhole) return error;
  return error.with({
    code: 'REPLY_LOST',
    message: `${error.message}; all bytes had been sent before`,
    side: undefined,
    advice: undefined,
    retry: undefined,
  });
}
