import type { TransferError } from '../core/transfer-error.js';

/** Keeps rules from hurting a partner (or our account there): parks, and a circuit breaker for each connection. */
export interface PartnerGuard {
  /** May something be tried there now? `partner` as PlaceBook's endpoint label (the connection's name). */
  admits(partner: string): PartnerAdmission;
  /** A connection was made and used. Closes breaker and alarm. */
  succeeded(partner: string): Promise<void>;
  /** The connection as a whole failed: `auth` and `config` park it at once, `transient` counts for the breaker. */
  failed(partner: string, error: TransferError): Promise<void>;
  /** A person released it. False: it was not parked. */
  release(partner: string, by: string): Promise<boolean>;
  /** So often one after another, for the trigger `connectionFailed`. */
  onFailure(listener: (partner: string, failures: number, error: TransferError) => void): void;
}

export type PartnerAdmission =
  | { readonly kind: 'open' }
  /** One may try: the breaker is half open. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'shut'; readonly untilMs: number; readonly reason: string }
  | { readonly kind: 'parked'; readonly sinceMs: number; readonly reason: string };
