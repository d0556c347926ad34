import { booksOf, allAttempts, type Naming } from './books.js';
import { SETTINGS_FILE, SimulatedMachine } from './simulated-machine.js';
import { SimulatedPartner } from './simulated-partner.js';
import { Traffic } from './traffic.js';
import { seededRandom } from '../platform/test-platform.js';

export interface OutageReport {
  readonly faults: readonly string[];
  /** Connections that the partner saw in the day in which it was down. */
  readonly tries: number;
  /** Attempts at files in that day: each failed one has its line. */
  readonly attempts: number;
  /** Simulated time from the recovery until the last file was there. */
  readonly recoveryMs: number;
}

const HOUR_MS = 3_600_000;

/** A partner that is down for a day while so many files come for it; then they go, in their order. */
export async function simulateOutage(count: number): Promise<OutageReport> {
  const machine = new SimulatedMachine('2026-03-26T06:00:00Z', 1);
  const partner = await SimulatedPartner.start(machine.disk);
  try {
    return await new Outage(machine, partner, count).pass();
  } finally {
    await partner.stop();
    await machine.store.close();
  }
}

class Outage {
  readonly #machine: SimulatedMachine;
  readonly #partner: SimulatedPartner;
  readonly #count: number;
  readonly #traffic: Traffic;
  readonly #namings: Naming[] = [];
  readonly #faults: string[] = [];

  constructor(machine: SimulatedMachine, partner: SimulatedPartner, count: number) {
    const { disk, clock } = machine;
    this.#machine = machine;
    this.#partner = partner;
    this.#count = count;
    this.#traffic = new Traffic(disk, seededRandom(1), () => clock.now());
    disk.makePath('/sim/out/send');
    disk.makePath('/sim/logs');
    disk.put(SETTINGS_FILE, outageSettings(partner.url));
    disk.named = (path, content) => {
      const isFinal = path.startsWith('/partner/in/') && !path.includes('/.');
      if (isFinal) this.#namings.push({ path, content: content.toString() });
    };
  }

  async pass(): Promise<OutageReport> {
    const over = this.#partner.suffer('down');
    await this.#machine.start();
    await this.#fill();
    const tries = this.#partner.connections;
    const attempts = (await allAttempts(this.#machine)).length;
    await this.#expectNothingBurned(tries, attempts);
    over();
    const recoveryMs = await this.#recover();
    await this.#machine.stop();
    this.#expectOrder();
    const books = await booksOf(this.#machine, this.#traffic.files, this.#namings);
    return { faults: [...this.#faults, ...books], tries, attempts, recoveryMs };
  }

  /** A day in which the files come, a part of them each hour. */
  async #fill(): Promise<void> {
    for (let hour = 0; hour < 24; hour++) {
      const upTo = Math.ceil((this.#count * (hour + 1)) / 24);
      for (let index = this.#traffic.files.length; index < upTo; index++) {
        this.#traffic.put('send', `f${String(index).padStart(6, '0')}`);
      }
      await this.#machine.clock.pass(HOUR_MS);
    }
  }

  async #expectNothingBurned(tries: number, attempts: number): Promise<void> {
    const { store } = this.#machine;
    // Some before it is shut; then one in each pause of 15 minutes.
    if (tries > 150) this.#faults.push(`the partner saw ${tries} connections in the day it was down`);
    if (attempts > 150) this.#faults.push(`${attempts} attempts at files in a day in which nothing could go`);
    const aside = await store.runs.quarantined();
    if (aside.length > 0) this.#faults.push(`${aside.length} files were put aside for what the partner did`);
    const failed = await store.runs.list({ states: ['failed'], limit: 1_000 });
    // Those that used up their own tries before the partner was shut.
    if (failed.length > 5) this.#faults.push(`${failed.length} runs failed; one: ${failed[0]?.reason ?? ''}`);
    if (this.#namings.length > 0) this.#faults.push('files arrived at a partner that is down');
  }

  async #recover(): Promise<number> {
    const { clock, store } = this.#machine;
    const beganMs = clock.monotonicMs();
    for (let hour = 0; hour < 24 && this.#namings.length < this.#count; hour++) {
      await clock.pass(HOUR_MS);
      for (const { id } of await store.runs.list({ states: ['failed'], limit: 1_000 })) {
        await this.#machine.daemon?.runs.retry(id, 'cli').catch(() => undefined);
      }
    }
    return clock.monotonicMs() - beganMs;
  }

  /** By their names, which tell when they came; runs that a person retried come behind. */
  #expectOrder(): void {
    let highest = '';
    let late = 0;
    for (const { path } of this.#namings) {
      if (path < highest) late += 1;
      else highest = path;
    }
    if (late > 5) this.#faults.push(`${late} of ${this.#namings.length} files went out of their order`);
  }
}

function outageSettings(partnerUrl: string): string {
  return `clientLog: { folder: ./logs, tenthColumn: true }
stateFolder: ./state
connections:
  acme: { url: "${partnerUrl}", password: { env: ACME_PASSWORD } }
rules:
  send:
    on: { folder: { path: ./out/send, settle: 5s, sweep: 30m } }
    overlap: queue
    do:
      - move: { from: "%FS.PATH%", to: "acme:/in/" }
`;
}
