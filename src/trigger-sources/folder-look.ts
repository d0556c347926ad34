import { resolve } from 'node:path';
import type { Platform } from '../core/platform.js';
import type { TransferError } from '../core/transfer-error.js';
import type { Rule } from '../rules/rule.js';
import type { FolderTrigger } from '../rules/triggers/trigger.js';
import type { Store } from '../store/store.js';
import { showDuration } from '../settings/duration.js';
import { FileIntake, type LastChecks } from './file-intake.js';
import { FileReadiness } from './file-readiness.js';
import { FileTracker, type TrackerOptions } from './file-tracker.js';
import type { FileUse } from './file-use.js';
import type { FileVerdict } from './file-verdict.js';
import { FolderChecks } from './folder-checks.js';
import {
  emptyFolderProblem,
  folderFailed,
  folderProblem,
  placeOf,
  shareOf,
  type FolderPlace,
} from './folder-place.js';
import { FolderWalk, type Found } from './folder-walk.js';
import type { LookLanes } from './look-lanes.js';
import { withinLimit, type LookWatch } from './look-limit.js';
import { OwnDeliveries } from './own-deliveries.js';
import type { TriggerSink } from './trigger-source.js';

export interface FolderLookOptions {
  readonly rule: Rule;
  readonly trigger: FolderTrigger;
  readonly platform: Pick<Platform, 'files' | 'clock'>;
  readonly events: Pick<Store['events'], 'unknown' | 'know'>;
  readonly ledger: Pick<Store['ledger'], 'ofTarget'>;
  readonly sink: Pick<TriggerSink, 'emit'>;
  readonly fileUse: FileUse;
  readonly lanes: LookLanes;
  readonly stop: AbortSignal;
  /** Called when a look is given up whose call of the system has not come back, */
  readonly hangs: () => void;
  /** and when it has come back after all. */
  readonly cameBack: () => void;
  /** Called for each folder before it is listed. */
  readonly entering: (folder: string, identity: string) => Promise<void>;
  readonly limits?: TrackerOptions['limits'];
}

/** What a whole look came to. */
export interface WholeLook {
  /** How many events were new. */
  readonly emitted: number;
  readonly folders: ReadonlySet<string>;
  /** A part of it could not be read; everything else was. */
  readonly problem: TransferError | undefined;
}

const ASK_ANEW_MS = 12 * 3_600_000;

/** Looks at one local folder, whole or at some of its files, and tells of what is ready. Looks never overlap. */
export class FolderLook {
  readonly #options: FolderLookOptions;
  readonly #readiness: FileReadiness;
  readonly #tracker: FileTracker;
  readonly #checks: LastChecks;
  readonly #folder: string;
  readonly intake: FileIntake;
  #place: FolderPlace | undefined;
  #hadEntries = false;
  #isWell = false;
  #askedMs: number;

