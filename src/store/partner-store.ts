import type { ErrorCode } from '../core/error-codes.js';

/** A partner that was refused our login, or whose server is not trusted: nothing goes there until a person says so. */
export interface Park {
  readonly connection: string;
  readonly sinceMs: number;
  readonly errorCode: ErrorCode;
  readonly reason: string;
  /** Changes with host, user and the references of secrets: an edited connection is free again. */
  readonly settingsMark: string;
}

/** Failures of the connection as a whole, one after another. */
export interface BreakerState {
  readonly connection: string;
  readonly failures: number;
  /** Nothing is tried before this time. */
  readonly openUntilMs?: number;
  readonly lastErrorCode?: ErrorCode;
  readonly lastReason?: string;
  readonly sinceMs: number;
}

export interface PartnerStore {
  park(park: Park): Promise<boolean>;
  release(connection: string): Promise<boolean>;
  parks(): Promise<readonly Park[]>;
  setBreaker(state: BreakerState): Promise<void>;
  clearBreaker(connection: string): Promise<void>;
  breakers(): Promise<readonly BreakerState[]>;
}
