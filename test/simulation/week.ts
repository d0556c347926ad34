import { TransferError } from '../../src/core/transfer-error.js';
import { seededRandom } from '../platform/test-platform.js';
import { booksOf, nightsMissing, type Naming } from './books.js';
import { SETTINGS_FILE, SimulatedMachine } from './simulated-machine.js';
import { SimulatedPartner, type PartnerTrouble } from './simulated-partner.js';
import { Traffic } from './traffic.js';
import { weekSettings } from './week-settings.js';

export interface WeekReport {
  readonly faults: readonly string[];
  readonly files: number;
  readonly deaths: readonly string[];
  /** The same for each replay of a seed. */
  readonly storyMark: string;
  readonly warnings: readonly string[];
}

/** Thursday; on Sunday at 02:00 the clocks of Berlin go to 03:00. */
const START = '2026-03-26T06:00:00Z';
/** 02:30 in Berlin; there is none on the 29th, when the rule runs as the gap is over; the 31st is a holiday. */
const NIGHTS = [
  '2026-03-27T01:30Z',
  '2026-03-28T01:30Z',
  '2026-03-29T01:00Z',
  '2026-03-30T00:30Z',
  '2026-04-01T00:30Z',
  '2026-04-02T00:30Z',
  '2026-04-03T00:30Z',
].map((time) => Date.parse(time));
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 7 * 24 * HOUR_MS;

const WAYS = ['move', 'copy', 'send', 'fetch'] as const;

/** A week of traffic and trouble, replayed from its seed; what does not balance at its end. */
export async function simulateWeek(seed: number): Promise<WeekReport> {
  const machine = new SimulatedMachine(START, seed);
  const partner = await SimulatedPartner.start(machine.disk);
  try {
    return await new Week(seed, machine, partner).pass();
  } finally {
    await partner.stop();
    await machine.store.close();
  }
}

/** Something that people do at its time. */
interface Deed {
  readonly atMs: number;
  readonly act: () => void | Promise<void>;
}

function onlyRefused(error: unknown): void {
  if (!(error instanceof TransferError && error.code === 'REFUSED')) throw error;
}

function isFaultOfMachine(error: unknown): boolean {
  return (
    error instanceof TransferError &&
    ['CLIENT_LOG_FAILED', 'SETTINGS_INVALID', 'STORE_FAILED'].includes(error.code)
  );
}

class Week {
  readonly #random;
  readonly #machine: SimulatedMachine;
  readonly #partner: SimulatedPartner;
  readonly #settings: string;
  readonly #traffic: Traffic;
  readonly #namings: Naming[] = [];
  readonly #deeds: Deed[] = [];
  #isCalm = false;

