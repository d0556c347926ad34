import type { ErrorCode } from '../../core/error-codes.js';

/** The few words that `error_type` may hold: raw codes would be too many series. */
export const ERROR_TYPES = {
  auth_rejected: ['AUTH_REJECTED'],
  host_key: ['HOST_KEY_UNKNOWN', 'HOST_KEY_CHANGED', 'HOST_KEY_REVOKED'],
  tls: ['CERTIFICATE_REJECTED', 'TLS_FAILED', 'NO_COMMON_ALGORITHM'],
  dns: ['HOST_NOT_FOUND', 'NAME_LOOKUP_FAILED'],
  connect: ['CONNECT_REFUSED', 'CONNECT_TIMEOUT', 'UNREACHABLE', 'NETWORK_FAILED'],
  proxy: [
    'PROXY_UNREACHABLE',
    'PROXY_AUTH_REJECTED',
    'PROXY_REFUSED',
    'PROXY_FAILED',
    'UNREACHABLE_FROM_PROXY',
  ],
  connection_lost: ['CONNECTION_LOST', 'REPLY_LOST'],
  timeout: ['TIMEOUT'],
  busy: ['TOO_MANY_CONNECTIONS', 'SERVER_BUSY'],
  not_found: ['NOT_FOUND', 'NAME_UNKNOWN'],
  permission: ['PERMISSION_DENIED', 'REFUSED', 'COMMAND_REFUSED'],
  exists: ['ALREADY_EXISTS'],
  no_space: ['NO_SPACE'],
  local: ['LOCAL_DISK_FAILED', 'CLIENT_LOG_FAILED', 'STORE_FAILED', 'FOLDER_FAILED'],
  integrity: ['TRUNCATED', 'SIZE_MISMATCH', 'CONTENT_MISMATCH', 'SOURCE_CHANGED'],
  protocol: ['PROTOCOL_VIOLATION', 'LIMIT_EXCEEDED', 'UNSUPPORTED', 'REDIRECT_REFUSED'],
  held: ['PARTNER_PARKED', 'PARTNER_DOWN'],
  cancelled: ['CANCELLED', 'CLOSED'],
  other: [],
} as const satisfies Readonly<Record<string, readonly ErrorCode[]>>;

export type ErrorType = keyof typeof ERROR_TYPES;

const TYPE_OF_CODE: ReadonlyMap<string, ErrorType> = new Map(
  Object.entries(ERROR_TYPES).flatMap(([type, codes]) =>
    codes.map((code): [string, ErrorType] => [code, type as ErrorType]),
  ),
);

/** The word for a code; `other` for one that has none. */
export function errorTypeOf(code: string | undefined): ErrorType {
  return TYPE_OF_CODE.get(code ?? '') ?? 'other';
}
