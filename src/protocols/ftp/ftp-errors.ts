import type { ErrorCode } from '../../core/error-codes.js';
import { printable } from '../../core/printable.js';
import { TransferError, type Phase, type TransferErrorFacts } from '../../core/transfer-error.js';
import { EFT_INTERNAL_TIMEOUT, WSAECONNABORTED, WSAECONNRESET } from '../../core/winsock.js';
import { saysFull, saysTooManyTries } from './ftp-full-server.js';
import { replyText, type FtpReply, type ReplyProblem } from './ftp-replies.js';

/** Where and at what something failed. */
export interface FtpContext {
  /** `ftp.acme.example:21` */
  readonly place: string;
  /** The command as shown, for example `RETR /out/a.csv`. */
  readonly doing: string;
  readonly phase: Phase;
}

const CODE_BY_REPLY: Readonly<Record<number, ErrorCode>> = {
  332: 'AUTH_REJECTED',
  421: 'SERVER_BUSY',
  425: 'CONNECTION_LOST',
  426: 'CONNECTION_LOST',
  430: 'AUTH_REJECTED',
  431: 'TLS_FAILED',
  434: 'SERVER_BUSY',
  450: 'SERVER_BUSY',
  451: 'SERVER_BUSY',
  452: 'NO_SPACE',
  500: 'UNSUPPORTED',
  501: 'UNSUPPORTED',
  502: 'UNSUPPORTED',
  503: 'REFUSED',
  504: 'UNSUPPORTED',
  521: 'TLS_FAILED',
  522: 'TLS_FAILED',
  530: 'AUTH_REJECTED',
  532: 'PERMISSION_DENIED',
  533: 'TLS_FAILED',
  534: 'TLS_FAILED',
  535: 'TLS_FAILED',
  536: 'TLS_FAILED',
  537: 'TLS_FAILED',
  550: 'REFUSED',
  551: 'UNSUPPORTED',
  552: 'NO_SPACE',
  553: 'REFUSED',
};

const DATA_CONNECTION_ADVICE =
  'Check that firewalls on both sides admit the data connection, or change between passive and active mode; ' +
  'over TLS the server may also demand that the data connection resumes the TLS session.';

const ADVICE_BY_REPLY: Readonly<Record<number, string>> = {
  425: DATA_CONNECTION_ADVICE,
  522: DATA_CONNECTION_ADVICE,
};

/** A refusal of the server; `override` where the caller knows more than the code says. */
export function replyError(
  reply: FtpReply,
  context: FtpContext,
  override: Partial<TransferErrorFacts> = {},
): TransferError {
  const text = printable(replyText(reply));
  // 421 is about the whole session, whatever was asked.
  const isGoodbye = reply.code === 421;
  const code = isGoodbye ? codeOfReply(reply) : (override.code ?? codeOfReply(reply));
  return new TransferError({
    // An answer that reads as success but was none of those that are possible here.
    lastCode: reply.code >= 200 && reply.code < 300 ? -1 : reply.code,
    phase: context.phase,
    message: `${context.place} ${context.doing}: ${text.replace(/\.+$/, '')}`,
    reply: text,
    advice: ADVICE_BY_REPLY[reply.code],
    sessionLost: isGoodbye || code === 'PROTOCOL_VIOLATION',
    ...override,
    code,
  });
}

function codeOfReply(reply: FtpReply): ErrorCode {
  if (reply.code === 421 || reply.code === 530) {
    const text = replyText(reply);
    if (saysFull(text)) return 'TOO_MANY_CONNECTIONS';
    if (saysTooManyTries(text)) return 'AUTH_REJECTED';
  }
  const known = CODE_BY_REPLY[reply.code];
  if (known !== undefined) return known;
  if (reply.code < 400) return 'PROTOCOL_VIOLATION';
  return reply.code < 500 ? 'SERVER_BUSY' : 'REFUSED';
}

/** The server does not know the command, or not in this form. */
export function isUnsupported(reply: FtpReply): boolean {
  return reply.code === 500 || reply.code === 502 || reply.code === 504;
}

export function isPositive(reply: FtpReply): boolean {
  return reply.code >= 200 && reply.code < 300;
}

/** The control connection ended without a reply: 10054, whether it was reset or closed in order. */
export function connectionLostError(context: FtpContext, cause?: unknown): TransferError {
  const how = cause === undefined ? 'the server closed the connection' : 'the connection broke off';
  return new TransferError({
    code: 'CONNECTION_LOST',
    lastCode: WSAECONNRESET,
    phase: context.phase,
    message: `${context.place} ${context.doing}: ${how} without a reply`,
    sessionLost: true,
    cause,
  });
}

/** Our own clock ran out on a connected server: EFT's 2000. */
export function timeoutError(context: FtpContext, limitMs: number, what = 'no reply'): TransferError {
  return new TransferError({
    code: 'TIMEOUT',
    lastCode: EFT_INTERNAL_TIMEOUT,
    phase: context.phase,
    message: `${context.place} ${context.doing}: ${what} within ${limitMs / 1000} s`,
    sessionLost: true,
  });
}

/** What the server sent cannot be used; we broke the connection off (10053). */
export function problemError(problem: ReplyProblem, context: FtpContext): TransferError {
  const isViolation = problem.kind === 'not-a-reply';
  return brokenOff(isViolation ? 'PROTOCOL_VIOLATION' : 'LIMIT_EXCEEDED', context, problemText(problem));
}

export function brokenOff(
  code: 'PROTOCOL_VIOLATION' | 'LIMIT_EXCEEDED',
  context: FtpContext,
  text: string,
): TransferError {
  return new TransferError({
    code,
    lastCode: WSAECONNABORTED,
    phase: context.phase,
    message: `${context.place} ${context.doing}: ${text}`,
    sessionLost: true,
  });
}

function problemText(problem: ReplyProblem): string {
  switch (problem.kind) {
    case 'line-too-long':
      return 'the server sent a reply line of more than 64 KiB';
    case 'reply-too-long':
      return 'the server sent a reply of more than 1 MiB';
    case 'not-a-reply':
      return `the server sent no FTP reply but "${printable(problem.line, 120)}"`;
  }
}
