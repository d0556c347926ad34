import { isMissing } from '../../client-log/client-log-error.js';
import type { LogFileRef } from '../../client-log/reading/log-line.js';
import type { Clock } from '../../core/clock.js';
import type { Files } from '../../core/files.js';
import { byDay, dayFileName, type DayFileName } from './day-files.js';
import { GrowingFile } from './growing-file.js';
import type { GrowingLog, StartedLog, StartRequest } from './growing-log.js';
import type { LineChoice } from './line-choice.js';
import type { TailEvent, TailLine } from './tail-event.js';
import { Trouble } from './trouble.js';

/** Lines of yesterday may be written after today's file has begun. */
const LATE_LINES_MS = 10 * 60 * 1000;
/** A new day's file may be seen so late; later where looking takes long, as on a slow share. */
const LISTING_INTERVAL_MS = 1000;
const LISTING_SHARE = 20;
/** So many days are gone back to find lines to begin with. */
const MOST_DAYS_BACK = 31;

export interface GrowingFolderParts {
  readonly files: Pick<Files, 'open' | 'stat' | 'list'>;
  readonly clock: Clock;
  readonly folder: string;
  readonly refOf: (path: string) => LogFileRef;
  readonly join: (folder: string, name: string) => string;
  readonly choice: LineChoice;
}

interface FollowedDay extends DayFileName {
  readonly file: GrowingFile;
  /** When a later day's file was seen, by the monotonic clock; undefined for the newest. */
  leftAtMs: number | undefined;
}

/**
 * A folder of day's files: the newest one is followed, over midnight into the next; the one before it is looked at
 * for another while, because an attempt that ended yesterday may be written today.
 */
export class GrowingFolder implements GrowingLog {
  readonly #parts: GrowingFolderParts;
  readonly #trouble: Trouble;
  /** In the order of their days. */
  #days: FollowedDay[] = [];
  #newestDay = '';
  #listedAtMs = -Infinity;
  #listingMs = 0;
  #folderModifiedMs: number | undefined;

  constructor(parts: GrowingFolderParts) {
    this.#parts = parts;
    this.#trouble = new Trouble(parts.folder);
  }

  /** Where the newest file has too few lines, those before it are read as well. */
  async start(request: StartRequest): Promise<StartedLog> {
    const names = await this.#list();
    this.#newestDay = names.at(-1)?.day ?? '';
    let lines: readonly TailLine[] = [];
    let scannedBytes = 0;
    for (const [back, name] of names.toReversed().slice(0, MOST_DAYS_BACK).entries()) {
      const count = request.count - lines.length;
      // Late lines of the day before are followed even where nothing of it is shown.
      if (count <= 0 && (back > 1 || request.unfinished === 'taken')) break;
      const day = this.#follow(name);
      const maxScanBytes = request.maxScanBytes - scannedBytes;
      const last = await day.file.start({ ...request, count: Math.max(0, count), maxScanBytes });
      lines = [...last.lines, ...lines];
      scannedBytes += last.scannedBytes;
      if (last.isCut) return { lines, scannedBytes, isCut: true };
    }
    return { lines, scannedBytes, isCut: false };
  }

  async *poll(): AsyncGenerator<TailEvent> {
    yield* this.#lookForDays();
    for (const day of this.#days) {
      for await (const event of day.file.poll()) if (this.#isWorthTelling(event, day)) yield event;
    }
    for (const day of this.#days.filter((each) => this.#isOver(each))) {
      this.#days = this.#days.filter((each) => each !== day);
      yield* day.file.leave();
    }
  }

  async *leave(): AsyncGenerator<TailEvent> {
    const days = this.#days;
    this.#days = [];
    for (const { file } of days) yield* file.leave();
  }

  /** An old file may be packed and put away at any time; and who misses the folder misses its files. */
  #isWorthTelling(event: TailEvent, { leftAtMs }: FollowedDay): boolean {
    if (event.kind === 'lines' || event.notice !== 'missing') return true;
    return leftAtMs === undefined && !this.#trouble.isMissing;
  }

  async *#lookForDays(): AsyncGenerator<TailEvent> {
    try {
      if (!(await this.#mustList())) return;
      const names = await this.#list();
      if (this.#trouble.isMissing) yield { kind: 'notice', notice: 'appeared', name: this.#parts.folder };
      if (names.length === 0 && this.#newestDay === '') {
        yield* this.#trouble.tell('no-logs');
        return;
      }
      this.#trouble.end();
      yield* this.#followNew(names);
    } catch (cause) {
      yield* isMissing(cause) ? this.#trouble.tell('missing') : this.#trouble.tell('unreadable', cause);
    }
  }

  /** A folder that had none before may have been filled with the logs of years: then the newest one only. */
  *#followNew(names: readonly DayFileName[]): Generator<TailEvent> {
    const later = names.filter(({ day }) => day > this.#newestDay);
    for (const name of this.#newestDay === '' ? later.slice(-1) : later) {
      yield { kind: 'notice', notice: 'next-file', name: this.#follow(name).file.path };
    }
    this.#newestDay = this.#days.at(-1)?.day ?? this.#newestDay;
    const nowMs = this.#parts.clock.monotonicMs();
    for (const day of this.#days) if (day.day < this.#newestDay) day.leftAtMs ??= nowMs;
  }

  /** A folder's time of change tells that a name has come, but not on every share. */
  async #mustList(): Promise<boolean> {
    const { files, clock, folder } = this.#parts;
    const { modifiedMs } = await files.stat(folder);
    const pauseMs = Math.max(LISTING_INTERVAL_MS, LISTING_SHARE * this.#listingMs);
    if (modifiedMs === this.#folderModifiedMs && clock.monotonicMs() - this.#listedAtMs < pauseMs)
      return false;
    this.#folderModifiedMs = modifiedMs;
    return true;
  }

  async #list(): Promise<readonly DayFileName[]> {
    const { files, clock, folder } = this.#parts;
    const startedAtMs = clock.monotonicMs();
    const names: DayFileName[] = [];
    for await (const { name } of files.list(folder)) {
      const found = dayFileName(name);
      if (found !== undefined) names.push(found);
    }
    this.#listedAtMs = clock.monotonicMs();
    this.#listingMs = this.#listedAtMs - startedAtMs;
    return names.sort(byDay);
  }

  #follow(name: DayFileName): FollowedDay {
    const { files, folder, refOf, join, choice, clock } = this.#parts;
    const path = join(folder, name.name);
    const file = new GrowingFile({ files, path, ref: refOf(path), choice });
    const leftAtMs = name.day < this.#newestDay ? clock.monotonicMs() : undefined;
    const followed = { ...name, file, leftAtMs };
    this.#days = [...this.#days, followed].sort(byDay);
    return followed;
  }

  /** Only one day before the newest is looked at, and that not for ever. */
  #isOver(day: FollowedDay): boolean {
    if (day.leftAtMs === undefined) return false;
    if (this.#days.indexOf(day) < this.#days.length - 2) return true;
    return this.#parts.clock.monotonicMs() - day.leftAtMs >= LATE_LINES_MS;
  }
}
