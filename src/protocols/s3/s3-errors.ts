import type { ErrorCode, RetryClass, Side } from '../../core/error-codes.js';
import { printable } from '../../core/printable.js';
import { TransferError, type Phase } from '../../core/transfer-error.js';

/** What a server said no with. */
export interface S3Refusal {
  readonly status: number;
  /** S3's own name of the error (`AccessDenied`); undefined where the answer had none, as that to a HEAD. */
  readonly name: string | undefined;
  /** The server's words. */
  readonly words: string | undefined;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The region that the server names as the right one. */
  readonly region: string | undefined;
  /** The endpoint that the server sends us to. */
  readonly endpoint: string | undefined;
}

export interface RefusalContext {
  readonly phase: Phase;
  readonly place: string;
  /** `read /bucket/key`. */
  readonly operation: string;
  /** Our wall clock. */
  readonly nowMs: number;
}

interface Meaning {
  readonly code: ErrorCode;
  readonly retry?: RetryClass;
  readonly side?: Side;
  readonly advice?: string;
}

const BUSY: Meaning = { code: 'SERVER_BUSY' };
const GONE: Meaning = { code: 'NOT_FOUND' };
const NOT_AS_SENT: Meaning = { code: 'CONTENT_MISMATCH', side: 'network' };
const FULL: Meaning = { code: 'NO_SPACE' };
const NO_SUCH_THING: Meaning = { code: 'UNSUPPORTED' };
const BAD_NAME: Meaning = { code: 'NAME_REFUSED', side: 'us' };
const OTHER_REGION: Meaning = { code: 'AUTH_REJECTED', retry: 'config' };
const BEGIN_ANEW: Meaning = {
  code: 'REFUSED',
  retry: 'transient',
  advice: 'The server no longer knows what was uploaded so far; the next attempt begins anew.',
};

/** By the error's name: Amazon S3 API Reference, "Error responses"; X-names are those of MinIO. */
const BY_NAME: Readonly<Record<string, Meaning>> = {
  AccessDenied: { code: 'PERMISSION_DENIED', advice: "Check the key's policy, and that of the bucket." },
  AccountProblem: { code: 'PERMISSION_DENIED' },
  AllAccessDisabled: { code: 'PERMISSION_DENIED' },
  InvalidAccessKeyId: {
    code: 'AUTH_REJECTED',
    advice: 'The server does not know this access key: check user.',
  },
  SignatureDoesNotMatch: {
    code: 'AUTH_REJECTED',
    advice:
      'The secret key is not that of the access key: check password; a proxy that changes headers does this too.',
  },
  ExpiredToken: { code: 'AUTH_REJECTED', advice: 'The temporary credentials have expired: fetch new ones.' },
  InvalidToken: { code: 'AUTH_REJECTED', advice: 'Check the session token; it belongs to one pair of keys.' },
  TokenRefreshRequired: {
    code: 'AUTH_REJECTED',
    advice: 'The session token is out of date: fetch a new one.',
  },
  InvalidSecurity: { code: 'AUTH_REJECTED' },
  NotSignedUp: { code: 'AUTH_REJECTED' },
  RequestTimeTooSkewed: {
    code: 'AUTH_REJECTED',
    retry: 'config',
    side: 'us',
    advice: 'Set the clock of this machine; the server takes no request that is more than 15 minutes off.',
  },
  NoSuchKey: GONE,
  NoSuchBucket: { code: 'NOT_FOUND', advice: 'There is no such bucket; paths begin with it: /bucket/key.' },
  NoSuchVersion: GONE,
  NotFound: GONE,
  NoSuchUpload: BEGIN_ANEW,
  InvalidPart: BEGIN_ANEW,
  InvalidPartOrder: BEGIN_ANEW,
  SlowDown: BUSY,
  ServiceUnavailable: BUSY,
  Busy: BUSY,
  TooManyRequests: BUSY,
  Throttling: BUSY,
  ThrottlingException: BUSY,
  RequestLimitExceeded: BUSY,
  InternalError: BUSY,
  OperationAborted: BUSY,
  ConditionalRequestConflict: BUSY,
  RequestTimeout: { code: 'TIMEOUT', side: 'network' },
  IncompleteBody: { code: 'TRUNCATED' },
  BadDigest: NOT_AS_SENT,
  InvalidDigest: NOT_AS_SENT,
  XAmzContentSHA256Mismatch: NOT_AS_SENT,
  XAmzContentChecksumMismatch: NOT_AS_SENT,
  QuotaExceeded: FULL,
  NotEnoughSpace: FULL,
  InsufficientStorage: FULL,
  XMinioStorageFull: FULL,
  XMinioAdminBucketQuotaExceeded: FULL,
  EntityTooLarge: {
    code: 'REFUSED',
    advice: 'The server takes no file of that size in one request: lower partSize.',
  },
  EntityTooSmall: {
    code: 'REFUSED',
    side: 'us',
    advice: 'The server wants larger parts: raise partSize (at least 5M).',
  },
  InvalidObjectState: {
    code: 'REFUSED',
    advice: 'The file lies in an archive (Glacier): its owner must restore it before it can be read.',
  },
  PermanentRedirect: { code: 'REDIRECT_REFUSED', retry: 'config', side: 'us' },
  TemporaryRedirect: { code: 'REDIRECT_REFUSED', retry: 'transient' },
  Redirect: { code: 'REDIRECT_REFUSED', retry: 'transient' },
  AuthorizationHeaderMalformed: OTHER_REGION,
  IllegalLocationConstraintException: OTHER_REGION,
  PreconditionFailed: { code: 'ALREADY_EXISTS' },
  KeyTooLongError: BAD_NAME,
  KeyTooLong: BAD_NAME,
  InvalidURI: BAD_NAME,
  InvalidBucketName: BAD_NAME,
  NotImplemented: NO_SUCH_THING,
  MethodNotAllowed: NO_SUCH_THING,
};

