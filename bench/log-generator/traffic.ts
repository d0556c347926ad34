import { codeChoice, type CodeChoice } from './made-codes.js';
import { makePartners, type MadePartner, type Route } from './made-partners.js';
import type { RandomNumbers } from './random-numbers.js';

/** One attempt at one file: what becomes a line. */
export interface Attempt {
  readonly partner: MadePartner;
  readonly route: Route;
  readonly name: string;
  readonly code: number;
  readonly isFailed: boolean;
}

/** When the next attempt takes place. */
export interface Moment {
  /** Seconds since the log began. */
  readonly second: number;
  /** `yyyymmdd`. */
  readonly day: string;
}

interface Outage {
  readonly from: number;
  readonly until: number;
  readonly code: number;
}

interface Pending {
  readonly route: Route;
  readonly name: string;
  readonly attempts: number;
}

interface BusyPartner {
  readonly partner: MadePartner;
  readonly outages: readonly Outage[];
  /** Files that failed and are tried again later. */
  readonly pending: Pending[];
}

const DAY_S = 86_400;
const MAX_PENDING = 500;
const MAX_ATTEMPTS = 6;
/** Between outages: a refused name here, a lost line there. */
const EVERYDAY_FAILURES = 0.006;

/**
 * What happens between us and some sixty partners: a few of them do most of the traffic, each has outages of minutes
 * to hours with one cause, our own line fails twice a month for all of them, and what failed is tried again.
 */
export class Traffic {
  readonly #random: RandomNumbers;
  readonly #codes: CodeChoice;
  readonly #partners: readonly BusyPartner[];
  /** Our own line is down: nobody can be reached. */
  readonly #outagesOfOurs: readonly Outage[];
  #serial = 0;

  constructor(random: RandomNumbers, size: { readonly partners: number; readonly days: number }) {
    this.#random = random;
    this.#codes = codeChoice(random);
    this.#outagesOfOurs = this.#outages({ days: size.days, perMonth: 2, maxS: 2_400 }, () => 10_051);
    this.#partners = makePartners(size.partners, random).map((partner) => ({
      partner,
      outages: this.#outages({ days: size.days, perMonth: 4, maxS: 14_400 }, () =>
        this.#codes.failure(partner.protocol),
      ),
      pending: [],
    }));
  }

  next(moment: Moment): Attempt {
    const busy = this.#partner();
    const { partner, pending } = busy;
    const again = pending.length > 0 && this.#random.chance(0.4) ? pending.shift() : undefined;
    const file = again ?? this.#freshFile(partner, moment.day);
    const failure = this.#failureOf(busy, moment.second);
    if (failure !== undefined && file.attempts < MAX_ATTEMPTS && pending.length < MAX_PENDING) {
      pending.push({ ...file, attempts: file.attempts + 1 });
    }
    const code = failure ?? this.#codes.success(partner.protocol);
    return { partner, route: file.route, name: file.name, code, isFailed: failure !== undefined };
  }

  /** The square makes the first partners much busier than the last. */
  #partner(): BusyPartner {
    const spread = this.#random.below(1_000) / 1_000;
    return this.#partners[Math.floor(spread * spread * this.#partners.length)] as BusyPartner;
  }

  #freshFile({ routes }: MadePartner, day: string): Pending {
    const route = this.#random.oneOf(routes);
    this.#serial += 1;
    return { route, name: route.nameOf(String(this.#serial).padStart(7, '0'), day), attempts: 1 };
  }

  #failureOf({ partner, outages }: BusyPartner, second: number): number | undefined {
    const isRemote = partner.protocol !== 'local';
    const outage =
      (isRemote ? outageAt(this.#outagesOfOurs, second) : undefined) ?? outageAt(outages, second);
    if (outage !== undefined) return this.#random.chance(0.97) ? outage.code : undefined;
    return this.#random.chance(EVERYDAY_FAILURES) ? this.#codes.failure(partner.protocol) : undefined;
  }

  #outages(
    { days, perMonth, maxS }: { readonly days: number; readonly perMonth: number; readonly maxS: number },
    codeOf: () => number,
  ): readonly Outage[] {
    const count = Math.max(1, Math.round((days * perMonth) / 30));
    return Array.from({ length: count }, () => {
      const from = this.#random.below(days * DAY_S);
      return { from, until: from + 300 + this.#random.below(maxS), code: codeOf() };
    });
  }
}

function outageAt(outages: readonly Outage[], second: number): Outage | undefined {
  for (const outage of outages) if (second >= outage.from && second < outage.until) return outage;
  return undefined;
}
