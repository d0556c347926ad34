import { partnerOf, type PartnerBook } from '../../../client-log/partners.js';
import type { ReadRecord } from '../../../client-log/reading/log-line.js';
import type { PartnerData } from '../report-data.js';
import { hourOf, hourOfDay } from '../figures/wall-time.js';
import { clipped, detached } from './short-copies.js';
import { NameBook, REST } from './name-book.js';

const HOURS = 24;
/** Logs of many users ask for the same few partners again and again; a hostile one must not fill the memory. */
const MOST_KNOWN = 20_000;

interface OpenPartner {
  readonly place: string;
  readonly hoursOfDay: number[];
  lastSuccessSeconds: number;
  lastFailureSeconds: number;
}

/** What is kept of each partner beside its counts by time. */
export class PartnerFacts {
  readonly #book: PartnerBook;
  readonly #names: NameBook;
  readonly #known = new Map<string, number>();
  readonly #partners = new Map<number, OpenPartner>();

  constructor(book: PartnerBook, most: number) {
    this.#book = book;
    this.#names = new NameBook(most);
  }

  get names(): NameBook {
    return this.#names;
  }

  /** Index of the partner of a record. */
  indexOf(record: ReadRecord): number {
    const { host, port, user } = record;
    // Without connections of the settings, only the host tells partners apart.
    const key = this.#book.length === 0 ? host : `${host}\n${port ?? ''}\n${user}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = partnerOf(record, this.#book) || '(no host)';
    const index = this.#names.indexOf(name);
    if (!this.#partners.has(index)) this.#partners.set(index, openPartner(record, name, index));
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(detached(key), index);
    return index;
  }

  addAttempt(index: number, seconds: number, { result }: ReadRecord): void {
    const partner = this.#partners.get(index);
    if (partner === undefined) return;
    const hour = hourOfDay(hourOf(seconds));
    partner.hoursOfDay[hour] = (partner.hoursOfDay[hour] ?? 0) + 1;
    if (result === 'failed') {
      partner.hoursOfDay[HOURS + hour] = (partner.hoursOfDay[HOURS + hour] ?? 0) + 1;
      partner.lastFailureSeconds = Math.max(partner.lastFailureSeconds, seconds);
    } else partner.lastSuccessSeconds = Math.max(partner.lastSuccessSeconds, seconds);
  }

  build(): readonly PartnerData[] {
    return this.#names.names('(other partners)').map((name, at, { length }) => {
      const isRest = this.#names.hasRest && at === length - 1;
      const partner = this.#partners.get(isRest ? REST : at);
      return { ...partnerData(name, partner), ...(isRest ? { isRest } : {}) };
    });
  }
}

function openPartner({ host, port }: ReadRecord, name: string, index: number): OpenPartner {
  const hasOwnName = index !== REST && host.toLowerCase() !== name;
  return {
    place: hasOwnName ? detached(clipped(port === undefined ? host : `${host}:${port}`)) : '',
    hoursOfDay: new Array<number>(2 * HOURS).fill(0),
    lastSuccessSeconds: -Infinity,
    lastFailureSeconds: -Infinity,
  };
}

function partnerData(name: string, partner: OpenPartner | undefined): PartnerData {
  const { place = '', hoursOfDay = [], lastSuccessSeconds, lastFailureSeconds } = partner ?? {};
  return {
    name,
    place,
    hoursOfDay,
    ...(isMoment(lastSuccessSeconds) ? { lastSuccessSeconds } : {}),
    ...(isMoment(lastFailureSeconds) ? { lastFailureSeconds } : {}),
  };
}

function isMoment(seconds: number | undefined): seconds is number {
  return seconds !== undefined && seconds > -Infinity;
}
