import {
  foldCase,
  hasWildcard,
  wholeTextTest,
  type Mask,
  type MaskPart,
} from '../../client-log/query/mask.js';
import type { ReadRecord } from '../../client-log/reading/log-line.js';
import type { OpenFile } from './incident.js';

/** The part of an incident that its files change. */
export interface FileTally {
  files: number;
  recovered: number;
  /** When its last failure was, milliseconds since 1970. */
  lastMs: number;
}

interface FailedFile<Tally extends FileTally> extends OpenFile {
  /** The incidents that it failed in. */
  readonly marks: { readonly incident: Tally; isOpen: boolean }[];
  /** Of an attempt that failed before any file was known: whether a record is of what it named. */
  readonly names?: (record: ReadRecord) => boolean;
}

export interface FailedFilesLimits {
  /** Files that are remembered at once. */
  readonly maxFiles: number;
  /** Characters of their paths in all. */
  readonly maxCharacters: number;
}

const SWEEP_AFTER = 1000;

/**
 * Files that failed, until they succeed: host, port, remote path and operation make a file. Those that succeeded are
 * forgotten once their incidents are over, so that memory grows with what is still open only, and up to a limit.
 */
export class FailedFiles<Tally extends FileTally> {
  readonly #limits: FailedFilesLimits;
  readonly #files = new Map<string, FailedFile<Tally>>();
  /** Attempts without a file, by host, port and operation. */
  readonly #unnamed = new Map<string, Set<FailedFile<Tally>>>();
  #characters = 0;
  /** Between two sweeps so many files come that a sweep costs little for each. */
  #filesUntilSweep = SWEEP_AFTER;

  constructor(limits: FailedFilesLimits) {
    this.#limits = limits;
  }

  /** False when there is no room left to remember the file. `isOver` tells which incidents take no more failures. */
  addFailure(record: ReadRecord, incident: Tally, isOver: (incident: Tally) => boolean): boolean {
    const key = keyOf(record);
    const file = this.#files.get(key) ?? this.#remember(key, record, isOver);
    if (file === undefined) return false;
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
    if (this.#files.size === 0) return;
    const file = this.#files.get(keyOf(record));
    if (file !== undefined) settle(file);
    if (this.#unnamed.size === 0) return;
    for (const each of this.#unnamed.get(placeOf(record)) ?? []) if (each.names?.(record)) settle(each);
  }

  /** Every file that has not succeeded since, with the incidents that it is open in. */
  *open(): Iterable<{ readonly file: OpenFile; readonly incidents: readonly Tally[] }> {
    for (const { localPath, remotePath, operation, marks } of this.#files.values()) {
      const incidents = marks.filter(({ isOpen }) => isOpen).map(({ incident }) => incident);
      if (incidents.length > 0) yield { file: { localPath, remotePath, operation }, incidents };
    }
  }

  #remember(
    key: string,
    record: ReadRecord,
    isOver: (incident: Tally) => boolean,
  ): FailedFile<Tally> | undefined {
    this.#filesUntilSweep -= 1;
    if (this.#filesUntilSweep <= 0) this.#sweep(isOver);
    const { maxFiles, maxCharacters } = this.#limits;
    const characters = key.length + record.localPath.length + record.remotePath.length;
    if (this.#files.size >= maxFiles || this.#characters + characters > maxCharacters) return undefined;
    const names = namingTest(record);
    const file: FailedFile<Tally> = {
      localPath: ownText(record.localPath),
      remotePath: ownText(record.remotePath),
      operation: record.operation,
      marks: [],
      ...(names === undefined ? {} : { names }),
    };
    this.#files.set(ownText(key), file);
    this.#characters += characters;
    if (names !== undefined) {
      const place = placeOf(record);
      const others = this.#unnamed.get(place);
      if (others === undefined) this.#unnamed.set(place, new Set([file]));
      else others.add(file);
    }
    return file;
  }

  /** Forgets the files that have succeeded in incidents that are over. */
  #sweep(isOver: (incident: Tally) => boolean): void {
    for (const [key, file] of this.#files) {
      if (file.marks.some(({ isOpen, incident }) => isOpen || !isOver(incident))) continue;
      this.#files.delete(key);
      this.#characters -= key.length + file.localPath.length + file.remotePath.length;
      for (const unnamed of this.#unnamed.values()) unnamed.delete(file);
    }
    const { size } = this.#files;
    const room = (this.#limits.maxFiles - size) / 2;
    this.#filesUntilSweep = Math.max(SWEEP_AFTER, Math.min(size, room));
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

function keyOf(record: ReadRecord): string {
  return `${placeOf(record)}\n${record.remotePath === '' ? record.localPath : record.remotePath}`;
}

/** A copy: a piece of a line's text would keep the whole line in memory. */
function ownText(text: string): string {
  return ` ${text}`.slice(1);
}

/**
 * An attempt that failed before any file was known has source and destination as given: a mask or a folder. It has
 * recovered when a file that they name succeeds. Undefined for an attempt at one file.
 */
function namingTest({ localPath, remotePath }: ReadRecord): ((record: ReadRecord) => boolean) | undefined {
  const isUnnamed = [localPath, remotePath].some((path) => /[*?]|[/\\]$/.test(path));
  if (!isUnnamed) return undefined;
  const isLocal = givenTest(localPath);
  const isRemote = givenTest(remotePath);
  return (record) => isLocal(record.localPath) && isRemote(record.remotePath);
}

/** Whether a path is what was given, or below it. */
function givenTest(given: string): (path: string) => boolean {
  const mask: Mask = [...given].reduce((parts: MaskPart[], sign) => {
    const last = parts.at(-1);
    if (sign === '*' || sign === '?') parts.push(sign);
    else if (typeof last === 'object') parts[parts.length - 1] = { text: last.text + sign };
    else parts.push({ text: sign });
    return parts;
  }, []);
  const isWhole = wholeTextTest(hasWildcard(mask) && !/[/\\]$/.test(given) ? mask : [...mask, '*']);
  return (path) => isWhole(foldCase(path));
}
