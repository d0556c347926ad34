import { printable } from '../core/printable.js';
import { TransferError } from '../core/transfer-error.js';
import type { Alarm } from '../store/alarm-store.js';
import type { BreakerState, Park } from '../store/partner-store.js';

type AlarmText = Pick<Alarm, 'kind' | 'cause' | 'side' | 'text'>;

const MAX_REASON_LENGTH = 300;

/** What a failure says, short enough to stand in a row and in an alarm. */
export function reasonOf(error: TransferError): string {
  return printable(error.message, MAX_REASON_LENGTH);
}

export function parkedCause(connection: string): string {
  return `partnerParked:${connection}`;
}

export function downCause(connection: string): string {
  return `partnerDown:${connection}`;
}

export function parkedAlarm(park: Park, error: TransferError): AlarmText {
  const { connection, reason } = park;
  const why =
    error.retry === 'auth'
      ? 'one refused login is enough, so that the account is not locked'
      : 'nothing is sent to a server that is not the one that the settings trust';
  return {
    kind: 'partnerParked',
    cause: parkedCause(connection),
    side: error.side,
    text: `${connection} is parked for all rules: ${reason} (${why}). ${error.advice} Then: tally connections release ${connection}`,
  };
}

/** Of a breaker that has just opened. */
export function downAlarm(state: BreakerState, error: TransferError): AlarmText {
  return {
    kind: 'partnerDown',
    cause: downCause(state.connection),
    side: error.side,
    text: `${state.connection} does not answer: ${state.failures} connections failed one after another, the last with: ${state.lastReason ?? ''}. Files wait and go by themselves once it is back; tally connections test ${state.connection} shows where it fails`,
  };
}

export function parkedError(park: Park): TransferError {
  return new TransferError({
    code: 'PARTNER_PARKED',
    lastCode: -1,
    phase: 'connect',
    message: `${park.connection} is parked: ${park.reason}`,
    advice: `Correct the credentials or the pin, then: tally connections release ${park.connection}`,
  });
}

/** `waitMs`: until it is tried again. */
export function downError(state: BreakerState, waitMs: number): TransferError {
  return new TransferError({
    code: 'PARTNER_DOWN',
    lastCode: -1,
    phase: 'connect',
    message: `nothing is tried at ${state.connection} for now: ${downReason(state)}`,
    retryAfterMs: waitMs,
  });
}

export function downReason({ failures, lastReason }: BreakerState): string {
  return `its last ${failures} connections failed, the last with: ${lastReason ?? 'no reason known'}`;
}
