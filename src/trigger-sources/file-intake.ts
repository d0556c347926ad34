import type { Clock } from '../core/clock.js';
import { fileEventKey, type EventFile, type TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { EventStore } from '../store/event-store.js';
import type { FileReadiness, Observation } from './file-readiness.js';
import type { FileTracker, WaitingFile } from './file-tracker.js';
import type { FileVerdict, Objection } from './file-verdict.js';
import type { SeenFile } from './seen-file.js';
import type { TriggerSink } from './trigger-source.js';

/** So many files are asked about and told of at a time. */
const BATCH = 500;

export interface IntakeOptions {
  readonly rule: string;
  readonly trigger: 'folder' | 'remote';
  /** Empty for this machine. */
  readonly connection: string;
  readonly folder: string;
  readonly readiness: FileReadiness;
  readonly tracker: FileTracker;
  readonly events: Pick<EventStore, 'unknown' | 'know'>;
  readonly sink: Pick<TriggerSink, 'emit'>;
  readonly clock: Clock;
}

/** What only a look from outside tells of a file that is ready by itself. */
export interface LastChecks {
  /** A done-file that is missing, somebody who has it open, a delivery under way. */
  objectionTo(file: SeenFile): Promise<Objection>;
  /** It is what the rule itself put there. */
  isOwnResult(file: SeenFile): Promise<boolean>;
}

export interface EmitOptions {
  readonly signal: AbortSignal;
  /** Only these, by `relativePath`; all by default. */
  readonly among?: Iterable<string>;
}

/** The way of a file from a look to its event, the same for folders here and at partners. */
export class FileIntake {
  readonly #options: IntakeOptions;
  readonly #fresh: SeenFile[] = [];

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** A whole look begins. */
  begin(): void {
    this.#fresh.length = 0;
    const { tracker, clock } = this.#options;
    tracker.begin(clock.monotonicMs());
  }

  /** Takes note of one file. Resolves at once but for every 500th that is new. */
  async see(file: SeenFile): Promise<void> {
    const { tracker, clock } = this.#options;
    const sight = tracker.see(file, clock.monotonicMs());
    if (sight === 'renamed time') await this.#know(file);
    if (sight !== 'fresh') return;
    this.#fresh.push(file);
    if (this.#fresh.length >= BATCH) await this.sortOut();
  }

  /** The whole look has seen everything there is, if only what can be read. */
  async sawAll(): Promise<void> {
    const { tracker, clock } = this.#options;
    await this.sortOut();
    tracker.seenTogether(clock.monotonicMs());
  }

  /** Asks the store which of the new ones are new to it too. */
  async sortOut(): Promise<void> {
    const { tracker, clock, events, rule } = this.#options;
    for (const files of batchesOf(this.#fresh.splice(0))) {
      const unknown = await events.unknown(rule, files.map(this.#keyOf), clock.now());
      for (const file of files) {
        if (unknown.has(this.#keyOf(file))) tracker.wait(file, clock.monotonicMs());
        else tracker.take(file);
      }
    }
  }

  /** Tells the sink of every file that waits for nothing any more, oldest first; how many made runs. */
  async emitReady(checks: LastChecks, options: EmitOptions): Promise<number> {
    let count = 0;
    for (const files of batchesOf(this.#ready(options.among))) {
      const passed: SeenFile[] = [];
      for (const file of files) {
        if (options.signal.aborted) return count;
        if (await this.#passes(file, checks)) passed.push(file);
      }
      if (options.signal.aborted) return count;
      if (passed.length === 0) continue;
      count += await this.#options.sink.emit(passed.map((file) => this.#eventOf(file)));
      for (const file of passed) this.#options.tracker.take(file);
    }
    return count;
  }

  /** The waiting files whose done-file has one of these names, by `relativePath`. */
  waitingFor(doneFiles: ReadonlySet<string>): string[] {
    const { tracker, readiness } = this.#options;
    const found: string[] = [];
    for (const { observation } of tracker.waiting()) {
      const { relativePath } = observation.file;
      const doneName = readiness.doneNameOf(relativePath);
      const folder = relativePath.slice(0, relativePath.lastIndexOf('/') + 1);
      if (doneName !== undefined && doneFiles.has(folder + doneName)) found.push(relativePath);
    }
    return found;
  }

  /**
   * Milliseconds until the first waiting file may be ready by time alone, or undefined. `steady`: of those that did not
   * change since they were seen first.
   */
  nextDueMs(which: 'all' | 'steady' = 'all'): number | undefined {
    const { tracker } = this.#options;
    const times = this.#times();
    let dueMs = Number.POSITIVE_INFINITY;
    for (const waiting of tracker.waiting()) {
      if (which === 'steady' && waiting.observation.change !== 'first') continue;
      dueMs = Math.min(dueMs, this.#waitMs(waiting, times));
    }
    return dueMs === Number.POSITIVE_INFINITY ? undefined : dueMs;
  }

  /** Paths of the waiting files that are ready as they were seen last, for a look at these alone. */
  duePaths(): string[] {
    return this.#ready().map(({ relativePath }) => relativePath);
  }

  /** What stands in the way of a file at this moment, without changing what is known of it. */
  async verdictOf(file: SeenFile, checks: LastChecks): Promise<FileVerdict> {
    const { path, sizeBytes, modifiedMs } = file;
    const objection = (await this.#objectionByLook(file)) ?? (await this.#objectionByChecks(file, checks));
    return { path, sizeBytes, modifiedMs, ...(objection ?? { state: 'ready', reason: 'ready' }) };
  }

  async #objectionByLook(file: SeenFile): Promise<Objection> {
    const { tracker, clock, events, rule, readiness } = this.#options;
    const key = this.#keyOf(file);
    const unknown = await events.unknown(rule, [key], clock.now());
    if (!unknown.has(key)) return { state: 'taken', reason: TAKEN[readiness.filter.events] };
    const known = tracker.waitingOf(file.relativePath)?.observation;
    const isSame = known?.file.sizeBytes === file.sizeBytes && known?.file.modifiedMs === file.modifiedMs;
    if (known !== undefined && isSame) return this.#objectionTo(known);
    return this.#objectionTo({ file, sinceMs: clock.monotonicMs(), change: 'first' });
  }

  async #objectionByChecks(file: SeenFile, checks: LastChecks): Promise<Objection> {
    const objection = await checks.objectionTo(file);
    if (objection !== undefined) return objection;
    if (!(await checks.isOwnResult(file))) return undefined;
    return { state: 'taken', reason: 'the rule put it there itself' };
  }

  #ready(among?: Iterable<string>): SeenFile[] {
    const { tracker } = this.#options;
    const times = this.#times();
    const ready: SeenFile[] = [];
    const take = (waiting: WaitingFile | undefined) => {
      if (waiting !== undefined && this.#waitMs(waiting, times) <= 0) ready.push(waiting.observation.file);
    };
    if (among === undefined) for (const waiting of tracker.waiting()) take(waiting);
    else for (const path of among) take(tracker.waitingOf(path));
    return ready.sort(byAge);
  }

  #waitMs({ observation, notBeforeMs }: WaitingFile, times: Times): number {
    return Math.max(this.#options.readiness.waitMs(observation, times), notBeforeMs - times.monotonicMs);
  }

  #times(): Times {
    const { clock } = this.#options;
    return { nowMs: clock.now(), monotonicMs: clock.monotonicMs() };
  }

  async #passes(file: SeenFile, checks: LastChecks): Promise<boolean> {
    const { tracker, clock } = this.#options;
    const objection = await checks.objectionTo(file);
    if (objection !== undefined) {
      const waitMs = objection.readyInMs ?? Number.POSITIVE_INFINITY;
      tracker.holdUp(file.relativePath, clock.monotonicMs() + waitMs);
      return false;
    }
    if (!(await checks.isOwnResult(file))) return true;
    await this.#know(file);
    return false;
  }

  #objectionTo(observation: Observation): Objection {
    const { readiness, clock } = this.#options;
    return (
      readiness.factsObjection(observation.file, clock.now()) ??
      readiness.settleObjection(observation, clock.monotonicMs())
    );
  }

  /** It never fires as it is. */
  async #know(file: SeenFile): Promise<void> {
    const { events, rule, clock, tracker } = this.#options;
    await events.know(rule, [this.#keyOf(file)], clock.now());
    tracker.take(file);
  }

  #eventOf(file: SeenFile): TriggerEvent {
    const { rule, trigger, tracker, clock } = this.#options;
    const operation = tracker.hasTaken(file.relativePath) ? 'changed' : 'added';
    return {
      rule,
      trigger,
      key: this.#keyOf(file),
      occurredAtMs: clock.now(),
      file: this.#eventFile(file),
      values: { 'FS.MONITOR_OPERATION': operation },
    };
  }

  readonly #keyOf = (file: SeenFile): string =>
    fileEventKey(this.#eventFile(file), this.#options.readiness.filter.events);

  #eventFile({ path, sizeBytes, modifiedMs }: SeenFile): EventFile {
    const { connection, folder } = this.#options;
    return { connection, path, folder, sizeBytes, modifiedMs };
  }
}

interface Times {
  readonly nowMs: number;
  readonly monotonicMs: number;
}

const TAKEN = {
  new: 'a file of this path has fired already, and events is new',
  changed: 'this version has fired already',
} as const;

/** By time of change, then by path: who comes first is served first, and the order is the same each time. */
function byAge(one: SeenFile, other: SeenFile): number {
  const ages = (one.modifiedMs ?? 0) - (other.modifiedMs ?? 0);
  return ages !== 0 ? ages : one.path < other.path ? -1 : 1;
}

function* batchesOf(files: readonly SeenFile[]): Iterable<readonly SeenFile[]> {
  for (let first = 0; first < files.length; first += BATCH) yield files.slice(first, first + BATCH);
}
