import { printable } from '../core/printable.js';
import { TransferError, type Phase } from '../core/transfer-error.js';
import type { ErrorCode } from '../core/error-codes.js';
import { WSAECONNRESET, winsockCode } from '../core/winsock.js';

const CODE_BY_ERRNO: Readonly<Record<string, ErrorCode>> = {
  ENOTFOUND: 'HOST_NOT_FOUND',
  ENODATA: 'HOST_NOT_FOUND',
  EAI_AGAIN: 'NAME_LOOKUP_FAILED',
  EAI_FAIL: 'NAME_LOOKUP_FAILED',
  ESERVFAIL: 'NAME_LOOKUP_FAILED',
  ECONNREFUSED: 'CONNECT_REFUSED',
  ETIMEDOUT: 'CONNECT_TIMEOUT',
  ENETUNREACH: 'UNREACHABLE',
  EHOSTUNREACH: 'UNREACHABLE',
  ENETDOWN: 'UNREACHABLE',
  EHOSTDOWN: 'UNREACHABLE',
  ECONNRESET: 'CONNECTION_LOST',
  ECONNABORTED: 'CONNECTION_LOST',
  EPIPE: 'CONNECTION_LOST',
};

export interface SocketErrorContext {
  readonly phase: Phase;
  /** The other end as the user knows it, for example `sftp.acme.example:22`. */
  readonly place: string;
  /** The number where table A has none for the cause. */
  readonly fallbackCode?: number;
}

const NOT_OUR_ADDRESS = {
  side: 'us',
  advice:
    'Check bindAddress: it must be an address of this machine, IPv4 or IPv6 as that of the host; without one, all local ports are in use.',
} as const;

/**
 * A failure of a socket or of name resolution as a TransferError, `lastCode` by client-log.md table A.
 * Of an AggregateError (several addresses tried) the first cause speaks.
 */
export function socketError(thrown: unknown, context: SocketErrorContext): TransferError {
  if (thrown instanceof TransferError) return thrown;
  const cause = thrown instanceof AggregateError ? ((thrown.errors[0] as unknown) ?? thrown) : thrown;
  const errno = (cause as NodeJS.ErrnoException | undefined)?.code;
  const code = (errno !== undefined ? CODE_BY_ERRNO[errno] : undefined) ?? 'NETWORK_FAILED';
  const reason = cause instanceof Error ? (errno ?? cause.message) : String(cause);
  return new TransferError({
    code,
    lastCode: winsockCode(errno) ?? context.fallbackCode ?? WSAECONNRESET,
    phase: context.phase,
    message: `${context.place}: ${printable(reason)}`,
    ...(errno === 'EADDRNOTAVAIL' ? NOT_OUR_ADDRESS : {}),
    sessionLost: true,
    cause: thrown,
  });
}
