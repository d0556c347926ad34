import type { ReportData } from '../report-data.js';
import { forEachCell } from './cells.js';
import { slotStart } from './slots.js';
import { hourOf } from './wall-time.js';

/** A partner that used to be heard of, and is not any more. */
export interface QuietPartner {
  /** Index of `partners`. */
  readonly partner: number;
  /** Hours from its last attempt to the last record of the log. */
  readonly silentHours: number;
  /** Its longest pause before. */
  readonly longestPauseHours: number;
  readonly lastSeconds: number;
}

/** Fewer days than this say nothing about a partner's habits. */
const FEWEST_DAYS = 5;
const SHORTEST_SILENCE_HOURS = 24;
/** How much longer than any pause before a silence must be. */
const FACTOR = 1.5;

/** Partners without any attempt for far longer than ever before, the longest silence first. */
export function quietPartners(data: ReportData): readonly QuietPartner[] {
  if (data.span === undefined) return [];
  const lastHour = hourOf(data.span.lastSeconds);
  const quiet: QuietPartner[] = [];
  for (const [partner, hours] of hoursByPartner(data)) {
    const { lastSuccessSeconds = -Infinity, lastFailureSeconds = -Infinity } = data.partners[partner] ?? {};
    const lastSeconds = Math.max(lastSuccessSeconds, lastFailureSeconds);
    const silentHours = lastHour - hourOf(lastSeconds);
    if (silentHours < SHORTEST_SILENCE_HOURS || daysIn(hours) < FEWEST_DAYS) continue;
    const longestPauseHours = longestGap(hours, data.cube.hoursPerSlot);
    if (silentHours <= FACTOR * longestPauseHours) continue;
    quiet.push({ partner, silentHours, longestPauseHours, lastSeconds });
  }
  return quiet.sort((a, b) => b.silentHours - a.silentHours);
}

/** The first hours of each partner's slots with attempts. */
function hoursByPartner({ cube, partners }: ReportData): ReadonlyMap<number, ReadonlySet<number>> {
  const hours = new Map<number, Set<number>>();
  for (const kind of cube.kinds) {
    if (partners[kind.partner]?.isRest) continue;
    const known = hours.get(kind.partner) ?? new Set<number>();
    hours.set(kind.partner, known);
    forEachCell(kind, (slot) => known.add(slotStart(slot, cube.hoursPerSlot)));
  }
  return hours;
}

function daysIn(hours: ReadonlySet<number>): number {
  return new Set([...hours].map((hour) => Math.floor(hour / 24))).size;
}

/** A gap of a slot's width is none. */
function longestGap(hours: ReadonlySet<number>, hoursPerSlot: number): number {
  const sorted = Float64Array.from(hours).sort();
  let longest = hoursPerSlot;
  for (let at = 1; at < sorted.length; at += 1) {
    longest = Math.max(longest, (sorted[at] ?? 0) - (sorted[at - 1] ?? 0));
  }
  return longest;
}
