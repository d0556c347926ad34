/**
 * Slots: spans of equal length that wall time is counted in. An hour, a day, a week from Monday to Sunday, or as many
 * weeks as a long log needs.
 */
const HOURS_PER_WEEK = 168;
/** 1969-12-29 was a Monday. */
const MONDAY_HOUR = -72;

/** From hours over days and weeks to ever more weeks. */
export function nextHoursPerSlot(hoursPerSlot: number): number {
  if (hoursPerSlot < 24) return 24;
  return hoursPerSlot < HOURS_PER_WEEK ? HOURS_PER_WEEK : hoursPerSlot * 2;
}

/** The slot that an hour lies in. */
export function slotOf(hour: number, hoursPerSlot: number): number {
  return Math.floor((hour - originOf(hoursPerSlot)) / hoursPerSlot);
}

/** The first hour of a slot. */
export function slotStart(slot: number, hoursPerSlot: number): number {
  return slot * hoursPerSlot + originOf(hoursPerSlot);
}

function originOf(hoursPerSlot: number): number {
  return hoursPerSlot % HOURS_PER_WEEK === 0 ? MONDAY_HOUR : 0;
}

/** `hour`, `day`, `week`, `4 weeks`, `6 hours`. */
export function slotWords(hoursPerSlot: number): string {
  if (hoursPerSlot === 1) return 'hour';
  if (hoursPerSlot < 24) return `${hoursPerSlot} hours`;
  if (hoursPerSlot === 24) return 'day';
  if (hoursPerSlot < HOURS_PER_WEEK) return `${hoursPerSlot / 24} days`;
  return hoursPerSlot === HOURS_PER_WEEK ? 'week' : `${hoursPerSlot / HOURS_PER_WEEK} weeks`;
}
