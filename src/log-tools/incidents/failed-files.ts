import type { ReadRecord } from '../../client-log/reading/log-line.js';
import { givenPathsTest } from './given-paths.js';
import type { OpenFile } from './incident.js';

/** The part of an incident that its files change. */
export interface FileTally {
  files: number;
  recovered: number;
  /** When its last failure was, milliseconds since 1970. */
  lastMs: number;
}

interface FailedFile<Tally extends FileTally> {
  /** Host, port and operation. */
  readonly place: string;
  readonly operation: string;
  readonly localPath: string;
  /** False where the column was empty: then the local path is what it is known by. */
  readonly hasRemotePath: boolean;
  /** The incidents that it failed in. */
  readonly marks: { readonly incident: Tally; isOpen: boolean }[];
  /** Of an attempt that failed before any file was known: whether a record is of what it named. */
  readonly names: ((record: ReadRecord) => boolean) | undefined;
}

export interface FailedFilesLimits {
  /** Files that are remembered at once. */
  readonly maxFiles: number;
  /** Characters of their paths in all. */
  readonly maxCharacters: number;
}

const SWEEP_AFTER = 1000;
/** Files of one path, on different hosts; and attempts without a file at one place. Each is looked through as a list. */
const MOST_IN_A_LIST = 500;
const MOST_PLACES = 10_000;

/**
 * Files that failed, until they succeed: host, port, remote path and operation make a file. Those that succeeded are
 * forgotten once their incidents are over, so that memory grows with what is still open only, and up to a limit.
 */
export class FailedFiles<Tally extends FileTally> {
  readonly #limits: FailedFilesLimits;
  /** By path. */
  readonly #files = new Map<string, FailedFile<Tally>[]>();
  /** Attempts without a file, by place. */
  readonly #unnamed = new Map<string, FailedFile<Tally>[]>();
  /** One text for each place, however many files it has. */
  readonly #places = new Map<string, string>();
  #size = 0;
  #characters = 0;
  /** Between two sweeps so many files come that a sweep costs little for each. */
  #filesUntilSweep = SWEEP_AFTER;

  constructor(limits: FailedFilesLimits) {
    this.#limits = limits;
  }

  /** False when there is no room left to remember the file. `isOver` tells which incidents take no more failures. */
  addFailure(record: ReadRecord, incident: Tally, isOver: (incident: Tally) => boolean): boolean {
    const file = this.#find(record);
    if (file === undefined) return this.#remember(record, incident, isOver);
    const mark = file.marks.find((each) => each.incident === incident);
    if (mark === undefined) {
      incident.files += 1;
      file.marks.push({ incident, isOpen: true });
    } else if (!mark.isOpen) {
      mark.isOpen = true;
      incident.recovered -= 1;
    }
    return true;
  }

  addSuccess(record: ReadRecord): void {
    const file = this.#find(record);
    if (file !== undefined) settle(file);
    if (this.#unnamed.size === 0) return;
    for (const each of this.#unnamed.get(placeOf(record)) ?? []) if (each.names?.(record)) settle(each);
  }

  /** Every file that has not succeeded since, with the incidents that it is open in. */
  *open(): Iterable<{ readonly file: OpenFile; readonly incidents: readonly Tally[] }> {
    for (const [path, files] of this.#files) {
      for (const { localPath, operation, hasRemotePath, marks } of files) {
        const incidents = marks.filter(({ isOpen }) => isOpen).map(({ incident }) => incident);
        const file = { localPath, remotePath: hasRemotePath ? path : '', operation };
        if (incidents.length > 0) yield { file, incidents };
      }
    }
  }

  #find(record: ReadRecord): FailedFile<Tally> | undefined {
    const files = this.#files.get(pathOf(record));
    if (files === undefined) return undefined;
    const place = placeOf(record);
    return files.find((file) => file.place === place);
  }

  #remember(record: ReadRecord, incident: Tally, isOver: (incident: Tally) => boolean): boolean {
    this.#filesUntilSweep -= 1;
    if (this.#filesUntilSweep <= 0) this.#sweep(isOver);
    const { maxFiles, maxCharacters } = this.#limits;
    const path = pathOf(record);
    const { localPath } = record;
    const characters = path.length + localPath.length;
    if (this.#size >= maxFiles || this.#characters + characters > maxCharacters) return false;
    const file: FailedFile<Tally> = {
      place: this.#ownPlace(placeOf(record)),
      operation: record.operation,
      localPath: ownText(localPath),
      hasRemotePath: record.remotePath !== '',
      // As a literal of one: an empty array would take room for seventeen at the first push.
      marks: [{ incident, isOpen: true }],
      names: givenPathsTest(record),
    };
    if (!addTo(this.#files, path, file)) return false;
    incident.files += 1;
    if (file.names !== undefined) addTo(this.#unnamed, file.place, file);
    this.#size += 1;
    this.#characters += characters;
    return true;
  }

  #ownPlace(place: string): string {
    const known = this.#places.get(place);
    if (known !== undefined) return known;
    if (this.#places.size >= MOST_PLACES) this.#places.clear();
    const own = ownText(place);
    this.#places.set(own, own);
    return own;
  }

  /** Forgets the files that have succeeded in incidents that are over. */
  #sweep(isOver: (incident: Tally) => boolean): void {
    const isKept = ({ marks }: FailedFile<Tally>) =>
      marks.some(({ isOpen, incident }) => isOpen || !isOver(incident));
    this.#size = 0;
    this.#characters = 0;
    keepOnly(this.#unnamed, isKept);
    keepOnly(this.#files, isKept);
    for (const [path, files] of this.#files) {
      this.#size += files.length;
      for (const { localPath } of files) this.#characters += path.length + localPath.length;
    }
    const room = (this.#limits.maxFiles - this.#size) / 2;
    this.#filesUntilSweep = Math.max(SWEEP_AFTER, Math.min(this.#size, room));
  }
}

/** False where the list is full. */
function addTo<Item>(lists: Map<string, Item[]>, key: string, item: Item): boolean {
  const list = lists.get(key);
  if (list === undefined) lists.set(ownText(key), [item]);
  else if (list.length < MOST_IN_A_LIST) list.push(item);
  return list === undefined || list.at(-1) === item;
}

function keepOnly<Item>(lists: Map<string, Item[]>, isKept: (item: Item) => boolean): void {
  for (const [key, list] of lists) {
    if (list.every(isKept)) continue;
    const kept = list.filter(isKept);
    if (kept.length === 0) lists.delete(key);
    else lists.set(key, kept);
  }
}

function settle<Tally extends FileTally>({ marks }: FailedFile<Tally>): void {
  for (const mark of marks) {
    if (!mark.isOpen) continue;
    mark.isOpen = false;
    mark.incident.recovered += 1;
  }
}

function placeOf({ host, port, operation }: ReadRecord): string {
  return `${host.toLowerCase()}\n${port ?? ''}\n${operation}`;
}

function pathOf({ localPath, remotePath }: ReadRecord): string {
  return remotePath === '' ? localPath : remotePath;
}

/** A copy: a piece of a line's text would keep the whole line in memory. */
function ownText(text: string): string {
  return ` ${text}`.slice(1);
}
