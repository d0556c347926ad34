import type { ScheduleTrigger } from './trigger.js';

/** A schedule as the settings make it when they say nothing else. */
export function scheduleTrigger(given: Partial<ScheduleTrigger>): ScheduleTrigger {
  return {
    kind: 'schedule',
    timeZone: 'Europe/Berlin',
    skippedHour: 'runAfter',
    repeatedHour: 'once',
    jitterMs: 0,
    misfire: 'runOnce',
    ...given,
  };
}