  constructor(seed: number, machine: SimulatedMachine, partner: SimulatedPartner) {
    this.#random = seededRandom(seed);
    this.#machine = machine;
    this.#partner = partner;
    this.#settings = weekSettings(partner.url);
    const { disk, clock } = this.#machine;
    this.#traffic = new Traffic(disk, this.#random, () => clock.now());
    for (const way of [...WAYS, 'nightly']) {
      disk.makePath(`/sim/out/${way}`);
      disk.makePath(`/sim/in/${way}`);
    }
    disk.makePath('/sim/logs');
    disk.put(SETTINGS_FILE, this.#settings);
    disk.named = (path, content) => {
      const isFinal = /^\/(sim|partner)\/in\/(.*\/)?[^./][^/]*$/.test(path);
      if (isFinal) this.#namings.push({ path, content: content.toString() });
    };
    this.#plan();
  }

  async pass(): Promise<WeekReport> {
    const { clock } = this.#machine;
    await this.#begin();
    while (clock.monotonicMs() < WEEK_MS) {
      const deed = this.#nextDeed();
      const atMs = clock.monotonicMs();
      const untilMs = Math.min(deed?.atMs ?? WEEK_MS, atMs + 10 * MINUTE_MS, WEEK_MS);
      await clock.pass(Math.max(0, untilMs - atMs));
      if (deed !== undefined && deed.atMs <= clock.monotonicMs()) {
        this.#deeds.splice(this.#deeds.indexOf(deed), 1);
        await deed.act();
      }
      this.#beginAgainWhenDead();
    }
    await this.#calmDown();
    const faults = [
      ...(await booksOf(this.#machine, this.#traffic.files, this.#namings)),
      ...(await nightsMissing(this.#machine, 'nightly', NIGHTS)),
    ];
    const { deaths, warnings } = this.#machine;
    return {
      faults,
      files: this.#traffic.files.length,
      deaths,
      warnings,
      storyMark: this.#machine.storyMark(),
    };
  }

  /** A day in which nothing happens: whatever waits has its time. */
  async #calmDown(): Promise<void> {
    this.#isCalm = true;
    const { disk, clock } = this.#machine;
    disk.isFull = false;
    disk.unreadable.clear();
    this.#partner.mend();
    disk.put(SETTINGS_FILE, this.#settings);
    await this.#machine.stop();
    await this.#begin();
    await clock.pass(HOUR_MS);
    await this.#setRight();
    await clock.pass(25 * HOUR_MS);
    await this.#machine.stop();
  }

  /** What the administrator does in the morning: files that were put aside may go, runs that failed go again. */
  async #setRight(): Promise<void> {
    const { daemon, store } = this.#machine;
    if (daemon === undefined) throw new Error('no daemon runs');
    await this.#machine.attend(daemon.connections.release('acme', 'cli'));
    for (const { rule, fileKey } of await store.runs.quarantined()) {
      await this.#machine.attend(daemon.releaseFile(rule, fileKey, 'cli'));
    }
    for (const { id } of await store.runs.list({ states: ['failed'], limit: 100_000 })) {
      await this.#machine.attend(daemon.runs.retry(id, 'cli').catch(onlyRefused));
    }
  }

  async #begin(): Promise<void> {
    const at = this.#isCalm ? 0 : Math.ceil(20 * 60 ** this.#random.fraction());
    try {
      await this.#machine.start(at, this.#random.fraction() < 0.5 ? 'before' : 'after');
    } catch (error) {
      if (this.#isCalm || !isFaultOfMachine(error)) throw error;
      // A full disk, settings that are broken: the system tries again.
      this.#in(MINUTE_MS, () => this.#begin());
      return;
    }
    this.#beginAgainWhenDead();
  }

  #beginAgainWhenDead(): void {
    if (this.#machine.buried()) this.#in(this.#upTo(5 * MINUTE_MS), () => this.#begin());
  }

  #plan(): void {
    const { clock, disk } = this.#machine;
    this.#often(600, () => void this.#traffic.put(this.#way(), this.#name()));
    this.#often(60, (atMs) => {
      const begun = this.#traffic.begin(this.#way(), this.#name());
      this.#at(atMs + 3_000, () => begun.finish());
    });
    this.#often(60, (atMs) => {
      const file = this.#traffic.put(this.#way(), this.#name());
      this.#at(atMs + this.#upTo(10_000), () => this.#traffic.vanish(file));
    });
    this.#often(40, () => void this.#traffic.put('nightly', `${this.#name()}.rep`));
    this.#often(
      2,
      () => void Array.from({ length: 300 }, (_, index) => this.#traffic.put('move', `many-${index}`)),
    );
    this.#often(3, (atMs) => {
      disk.isFull = true;
      this.#at(atMs + this.#upTo(40 * MINUTE_MS), () => void (disk.isFull = false));
    });
    this.#often(3, (atMs) => {
      const byMs = this.#random.fraction() < 0.5 ? HOUR_MS : -HOUR_MS;
      clock.jump(byMs);
      this.#at(atMs + this.#upTo(3 * HOUR_MS), () => clock.jump(-byMs));
    });
    this.#planPartner();
    this.#often(6, (atMs) => this.#breakSettings(atMs));
    this.#often(10, () => {
      const { path } = this.#traffic.put(this.#way(), `poison-${this.#name()}`);
      disk.unreadable.add(path);
    });
  }

  #planPartner(): void {
    const partner = this.#partner;
    const trouble = (atMs: number, longestMs: number, kind: PartnerTrouble) => {
      const over = partner.suffer(kind);
      this.#at(atMs + longestMs, over);
    };
    this.#often(1, (atMs) => trouble(atMs, 24 * HOUR_MS, 'down'));
    this.#often(4, (atMs) => trouble(atMs, this.#upTo(HOUR_MS), 'down'));
    this.#often(3, (atMs) => trouble(atMs, this.#upTo(HOUR_MS), 'silent'));
    this.#often(2, (atMs) => {
      trouble(atMs, this.#upTo(2 * HOUR_MS), 'refuses login');
      this.#at(atMs + 4 * HOUR_MS, () => void this.#machine.daemon?.connections.release('acme', 'cli'));
    });
    this.#often(60, () => partner.failOnce(this.#upTo(100)));
  }

  async #breakSettings(atMs: number): Promise<void> {
    const { disk } = this.#machine;
    disk.put(SETTINGS_FILE, this.#settings.slice(0, Math.floor(this.#upTo(this.#settings.length))));
    void this.#machine.daemon?.reload('cli').catch(() => undefined);
    await this.#machine.settle();
    this.#at(atMs + this.#upTo(HOUR_MS), async () => {
      disk.put(SETTINGS_FILE, this.#settings);
      void this.#machine.daemon?.reload('cli').catch(() => undefined);
      await this.#machine.settle();
    });
  }

  #often(times: number, act: (atMs: number) => void | Promise<void>): void {
    for (let time = 0; time < times; time++) {
      const atMs = this.#upTo(WEEK_MS);
      this.#at(atMs, () => act(atMs));
    }
  }

  #at(atMs: number, act: Deed['act']): void {
    this.#deeds.push({ atMs, act });
  }

  #in(delayMs: number, act: Deed['act']): void {
    this.#at(this.#machine.clock.monotonicMs() + delayMs, act);
  }

  #nextDeed(): Deed | undefined {
    return this.#deeds.reduce<Deed | undefined>(
      (first, deed) => (first === undefined || deed.atMs < first.atMs ? deed : first),
      undefined,
    );
  }

  #way(): string {
    return WAYS[Math.floor(this.#random.fraction() * WAYS.length)] ?? 'move';
  }

  /** Of a few, so that names come back. */
  #name(): string {
    return `f${Math.floor(this.#random.fraction() * 200)}`;
  }

  #upTo(limit: number): number {
    return Math.floor(this.#random.fraction() * limit);
  }
}
