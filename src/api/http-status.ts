import type { ErrorCode } from '../core/error-codes.js';
import type { TransferError } from '../core/transfer-error.js';
import { ApiRefusal } from './api-refusal.js';

/** HTTP statuses by error code; for a code that is not named here `DEFAULT_STATUS` decides by whose side it is. */
export const HTTP_STATUSES: Partial<Readonly<Record<ErrorCode, number>>> = {
  REQUEST_INVALID: 400,
  QUERY_INVALID: 400,
  LOCATION_INVALID: 400,
  VARIABLE_UNKNOWN: 400,
  NAME_REFUSED: 400,
  PATH_REFUSED: 400,
  ACCESS_REFUSED: 403,
  NOT_FOUND: 404,
  NAME_UNKNOWN: 404,
  REFUSED: 409,
  ALREADY_EXISTS: 409,
  PARTNER_PARKED: 409,
  PARTNER_DOWN: 409,
  LIMIT_EXCEEDED: 413,
  SETTINGS_INVALID: 422,
  PROGRAM_REFUSED: 422,
  TOO_MANY_REQUESTS: 429,
  UNSUPPORTED: 501,
  NO_SPACE: 507,
  STORE_BUSY: 503,
  STORE_FAILED: 503,
  CLOSED: 503,
  CANCELLED: 503,
  TIMEOUT: 504,
};

export const DEFAULT_STATUS = { us: 500, partner: 502, network: 502, proxy: 502 } as const;

/** The status that says what failed. */
export function httpStatusOf(error: TransferError): number {
  if (error instanceof ApiRefusal) return error.status;
  return HTTP_STATUSES[error.code] ?? DEFAULT_STATUS[error.side];
}
