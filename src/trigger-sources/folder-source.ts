import { join, relative, resolve, sep } from 'node:path';
import type { Platform } from '../core/platform.js';
import type { Timer } from '../core/clock.js';
import { asTransferError, type TransferError } from '../core/transfer-error.js';
import type { Rule } from '../rules/rule.js';
import type { FolderTrigger } from '../rules/triggers/trigger.js';
import type { Store } from '../store/store.js';
import type { TrackerOptions } from './file-tracker.js';
import type { FileUse } from './file-use.js';
import type { FileVerdict } from './file-verdict.js';
import type { FolderHints } from './folder-hints.js';
import { FolderLook, type WholeLook } from './folder-look.js';
import { isSamePlace, readPlace, type FolderPlace } from './folder-place.js';
import { FolderWatches } from './folder-watches.js';
import { HintedPaths } from './hinted-paths.js';
import { LookHealth } from './look-health.js';
import type { LookLanes } from './look-lanes.js';
import type { TriggerSink, TriggerSource } from './trigger-source.js';

/** What all folder triggers of a daemon share. */
export interface FolderServices {
  readonly platform: Pick<Platform, 'files' | 'clock'>;
  readonly store: {
    readonly events: Pick<Store['events'], 'unknown' | 'know' | 'triggerState' | 'setTriggerState'>;
    readonly ledger: Pick<Store['ledger'], 'ofTarget'>;
  };
  readonly hints: FolderHints;
  readonly fileUse: FileUse;
  readonly lanes: LookLanes;
}

export interface FolderSourceOptions {
  readonly rule: Rule;
  readonly trigger: FolderTrigger;
  readonly sink: TriggerSink;
  readonly services: FolderServices;
  /** For tests: how many files are held in memory. */
  readonly limits?: TrackerOptions['limits'];
}

const RETRY_MS = 1000;

/**
 * Watches a local folder or share. Truth is a look at it every `sweepMs`, with the event keys of the store; what the
 * system tells in between only makes a look come sooner. Looks never overlap.
 */
export class FolderSource implements TriggerSource {
  readonly #options: FolderSourceOptions;
  readonly #folder: string;
  readonly #name: string;
  readonly #stop = new AbortController();
  readonly #look: FolderLook;
  readonly #health: LookHealth;
  readonly #watches: FolderWatches;
  readonly #hints: HintedPaths;
  #wanted: { isWhole: boolean; paths: Set<string> } = { isWhole: false, paths: new Set() };
  #waiting: (() => void)[] = [];
  #isRunning = false;
  #running: Promise<void> | undefined;
  #timer: Timer | undefined;
  #nextSweepMs = 0;
  /** Looks that were given up whose call of the system has not come back. */
  #hanging = 0;
  #remembered: FolderPlace | undefined;

