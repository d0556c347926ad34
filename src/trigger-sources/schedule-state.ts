import * as z from 'zod';
import type { ScheduleTrigger } from '../rules/triggers/trigger.js';

/** What a schedule remembers over a stop. */
export interface ScheduleState {
  /** Every time up to this one was decided upon: run, or left out. */
  readonly decidedMs: number;
  /** Of the schedule that it belongs to: after a change of its times nothing counts as missed. */
  readonly mark: string;
}

const shape = z.object({ decidedMs: z.number(), mark: z.string() });

/** What the store gave back, or undefined when it is nothing of ours. */
export function readScheduleState(kept: unknown): ScheduleState | undefined {
  const parsed = shape.safeParse(kept);
  return parsed.success ? parsed.data : undefined;
}

/** Changes with the times of the schedule. */
export function scheduleMark(trigger: ScheduleTrigger): string {
  const { cron, everyMs, onceAtMs, timeZone, skippedHour, repeatedHour, notOn, onlyOn } = trigger;
  return JSON.stringify([cron, everyMs, onceAtMs, timeZone, skippedHour, repeatedHour, notOn, onlyOn]);
}
