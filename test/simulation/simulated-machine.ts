import { createHash } from 'node:crypto';
import { startDaemon, type Daemon } from '../../src/engine/daemon/daemon.js';
import { readRuleSettings } from '../../src/engine/daemon/rule-settings.js';
import { nodeSurroundings, type Surroundings } from '../../src/engine/surroundings.js';
import type { Dialer } from '../../src/core/dialer.js';
import type { OutsideWorld } from '../../src/runs/run-services.js';
import { openScratchStore } from '../../src/store/sqlite/open-scratch-store.js';
import type { Store } from '../../src/store/store.js';
import { seededRandom } from '../platform/test-platform.js';
import { doomedPlatform, doomedStore, Doom, type DeathKind } from '../recovery/doom.js';
import { MemoryDisk } from './memory-disk.js';
import { SimulatedClock } from './simulated-clock.js';
import { WatchedDialer } from './watched-dialer.js';

export const SETTINGS_FILE = '/sim/tallyman.yaml';
/** Of the partner. */
export const PASSWORD = 'open sesame';
export const TIME_ZONE = 'Europe/Berlin';
export const LOG_FOLDER = '/sim/logs';

/** Turns of the event loop without a sign of work after which nothing goes on any more. */
const QUIET_TURNS = 8;
/** More while a socket is open: what it was sent comes by way of the system. */
const QUIET_TURNS_WITH_SOCKETS = 40;

/** A machine whose disk, store and time outlive the daemon's processes on it. */
export class SimulatedMachine {
  readonly clock: SimulatedClock;
  readonly disk: MemoryDisk;
  readonly store: Store;
  /** What the processes had to say to a person, newest last. */
  readonly warnings: string[] = [];
  readonly deaths: string[] = [];
  readonly #seed: number;
  readonly #story = createHash('sha256');
  readonly #dialer: WatchedDialer;
  #daemon: Daemon | undefined;
  #doom = new Doom(0, 'before');
  #pid = 70_000;

  constructor(start: string, seed: number) {
    this.#seed = seed;
    this.clock = new SimulatedClock(start, () => this.settle());
    this.disk = new MemoryDisk(() => this.clock.now());
    this.#dialer = new WatchedDialer(this.clock);
    this.disk.makePath('/sim');
    const { host } = nodeSurroundings({ warn: () => undefined }).platform;
    const random = seededRandom(seed);
    this.store = openScratchStore({ clock: this.clock, files: this.disk, host, random });
  }

  get daemon(): Daemon | undefined {
    return this.#doom.isDead ? undefined : this.#daemon;
  }

  /** A process begins; it dies at its n-th change of the world, never with 0. */
  async start(dieAt = 0, kind: DeathKind = 'before'): Promise<void> {
    this.#pid += 1;
    const doom = new Doom(dieAt, kind);
    doom.changed = (what) => this.#tell(what);
    this.#doom = doom;
    this.#daemon = undefined;
    const starting = this.#open(doom).then((daemon) => (this.#daemon = daemon));
    await this.#passUntil(starting);
    if (!doom.isDead) await starting;
  }

  /** Is the process dead? Its timers are forgotten then. */
  buried(): boolean {
    if (!this.#doom.isDead) return false;
    this.#tell(`dead: ${this.#doom.last}`);
    this.deaths.push(this.#doom.last);
    this.clock.forgetTimers();
    this.#dialer.cutAll();
    this.#doom = new Doom(0, 'before');
    this.#daemon = undefined;
    return true;
  }

  async stop(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === undefined) return;
    await this.attend(daemon.stop());
    this.#daemon = undefined;
  }

  /** Time passes until this is done. */
  async attend<T>(work: Promise<T>): Promise<T> {
    await this.#passUntil(work);
    return work;
  }

  /** Resolves when nothing goes on any more unless time passes. */
  async settle(): Promise<void> {
    let quiet = 0;
    for (let before = this.#work(); ;) {
      await new Promise((resolve) => setImmediate(resolve));
      const now = this.#work();
      quiet = now === before ? quiet + 1 : 0;
      before = now;
      if (quiet >= (this.#dialer.isBusy ? QUIET_TURNS_WITH_SOCKETS : QUIET_TURNS)) return;
    }
  }

  /** A mark of all that was done, in its order: the same for each replay of a seed. Asked once, at the end. */
  storyMark(): string {
    return this.#story.digest('hex').slice(0, 12);
  }

  #tell(what: string): void {
    this.#story.update(`${this.clock.monotonicMs()} ${what}\n`);
  }

  #work(): number {
    return this.disk.calls + this.clock.uses + this.#dialer.moves;
  }

  /** Time passes as long as somebody waits for it. */
  async #passUntil(done: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = () => void (isOver = true);
    void done.then(over, over);
    for (let turn = 0; turn < 1_000; turn++) {
      await this.settle();
      if (isOver || this.#doom.isDead) return;
      await this.clock.pass(1_000);
    }
    const { last } = this.#doom;
    throw new Error(`a start or stop of the daemon takes more than 1,000 s; the last that it did: ${last}`);
  }

  async #open(doom: Doom): Promise<Daemon> {
    const surroundings = this.#surroundings(doom);
    const flags = { config: SETTINGS_FILE };
    return startDaemon({
      settings: await readRuleSettings(flags, surroundings),
      surroundings,
      openStore: () => Promise.resolve(doomedStore(this.store, doom)),
      outside: NOBODY_OUTSIDE,
      flags,
      version: '0',
      watchesSettings: false,
      hints: { watch: () => Promise.resolve(undefined) },
    });
  }

  #surroundings(doom: Doom): Surroundings {
    const warn = (text: string) => void this.warnings.push(text);
    const real = nodeSurroundings({
      warn,
      environment: { HOME: '/sim', ACME_PASSWORD: PASSWORD },
      workFolder: '/sim',
    });
    const host = { ...real.platform.host, os: 'linux' as const, timeZone: TIME_ZONE, userName: 'tally' };
    const simulated = {
      ...real.platform,
      clock: this.clock,
      random: seededRandom(this.#seed * 100_000 + this.#pid),
      files: this.disk,
      dialer: this.#dialer as Dialer,
      host,
    };
    return { ...real, platform: doomedPlatform(simulated, doom, this.#pid), homeFolder: '/sim' };
  }
}

const refuse = (): Promise<never> => Promise.reject(new Error('there is nobody outside'));

const NOBODY_OUTSIDE: OutsideWorld = {
  programs: { run: refuse },
  mail: { send: refuse },
  systemLog: { write: () => Promise.resolve() },
  http: { send: refuse },
};
