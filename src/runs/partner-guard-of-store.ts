import type { ErrorCode } from '../core/error-codes.js';
import type { Platform } from '../core/platform.js';
import type { TransferError } from '../core/transfer-error.js';
import type { BreakerState, Park, PartnerStore } from '../store/partner-store.js';
import type { ConnectGuard, ConnectPass } from '../transfers/connect-guard.js';
import { isLocal, type Endpoint } from '../transfers/endpoint.js';
import type { Alarms } from './alarms.js';
import type { LiveEvents } from './live-events.js';
import { PartnerLane } from './partner-guard-lane.js';
import {
  downAlarm,
  downCause,
  downError,
  downReason,
  parkedAlarm,
  parkedCause,
  parkedError,
  reasonOf,
} from './partner-guard-words.js';
import type { PartnerAdmission, PartnerGuard } from './partner-guard.js';

export interface PartnerGuardParts {
  readonly platform: Pick<Platform, 'clock' | 'random'>;
  readonly partners: PartnerStore;
  readonly alarms: Alarms;
  readonly live: LiveEvents;
  /** `Park.settingsMark` of a connection as the settings stand now. */
  readonly markOf: (connection: string) => string;
}

/** So many failures one after another shut a partner. */
export const FAILURES_TO_SHUT = 5;
const FIRST_PAUSE_MS = 30_000;
export const LONGEST_PAUSE_MS = 900_000;
/** The last part of a pause that is left to chance, so that many do not come back in one moment. */
const JITTER = 0.2;

/** What says nothing of the partner as a whole. */
const NEUTRAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CANCELLED',
  'CLOSED',
  'TOO_MANY_CONNECTIONS',
  'PARTNER_PARKED',
  'PARTNER_DOWN',
  'STORE_FAILED',
  'TIME_LIMIT',
]);

type FailureListener = (partner: string, failures: number, error: TransferError) => void;

/**
 * The guard of all partners, over all rules and over restarts. One login at a time for each, so that of many that want
 * in, one finds out that the password is wrong; then nobody tries until a person says so, or the connection's settings
 * have changed.
 */
export class PartnerGuardOfStore implements PartnerGuard, ConnectGuard {
  readonly #parts: PartnerGuardParts;
  readonly #parks: Map<string, Park>;
  readonly #breakers: Map<string, BreakerState>;
  readonly #lanes = new Map<string, PartnerLane>();
  readonly #listeners: FailureListener[] = [];

  private constructor(
    parts: PartnerGuardParts,
    known: { readonly parks: readonly Park[]; readonly breakers: readonly BreakerState[] },
  ) {
    this.#parts = parts;
    this.#parks = new Map(known.parks.map((park) => [park.connection, park]));
    this.#breakers = new Map(known.breakers.map((state) => [state.connection, state]));
  }

  /** Reads where every partner stood when the last process ended. */
  static async open(parts: PartnerGuardParts): Promise<PartnerGuardOfStore> {
    const [parks, breakers] = await Promise.all([parts.partners.parks(), parts.partners.breakers()]);
    return new PartnerGuardOfStore(parts, { parks, breakers });
  }

  admits(partner: string): PartnerAdmission {
    const park = this.#parkInForce(partner);
    if (park !== undefined) return { kind: 'parked', sinceMs: park.sinceMs, reason: park.reason };
    const state = this.#breakers.get(partner);
    if (state === undefined || state.failures < FAILURES_TO_SHUT) return { kind: 'open' };
    const waitMs = this.#waitMs(state);
    if (waitMs === 0) return { kind: 'probe' };
    return { kind: 'shut', untilMs: this.#parts.platform.clock.now() + waitMs, reason: downReason(state) };
  }

  async enter(endpoint: Endpoint, signal: AbortSignal): Promise<ConnectPass> {
    if (isLocal(endpoint)) return FREE_PASS;
    const partner = endpoint.label;
    this.#refuseShut(partner);
    const leave = await this.#lane(partner).take(signal);
    try {
      await this.#freeWhenEdited(partner);
      this.#refuseShut(partner);
    } catch (error) {
      leave();
      throw error;
    }
    return {
      made: () => this.succeeded(partner).finally(leave),
      failed: (error) => this.failed(partner, error).finally(leave),
    };
  }

  async succeeded(partner: string): Promise<void> {
    await this.#open(partner, 'it answers again');
  }

  async failed(partner: string, error: TransferError): Promise<void> {
    if (NEUTRAL.has(error.code)) return;
    const isParking = error.retry === 'auth' || error.retry === 'config';
    const failures = isParking ? await this.#park(partner, error) : await this.#count(partner, error);
    for (const listener of this.#listeners) listener(partner, failures, error);
  }

  async release(partner: string, by: string): Promise<boolean> {
    const reason = `released by ${by}`;
    const wasParked = await this.#unpark(partner, reason);
    const hadFailures = await this.#open(partner, reason);
    return wasParked || hadFailures;
  }

  /** Failures of the connection as a whole, one after another, and the last one's reason. */
  stateOf(partner: string): Pick<BreakerState, 'failures' | 'lastReason'> {
    return this.#breakers.get(partner) ?? { failures: 0 };
  }

  onFailure(listener: FailureListener): void {
    this.#listeners.push(listener);
  }

  #lane(partner: string): PartnerLane {
    const known = this.#lanes.get(partner);
    if (known !== undefined) return known;
    const lane = new PartnerLane();
    this.#lanes.set(partner, lane);
    return lane;
  }

  #parkInForce(partner: string): Park | undefined {
    const park = this.#parks.get(partner);
    return park?.settingsMark === this.#parts.markOf(partner) ? park : undefined;
  }

