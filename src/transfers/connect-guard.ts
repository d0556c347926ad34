import type { TransferError } from '../core/transfer-error.js';
import type { Endpoint } from './endpoint.js';

/** Asked before each login at a partner: keeps many from knocking where one was turned away. */
export interface ConnectGuard {
  /**
   * Waits until this one may log in; one at a time for each endpoint. Rejects PARTNER_PARKED or PARTNER_DOWN where
   * nothing is to be tried.
   */
  enter(endpoint: Endpoint, signal: AbortSignal): Promise<ConnectPass>;
}

/** To be told, exactly once, what came of the login. */
export interface ConnectPass {
  made(): Promise<void>;
  failed(error: TransferError): Promise<void>;
}

/** True for a failure that says that nothing was tried at all: no attempt, and so no line in the client log. */
export function isUntried({ code }: TransferError): boolean {
  return code === 'PARTNER_PARKED' || code === 'PARTNER_DOWN';
}
