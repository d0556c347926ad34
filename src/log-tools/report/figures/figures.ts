import type { ActingSide } from '../../../client-log/result-codes/code-entry.js';
import type { KindData, ReportData } from '../report-data.js';
import { forEachCell } from './cells.js';
import type { Selection } from './selection.js';
import { slotStart } from './slots.js';
import { hourOfDay } from './wall-time.js';

export interface Count {
  attempts: number;
  failed: number;
}

/** The attempts of one group. */
export interface GroupCount extends Count {
  /** Of the attempts: verdicts that were inferred from the code. */
  inferred: number;
}

export interface PartnerFigures extends GroupCount {
  /** Index of `partners`. */
  readonly partner: number;
  /** Failed attempts by index of the cause. */
  readonly failedByCause: Map<number, number>;
}

export interface CauseFigures extends GroupCount {
  /** Index of `causes`. */
  readonly cause: number;
  /** Indexes of the partners and protocols with failed attempts of this cause; of all attempts where none failed. */
  readonly failedPartners: Set<number>;
  readonly protocols: Set<number>;
  /** First hours of the first and the last slot with a failed attempt. */
  firstFailedHour: number | undefined;
  lastFailedHour: number | undefined;
}

/** What a selection comes to; everything that the page counts. */
export interface Figures {
  readonly total: GroupCount;
  /** Failed attempts by whose side must act. */
  readonly failedBySide: ReadonlyMap<ActingSide, number>;
  /** Most failed first. */
  readonly partners: readonly PartnerFigures[];
  readonly causes: readonly CauseFigures[];
  /** By slot of the cube; unsorted. */
  readonly slots: ReadonlyMap<number, Count>;
  /** Attempts and failed ones by partner and hour of the day; empty where the cube does not know hours. */
  readonly hoursOfDay: ReadonlyMap<number, readonly Count[]>;
}

/** Counts what is selected, in one pass over the cube. */
export function figuresOf(data: ReportData, selection: Selection): Figures {
  const counting = new Counting(data);
  const isChosen = kindFilter(data, selection);
  for (const kind of data.cube.kinds) if (isChosen(kind)) counting.addKind(kind, selection);
  return counting.figures();
}

/** Whether attempts of a kind are selected, time apart. */
export function kindFilter(data: ReportData, selection: Selection): (kind: KindData) => boolean {
  const { partner, protocol, operation, cause } = selection;
  return (kind) =>
    (partner === undefined || data.partners[kind.partner]?.name === partner) &&
    (protocol === undefined || data.protocols[kind.protocol] === protocol) &&
    (operation === undefined || data.operations[kind.operation] === operation) &&
    (cause === undefined || data.causes[kind.cause]?.key === cause);
}

class Counting {
  readonly #data: ReportData;
  readonly #total: GroupCount = { attempts: 0, failed: 0, inferred: 0 };
  readonly #sides = new Map<ActingSide, number>();
  readonly #partners = new Map<number, PartnerFigures>();
  readonly #causes = new Map<number, CauseFigures>();
  readonly #slots = new Map<number, Count>();
  readonly #hoursOfDay = new Map<number, Count[]>();

  constructor(data: ReportData) {
    this.#data = data;
  }

  addKind(kind: KindData, { fromHour = -Infinity, toHour = Infinity }: Selection): void {
    const { hoursPerSlot } = this.#data.cube;
    let attempts = 0;
    let first: number | undefined;
    let last: number | undefined;
    forEachCell(kind, (slot, count) => {
      const start = slotStart(slot, hoursPerSlot);
      if (start < fromHour || start >= toHour) return;
      attempts += count;
      first ??= start;
      last = start;
      addTo(entryOf(this.#slots, slot, newCount), countOf(kind, count));
      if (hoursPerSlot === 1) this.#addHour(kind, hourOfDay(start), count);
    });
    if (attempts > 0) this.#addGroups(kind, attempts, first, last);
  }

  #addHour(kind: KindData, hour: number, count: number): void {
    const hours = entryOf(this.#hoursOfDay, kind.partner, () => Array.from({ length: 24 }, newCount));
    const cell = hours[hour];
    if (cell !== undefined) addTo(cell, countOf(kind, count));
  }

  #addGroups(kind: KindData, attempts: number, first: number | undefined, last: number | undefined): void {
    const partner = entryOf(this.#partners, kind.partner, () => newPartner(kind.partner));
    const cause = entryOf(this.#causes, kind.cause, () => newCause(kind.cause));
    for (const group of [this.#total, partner, cause]) {
      addTo(group, countOf(kind, attempts));
      if (kind.isInferred) group.inferred += attempts;
    }
    cause.protocols.add(kind.protocol);
    if (!kind.isFailed) return;
    partner.failedByCause.set(kind.cause, (partner.failedByCause.get(kind.cause) ?? 0) + attempts);
    cause.failedPartners.add(kind.partner);
    cause.firstFailedHour = Math.min(cause.firstFailedHour ?? Infinity, first ?? Infinity);
    cause.lastFailedHour = Math.max(cause.lastFailedHour ?? -Infinity, last ?? -Infinity);
    const side = this.#data.causes[kind.cause]?.side ?? 'nobody';
    this.#sides.set(side, (this.#sides.get(side) ?? 0) + attempts);
  }

  figures(): Figures {
    return {
      total: this.#total,
      failedBySide: new Map([...this.#sides].sort((a, b) => b[1] - a[1])),
      partners: [...this.#partners.values()].sort(worstFirst),
      causes: [...this.#causes.values()].sort(worstFirst),
      slots: this.#slots,
      hoursOfDay: this.#hoursOfDay,
    };
  }
}

function entryOf<Value>(map: Map<number, Value>, key: number, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function countOf({ isFailed }: KindData, attempts: number): Count {
  return { attempts, failed: isFailed ? attempts : 0 };
}

function addTo(sum: Count, { attempts, failed }: Count): void {
  sum.attempts += attempts;
  sum.failed += failed;
}

function newCount(): Count {
  return { attempts: 0, failed: 0 };
}

function newPartner(partner: number): PartnerFigures {
  return { partner, attempts: 0, failed: 0, inferred: 0, failedByCause: new Map() };
}

function newCause(cause: number): CauseFigures {
  return {
    cause,
    attempts: 0,
    failed: 0,
    inferred: 0,
    failedPartners: new Set(),
    protocols: new Set(),
    firstFailedHour: undefined,
    lastFailedHour: undefined,
  };
}

function worstFirst(a: Count, b: Count): number {
  return b.failed - a.failed || b.attempts - a.attempts;
}