  constructor(options: FolderLookOptions) {
    const { rule, trigger, platform } = options;
    this.#options = options;
    this.#askedMs = platform.clock.monotonicMs();
    this.#folder = resolve(trigger.path);
    this.#readiness = new FileReadiness(trigger);
    this.#tracker = new FileTracker({
      events: trigger.events,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    });
    this.intake = new FileIntake({
      rule: rule.name,
      trigger: 'folder',
      connection: '',
      folder: this.#folder,
      readiness: this.#readiness,
      tracker: this.#tracker,
      events: options.events,
      sink: options.sink,
      clock: platform.clock,
    });
    this.#checks = new FolderChecks({
      trigger,
      readiness: this.#readiness,
      files: platform.files,
      fileUse: options.fileUse,
      deliveries: new OwnDeliveries(rule, options.ledger, 'local'),
      withinLimit: (call) => this.#withinLimit(call),
    });
  }

  get place(): FolderPlace | undefined {
    return this.#place;
  }

  /** What was remembered of the folder before this process. */
  recall(place: FolderPlace | undefined): void {
    this.#place = place;
  }

  /** More files lie there than can be held: look again at once when some of them have gone their way. */
  get isShort(): boolean {
    return this.#tracker.isShort;
  }

  get readiness(): FileReadiness {
    return this.#readiness;
  }

  /** Asks the store about every file anew. */
  forgetTaken(): void {
    this.#tracker.forgetTaken();
  }

  /** Rejects FOLDER_FAILED when the folder cannot be read whole, STORE_FAILED when the store does not answer. */
  async whole(): Promise<WholeLook> {
    this.#askAnewAtTimes();
    const seen = await this.#seen();
    if (seen.problem === undefined) this.#tracker.finish();
    const emitted = await this.#reading(() =>
      this.intake.emitReady(this.#checks, { signal: this.#options.stop }),
    );
    return { emitted, folders: seen.folders, problem: seen.problem };
  }

  /** A look at these files alone. `whole look needed`: one of them is a folder. */
  async some(relativePaths: ReadonlySet<string>): Promise<'done' | 'whole look needed'> {
    let answer: 'done' | 'whole look needed' = 'done';
    await this.#reading(() =>
      this.#withinLimit(async (watch) => {
        const walk = this.#walk(watch);
        for (const path of relativePaths) {
          const found = await walk.one(path);
          if (found === 'folder') answer = 'whole look needed';
          else if (found?.kind === 'file') await this.intake.see(found.file);
          else this.#tracker.gone(path);
        }
        await this.intake.sortOut();
      }),
    );
    const { stop } = this.#options;
    await this.#reading(() => this.intake.emitReady(this.#checks, { signal: stop, among: relativePaths }));
    return answer;
  }

  /** What becomes of each file there, the first `limit` of them; nothing changes by it. Rejects like `whole`. */
  async verdicts(limit: number): Promise<readonly FileVerdict[]> {
    const verdicts: FileVerdict[] = [];
    await this.#reading(() =>
      this.#withinLimit(async (watch) => {
        for await (const found of this.#walk(watch, () => false).everything()) {
          if (verdicts.length >= limit) return;
          const verdict = await this.#verdictOf(found);
          if (verdict !== undefined) verdicts.push(verdict);
        }
      }),
    );
    return verdicts;
  }

  async #verdictOf(found: Found): Promise<FileVerdict | undefined> {
    switch (found.kind) {
      case 'file':
        return this.intake.verdictOf(found.file, this.#checks);
      case 'leftOut':
        return leftOut(found.path, found.reason);
      case 'unreadable':
        return leftOut(found.path, folderFailed(found.path, found.cause).message);
      case 'folder':
        return undefined;
    }
  }

  async #seeAll(watch: LookWatch): Promise<Seen> {
    const folders = new Map<string, string>();
    let entries = 0;
    let problem: TransferError | undefined;
    let place: FolderPlace | undefined;
    this.intake.begin();
    for await (const found of this.#walk(watch).everything()) {
      if (found.kind !== 'folder') entries += 1;
      if (found.kind === 'file') await this.intake.see(found.file);
      if (found.kind === 'unreadable') problem ??= folderFailed(found.path, found.cause);
      if (found.kind === 'folder') {
        place ??= await placeOf(this.#options.platform.files, this.#folder, found.facts);
        folders.set(found.path, found.facts.identity);
        await this.#options.entering(found.path, found.facts.identity);
      }
      watch.alive();
    }
    await this.intake.sawAll();
    const hasEntries = entries > 0 || folders.size > 1;
    return { folders: new Set(folders.keys()), hasEntries, problem, place };
  }

  /** The store forgets keys that nobody asked about for long. */
  #askAnewAtTimes(): void {
    const nowMs = this.#options.platform.clock.monotonicMs();
    if (nowMs - this.#askedMs < ASK_ANEW_MS) return;
    this.#askedMs = nowMs;
    this.#tracker.forgetTaken();
  }

  async #seen(): Promise<Seen> {
    try {
      const seen = await this.#reading(() => this.#withinLimit((watch) => this.#seeAll(watch)));
      this.#believe(seen);
      this.#isWell = true;
      return seen;
    } catch (error) {
      this.#isWell = false;
      throw error;
    }
  }

  /** An empty folder on a strange file system is a failure and no news of its files. */
  #believe({ place, hasEntries }: Seen): void {
    if (place === undefined) return;
    const before = { place: this.#place, hadEntries: this.#hadEntries };
    const problem = hasEntries ? undefined : emptyFolderProblem(before, place);
    if (problem !== undefined) throw folderProblem(this.#folder, problem);
    this.#place = place;
    this.#hadEntries = hasEntries;
  }

  #walk(watch: LookWatch, isKnown = (path: string) => this.#tracker.isTakenByPath(path)): FolderWalk {
    return new FolderWalk({
      files: this.#options.platform.files,
      folder: this.#folder,
      readiness: this.#readiness,
      signal: watch.signal,
      alive: watch.alive,
      isKnown,
    });
  }

  async #withinLimit<T>(call: (watch: LookWatch) => Promise<T>): Promise<T> {
    const { platform, trigger, lanes, stop, hangs, cameBack } = this.#options;
    const share = shareOf(this.#place);
    const lane = await lanes.enter({ folder: this.#folder, share, isWell: this.#isWell });
    const limitMs = trigger.scanTimeoutMs;
    const hung = () => {
      hangs();
      return folderProblem(this.#folder, `it gave no answer for ${showDuration(limitMs)}`);
    };
    return withinLimit({ clock: platform.clock, limitMs, lane, stop, hung, cameBack }, call);
  }

  async #reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw folderFailed(this.#folder, error);
    }
  }
}

function leftOut(path: string, reason: string): FileVerdict {
  return { path, sizeBytes: undefined, modifiedMs: undefined, state: 'leftOut', reason };
}

interface Seen {
  readonly folders: ReadonlySet<string>;
  readonly hasEntries: boolean;
  readonly problem: TransferError | undefined;
  readonly place: FolderPlace | undefined;
}
