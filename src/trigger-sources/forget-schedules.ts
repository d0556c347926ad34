import type { Rule } from '../rules/rule.js';
import type { EventStore } from '../store/event-store.js';

/**
 * For rules that are disabled: what passes meanwhile is not missed, and nothing is made up for when they are enabled
 * again. Writes only where something is remembered. Rejects with STORE_FAILED.
 */
export async function forgetSchedules(
  rules: readonly Pick<Rule, 'name' | 'triggers'>[],
  events: Pick<EventStore, 'triggerState' | 'setTriggerState'>,
): Promise<void> {
  for (const { name, triggers } of rules) {
    const schedules = triggers.filter(({ kind }) => kind === 'schedule');
    for (const index of schedules.keys()) {
      const trigger = scheduleName(index);
      const state = await events.triggerState(name, trigger);
      if (state !== undefined) await events.setTriggerState(name, trigger, undefined);
    }
  }
}

/** What tells the schedules of a rule apart, by their place among them from 0: `schedule`, `schedule-2`. */
export function scheduleName(index: number): string {
  return index === 0 ? 'schedule' : `schedule-${index + 1}`;
}
