import type { WaitAction } from '../../rules/actions/action.js';
import type { ActionContext, ActionEnd } from '../action-context.js';

/** Waits, counted from when the step was first begun: after a restart only for what is left. */
export async function performWait(action: WaitAction, context: ActionContext): Promise<ActionEnd> {
  const seconds = `${action.forMs / 1000} s`;
  if (context.isShadow) return { kind: 'succeeded', text: `would wait ${seconds}` };
  const { clock } = context.services.platform;
  const untilMs = context.begunMs + action.forMs;
  // Never longer than it was meant, also where the clock was set back meanwhile.
  const leftMs = Math.min(Math.max(0, untilMs - clock.now()), action.forMs);
  if (await context.pause(leftMs)) return { kind: 'succeeded', text: `waited ${seconds}` };
  if (context.signal.aborted) return { kind: 'cancelled' };
  return { kind: 'postponed', untilMs, reason: `it waits until ${new Date(untilMs).toISOString()}` };
}
