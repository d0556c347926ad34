import { hourField, hourOfField } from './wall-time.js';
import { slotOf, slotStart } from './slots.js';

/** What the reader of the page has chosen to look at; an absent part means all. */
export interface Selection {
  /** First wall hour. */
  readonly fromHour?: number | undefined;
  /** The wall hour after the last one. */
  readonly toHour?: number | undefined;
  /** Name of a partner. */
  readonly partner?: string | undefined;
  readonly protocol?: string | undefined;
  readonly operation?: string | undefined;
  /** Key of a cause. */
  readonly cause?: string | undefined;
}

const TEXT_PARTS = ['partner', 'protocol', 'operation', 'cause'] as const;

export function isWholeLog(selection: Selection): boolean {
  return Object.values(selection).every((part) => part === undefined);
}

/** A selection widened to whole slots, since nothing finer is known. */
export function snapped(selection: Selection, hoursPerSlot: number): Selection {
  const { fromHour, toHour } = selection;
  return {
    ...selection,
    fromHour: fromHour === undefined ? undefined : slotStart(slotOf(fromHour, hoursPerSlot), hoursPerSlot),
    toHour: toHour === undefined ? undefined : slotStart(slotOf(toHour - 1, hoursPerSlot) + 1, hoursPerSlot),
  };
}

/** The last so many hours of the log, up to the hour of its last record. */
export function lastHours(hours: number, lastHour: number): Pick<Selection, 'fromHour' | 'toHour'> {
  return { fromHour: lastHour + 1 - hours, toHour: lastHour + 1 };
}

/** Writes a selection into the parameters of an address. */
export function writeSelection(selection: Selection, into: URLSearchParams): void {
  if (selection.fromHour !== undefined) into.set('from', hourField(selection.fromHour));
  if (selection.toHour !== undefined) into.set('until', hourField(selection.toHour));
  for (const part of TEXT_PARTS) {
    const value = selection[part];
    if (value !== undefined) into.set(part, value);
  }
}

/** Reads what `writeSelection` wrote; what cannot be read is as if it were not there. */
export function readSelection(from: URLSearchParams): Selection {
  const texts = TEXT_PARTS.map((part) => [part, from.get(part) ?? undefined] as const);
  return {
    fromHour: hourOfField(from.get('from') ?? ''),
    toHour: hourOfField(from.get('until') ?? ''),
    ...(Object.fromEntries(texts) as Pick<Selection, (typeof TEXT_PARTS)[number]>),
  };
}