  constructor(options: FolderSourceOptions) {
    const { rule, trigger, sink, services } = options;
    const { clock } = services.platform;
    this.#options = options;
    this.#folder = resolve(trigger.path);
    this.#name = `folder:${this.#folder}`;
    this.#health = new LookHealth(sink, rule.name, this.#name);
    this.#hints = new HintedPaths(clock, ({ isWhole, paths }) => this.#want({ isWhole, paths }));
    this.#watches = new FolderWatches(services.hints, (folder, name) => this.#hinted(folder, name));
    this.#look = new FolderLook({
      rule,
      trigger,
      sink,
      platform: services.platform,
      events: services.store.events,
      ledger: services.store.ledger,
      fileUse: services.fileUse,
      lanes: services.lanes,
      stop: this.#stop.signal,
      hangs: () => void (this.#hanging += 1),
      cameBack: () => this.#cameBack(),
      entering: (folder, identity) => this.#watches.keep(folder, identity),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    });
  }

  /** The first look begins at once and is not waited for: a share that hangs holds up nobody. */
  async start(): Promise<void> {
    const { rule, services } = this.#options;
    try {
      this.#remembered = readPlace(await services.store.events.triggerState(rule.name, this.#name));
      this.#look.recall(this.#remembered);
    } catch (error) {
      this.#health.failed(asTransferError(error, 'store'));
    }
    this.#want({ isWhole: true });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#timer?.cancel();
    this.#hints.stop();
    this.#watches.stop();
    await this.#running;
    this.#waiting.splice(0).forEach((over) => over());
  }

  /** Asks the store about each file anew, so that a file which a person released is taken up. */
  async lookNow(): Promise<void> {
    if (this.#stop.signal.aborted || this.#hanging > 0) return;
    this.#look.forgetTaken();
    const over = new Promise<void>((resolveOver) => this.#waiting.push(resolveOver));
    this.#want({ isWhole: true });
    await over;
  }

  /** What becomes of each file there at this moment, and why, the first `limit` of them. Rejects FOLDER_FAILED. */
  looked(limit: number): Promise<readonly FileVerdict[]> {
    return this.#look.verdicts(limit);
  }

  /** Why it cannot be looked at, or undefined while it can. */
  get failure(): TransferError | undefined {
    return this.#health.failure;
  }

  #want({ isWhole = false, paths = [] }: { isWhole?: boolean; paths?: Iterable<string> }): void {
    this.#wanted.isWhole ||= isWhole;
    for (const path of paths) this.#wanted.paths.add(path);
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    while (this.#mayLook()) {
      const { isWhole, paths } = this.#wanted;
      this.#wanted = { isWhole: false, paths: new Set() };
      if (isWhole) await this.#lookWhole();
      else await this.#lookSome(paths);
    }
    // In the same turn as the last look at what is wanted: whoever wants more later begins anew.
    this.#isRunning = false;
    if (this.#hanging > 0) this.#waiting.splice(0).forEach((over) => over());
    this.#arm();
  }

  #mayLook(): boolean {
    const isWanted = this.#wanted.isWhole || this.#wanted.paths.size > 0;
    return isWanted && this.#hanging === 0 && !this.#stop.signal.aborted;
  }

  async #lookWhole(): Promise<void> {
    const { trigger, services } = this.#options;
    const waiting = this.#waiting.splice(0);
    try {
      this.#told(await this.#look.whole());
      await this.#remember();
    } catch (error) {
      this.#failed(error);
    }
    this.#nextSweepMs = services.platform.clock.monotonicMs() + trigger.sweepMs;
    waiting.forEach((over) => over());
  }

  #told({ emitted, folders, problem }: WholeLook): void {
    const { sink, rule } = this.#options;
    if (this.#stop.signal.aborted) return;
    if (problem === undefined) {
      this.#watches.keepOnly(folders);
      this.#health.well();
      sink.looked(rule.name, this.#name);
    } else this.#health.failed(problem);
    if (emitted > 0 && this.#look.isShort) this.#wanted.isWhole = true;
  }

  async #lookSome(paths: Set<string>): Promise<void> {
    const { clock } = this.#options.services.platform;
    const beganMs = clock.monotonicMs();
    try {
      const asked = this.#withFilesOfDoneFiles(paths);
      if ((await this.#look.some(asked)) === 'whole look needed') this.#wanted.isWhole = true;
    } catch (error) {
      this.#failed(error);
    }
    this.#hints.took(clock.monotonicMs() - beganMs);
  }

  /** A done-file that came makes us look at the files that it speaks for. */
  #withFilesOfDoneFiles(paths: Set<string>): ReadonlySet<string> {
    const { readiness, intake } = this.#look;
    const doneFiles = new Set([...paths].filter((path) => readiness.isDoneFile(basenameOf(path))));
    if (doneFiles.size === 0) return paths;
    const others = [...paths].filter((path) => !doneFiles.has(path));
    return new Set([...others, ...intake.waitingFor(doneFiles)]);
  }

  #failed(error: unknown): void {
    if (!this.#stop.signal.aborted) this.#health.failed(asTransferError(error, 'list'));
  }

  #cameBack(): void {
    this.#hanging -= 1;
    if (!this.#stop.signal.aborted) this.#want({ isWhole: true });
  }

  async #remember(): Promise<void> {
    const { rule, services } = this.#options;
    const { place } = this.#look;
    if (place === undefined || this.#stop.signal.aborted) return;
    if (isSamePlace(place, this.#remembered)) return;
    await services.store.events.setTriggerState(rule.name, this.#name, place);
    this.#remembered = place;
  }

  /** The next look: for files whose time will have come, or the sweep. */
  #arm(): void {
    this.#timer?.cancel();
    if (this.#stop.signal.aborted || this.#hanging > 0) return;
    const { clock } = this.#options.services.platform;
    const sweepMs = Math.max(0, this.#nextSweepMs - clock.monotonicMs());
    const dueMs = this.#dueMs();
    const isSweep = dueMs === undefined || sweepMs <= dueMs;
    this.#timer = clock.startTimer(isSweep ? sweepMs : dueMs, () =>
      this.#want(isSweep ? { isWhole: true } : { paths: this.#look.intake.duePaths() }),
    );
  }

  #dueMs(): number | undefined {
    const dueMs = this.#look.intake.nextDueMs();
    // What is ready stays so when the store or the folder fails: it is not tried again without a pause.
    return dueMs === undefined || this.failure === undefined ? dueMs : Math.max(dueMs, RETRY_MS);
  }

  #hinted(folder: string, name: string | undefined): void {
    if (this.#stop.signal.aborted) return;
    if (name === undefined || name.includes('\ufffd')) return this.#hints.add(undefined);
    const path = relative(this.#folder, join(folder, name)).split(sep).join('/');
    const { readiness } = this.#look;
    const isMeant = readiness.nameObjection(path) === undefined || readiness.entersFolder(path);
    if (isMeant || readiness.isDoneFile(name)) this.#hints.add(path);
  }
}

function basenameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