/** RFC 9110, section 15. */
const BY_STATUS: Readonly<Record<number, Meaning>> = {
  401: { code: 'AUTH_REJECTED' },
  403: { code: 'PERMISSION_DENIED' },
  404: GONE,
  405: NO_SUCH_THING,
  408: { code: 'TIMEOUT', side: 'network' },
  412: { code: 'ALREADY_EXISTS' },
  413: { code: 'REFUSED' },
  429: BUSY,
  500: BUSY,
  501: NO_SUCH_THING,
  502: BUSY,
  503: BUSY,
  504: BUSY,
  507: FULL,
};

/** The server's no as a TransferError: decided by S3's name of the error, else by the status. */
export function s3Error(refusal: S3Refusal, context: RefusalContext): TransferError {
  const { status, name } = refusal;
  const meaning = meaningOf(refusal);
  const words = [String(status), name, refusal.words && `(${withoutStop(printable(refusal.words, 300))})`];
  const reply = words.filter((word) => word !== undefined && word !== '').join(' ');
  return new TransferError({
    code: meaning.code,
    // A status that reads as success never stands in a failed line: client-log.md, section 4.
    lastCode: status >= 300 ? status : -1,
    phase: context.phase,
    message: `${context.place}: ${context.operation}: ${reply}${hint(refusal, context)}`,
    reply,
    retry: meaning.retry,
    side: meaning.side,
    advice: regionAdvice(refusal) ?? meaning.advice,
    retryAfterMs: retryAfterMs(refusal.headers['retry-after'], context.nowMs),
  });
}

function meaningOf({ status, name, region }: S3Refusal): Meaning {
  const named = name !== undefined && Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (named !== undefined) return named;
  // The answer to a HEAD has no name of the error: a region that is not ours explains it.
  if (name === undefined && region !== undefined) return OTHER_REGION;
  const byStatus = BY_STATUS[status];
  if (byStatus !== undefined) return byStatus;
  if (status >= 300 && status < 400) return { code: 'REDIRECT_REFUSED' };
  return status >= 400 && status < 500 ? { code: 'REFUSED' } : { code: 'PROTOCOL_VIOLATION' };
}

function hint({ name, region, endpoint, headers }: S3Refusal, { nowMs }: RefusalContext): string {
  if (name === 'RequestTimeTooSkewed') return clockWords(headers['date'], nowMs);
  if (region !== undefined) return `; the bucket is in the region ${printable(region, 80)}`;
  return endpoint === undefined ? '' : `; the server names the endpoint ${printable(endpoint, 120)}`;
}

function clockWords(date: string | undefined, nowMs: number): string {
  const serverMs = date === undefined ? NaN : Date.parse(date);
  if (Number.isNaN(serverMs)) return '';
  const seconds = Math.round((nowMs - serverMs) / 1000);
  return `; our clock is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} the server's`;
}

function regionAdvice({ region }: S3Refusal): string | undefined {
  return region === undefined
    ? undefined
    : `Say --region ${printable(region, 80)}, or region in the connection.`;
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value) * 1000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

function withoutStop(words: string): string {
  return words.replace(/[\s.]+$/, '');
}
