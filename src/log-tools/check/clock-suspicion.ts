import { localTime } from '../../client-log/local-time.js';
import { instantOf } from '../../client-log/zone-time.js';
import { wallClockMs } from '../local-instant.js';
import type { ClockSuspicion } from './finding.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** By how much clocks are put back anywhere: half an hour on Lord Howe Island, two hours at Troll. */
const STEPS_MS = [HOUR_MS, 30 * MINUTE_MS, 2 * HOUR_MS];
const SUNDAY = 0;

/** Whether the step from the time before to an earlier one may come from clocks that were put back. */
export function clockSuspicion(before: string, time: string, timeZone: string): ClockSuspicion {
  const stepMs = wallClockMs(before) - wallClockMs(time);
  if (stepMs > Math.max(...STEPS_MS)) return 'none';
  const firstMs = instantOf(time, timeZone);
  const isShownTwice = STEPS_MS.some((step) => localTime(firstMs + step, timeZone).time === time);
  if (isShownTwice) return 'put-back';
  const isSunday = new Date(wallClockMs(time)).getUTCDay() === SUNDAY;
  return isSunday && stepMs <= HOUR_MS ? 'perhaps' : 'none';
}