  #refuseShut(partner: string): void {
    const park = this.#parkInForce(partner);
    if (park !== undefined) throw parkedError(park);
    const state = this.#breakers.get(partner);
    const waitMs = state === undefined ? 0 : this.#waitMs(state);
    if (state !== undefined && waitMs > 0) throw downError(state, waitMs);
  }

  /** A clock that was set back must not shut a partner for longer than any pause lasts. */
  #waitMs({ openUntilMs = 0 }: BreakerState): number {
    const waitMs = openUntilMs - this.#parts.platform.clock.now();
    return waitMs > 0 && waitMs <= LONGEST_PAUSE_MS ? waitMs : 0;
  }

  async #freeWhenEdited(partner: string): Promise<void> {
    const isEdited = this.#parks.has(partner) && this.#parkInForce(partner) === undefined;
    if (isEdited) await this.#unpark(partner, 'its settings were changed');
  }

  /** Forgets its failures; false when there were none. Of one that was shut all rules that wait hear, and go. */
  async #open(partner: string, reason: string): Promise<boolean> {
    const state = this.#breakers.get(partner);
    if (state === undefined) return false;
    const { partners, alarms, live } = this.#parts;
    this.#breakers.delete(partner);
    await partners.clearBreaker(partner);
    if (state.failures < FAILURES_TO_SHUT) return true;
    await alarms.clear(downCause(partner));
    live.publish({ type: 'partner.released', connection: partner, reason });
    return true;
  }

  async #unpark(partner: string, reason: string): Promise<boolean> {
    if (!this.#parks.delete(partner)) return false;
    await this.#parts.partners.release(partner);
    await this.#parts.alarms.clear(parkedCause(partner));
    this.#parts.live.publish({ type: 'partner.released', connection: partner, reason });
    return true;
  }

  async #park(partner: string, error: TransferError): Promise<number> {
    const { platform, partners, alarms, live, markOf } = this.#parts;
    const park: Park = {
      connection: partner,
      sinceMs: platform.clock.now(),
      errorCode: error.code,
      reason: reasonOf(error),
      settingsMark: markOf(partner),
    };
    this.#parks.set(partner, park);
    await partners.park(park);
    await alarms.raise(parkedAlarm(park, error));
    live.publish({ type: 'partner.parked', connection: partner, reason: park.reason });
    return (this.#breakers.get(partner)?.failures ?? 0) + 1;
  }

  async #count(partner: string, error: TransferError): Promise<number> {
    const { platform, partners, alarms } = this.#parts;
    const now = platform.clock.now();
    const before = this.#breakers.get(partner);
    const failures = (before?.failures ?? 0) + 1;
    const isShut = failures >= FAILURES_TO_SHUT;
    const state: BreakerState = {
      connection: partner,
      failures,
      lastErrorCode: error.code,
      lastReason: reasonOf(error),
      sinceMs: before?.sinceMs ?? now,
      ...(isShut ? { openUntilMs: now + this.#pauseMs(failures, error) } : {}),
    };
    this.#breakers.set(partner, state);
    await partners.setBreaker(state);
    if (isShut) await alarms.raise(downAlarm(state, error));
    return failures;
  }

  #pauseMs(failures: number, { retryAfterMs = 0 }: TransferError): number {
    const doublings = Math.min(failures - FAILURES_TO_SHUT, 10);
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** doublings);
    const own = Math.round(longest * (1 - JITTER * this.#parts.platform.random.fraction()));
    return Math.min(LONGEST_PAUSE_MS, Math.max(own, retryAfterMs));
  }
}

const FREE_PASS: ConnectPass = { made: () => Promise.resolve(), failed: () => Promise.resolve() };
