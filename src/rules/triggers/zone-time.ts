import { IANAZone } from 'luxon';

const DAY_MS = 86_400_000;

/** A time zone as offsets from UTC. Wall times are milliseconds as if the wall clock showed UTC. */
export interface ZoneTime {
  /** What the zone's clocks show more than UTC at that moment, in milliseconds. */
  offsetMs(atMs: number): number;
}

/** A moment at which the clocks of a zone are put forward or back. */
export interface ClockChange {
  readonly atMs: number;
  readonly offsetBeforeMs: number;
  readonly offsetAfterMs: number;
}

/** True for a zone's name that this machine knows. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/** Throws a RangeError for a name that `isTimeZone` does not know. */
export function zoneTime(name: string): ZoneTime {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = IANAZone.create(name);
  if (!zone.isValid) throw new RangeError(`${name} is no time zone`);
  const time = new RememberedZone((atMs) => Math.round(zone.offset(atMs) * 60_000));
  zones.set(name, time);
  return time;
}

/** As many as the rules name; a zone is asked for thousands of times and answers slowly by itself. */
const zones = new Map<string, ZoneTime>();

/** Remembers the offset of whole days on which no clock is changed. */
class RememberedZone implements ZoneTime {
  readonly #ask: (atMs: number) => number;
  readonly #ofDay = new Map<number, number>();

  constructor(ask: (atMs: number) => number) {
    this.#ask = ask;
  }

  offsetMs(atMs: number): number {
    const day = Math.floor(atMs / DAY_MS);
    const known = this.#ofDay.get(day) ?? this.#learn(day);
    return Number.isNaN(known) ? this.#ask(atMs) : known;
  }

  #learn(day: number): number {
    const first = this.#ask(day * DAY_MS);
    const offset = first === this.#ask((day + 1) * DAY_MS) ? first : NaN;
    if (this.#ofDay.size >= MAX_KEPT_DAYS) this.#ofDay.clear();
    this.#ofDay.set(day, offset);
    return offset;
  }
}

const MAX_KEPT_DAYS = 1_000;

/** The first change after `afterMs`, up to and including `untilMs`. */
export function firstChange(zone: ZoneTime, afterMs: number, untilMs: number): ClockChange | undefined {
  const offsetBeforeMs = zone.offsetMs(afterMs);
  for (let from = afterMs; from < untilMs; from += PROBE_MS) {
    const to = Math.min(from + PROBE_MS, untilMs);
    if (zone.offsetMs(to) === offsetBeforeMs) continue;
    const atMs = changeWithin(zone, from, to);
    return { atMs, offsetBeforeMs, offsetAfterMs: zone.offsetMs(atMs) };
  }
  return undefined;
}

/**
 * The moments at which the zone's clocks show this wall time, earliest first: one, or two when it is repeated in
 * autumn, or none when the clocks are put forward over it.
 */
export function momentsOfWall(zone: ZoneTime, wallMs: number): readonly number[] {
  const before = zone.offsetMs(wallMs - DAY_MS);
  const after = zone.offsetMs(wallMs + DAY_MS);
  const offsets = before === after ? [before] : [before, after];
  return offsets
    .map((offset) => wallMs - offset)
    .filter((atMs) => atMs + zone.offsetMs(atMs) === wallMs)
    .sort((a, b) => a - b);
}

/** The moment of a wall time; of a repeated one the first, of one that is left out the moment after the gap. */
export function momentOfWall(zone: ZoneTime, wallMs: number): number {
  const [first] = momentsOfWall(zone, wallMs);
  if (first !== undefined) return first;
  return changeWithin(zone, wallMs - DAY_MS, wallMs + DAY_MS);
}

/** No zone has two changes within so short a time. */
const PROBE_MS = 7 * DAY_MS;

function changeWithin(zone: ZoneTime, fromMs: number, toMs: number): number {
  const before = zone.offsetMs(fromMs);
  let low = fromMs;
  let high = toMs;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offsetMs(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
