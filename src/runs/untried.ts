import type { TransferError } from '../core/transfer-error.js';
import { isUntried } from '../transfers/connect-guard.js';
import type { ActionEnd } from './action-context.js';
import type { RunServices } from './run-services.js';

type Postponed = Extract<ActionEnd, { kind: 'postponed' }>;

/** The end of an action whose partner is parked or shut: nothing was tried. Undefined where something may be tried. */
export function postponed(partner: string, { guard }: Pick<RunServices, 'guard'>): Postponed | undefined {
  const admission = guard.admits(partner);
  switch (admission.kind) {
    case 'open':
    case 'probe':
      return undefined;
    case 'shut':
      return {
        kind: 'postponed',
        untilMs: admission.untilMs,
        reason: `${partner} is down: ${admission.reason}`,
      };
    case 'parked':
      return {
        kind: 'postponed',
        for: 'release',
        reason: `${partner} is parked: ${admission.reason}; tally connections release ${partner}`,
      };
  }
}

/** The same for an action that began, and was told on its way that nothing more is tried there. */
export function untriedEnd(
  error: TransferError,
  partner: string,
  services: Pick<RunServices, 'guard' | 'platform'>,
): Postponed | undefined {
  if (!isUntried(error)) return undefined;
  const now = services.platform.clock.now();
  return (
    postponed(partner, services) ?? {
      kind: 'postponed',
      untilMs: now + (error.retryAfterMs ?? 0),
      reason: error.message,
    }
  );
}
