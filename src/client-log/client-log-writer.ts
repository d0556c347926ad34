import type { Timer } from '../core/clock.js';
import type { Platform } from '../core/platform.js';
import { TransferError } from '../core/transfer-error.js';
import { clientLogError, isMissing } from './client-log-error.js';
import { DayFile } from './day-file.js';
import { formatRecord } from './format.js';
import { clientLogFileName, isTimeZone, localTime } from './local-time.js';
import { recordOf, type ClientLogFacts } from './log-facts.js';

export const LINE_ENDS = ['os', 'lf', 'crlf'] as const;
/** `os`: CRLF on Windows, LF elsewhere. */
export type LineEnd = (typeof LINE_ENDS)[number];

export const SYNC_POLICIES = ['line', 'interval', 'never'] as const;
/**
 * When lines are forced to disk: before `append` resolves; at most 1 s later; or when the system likes.
 * Only a power loss can tell the difference: a line is with the system as soon as `append` resolves.
 */
export type SyncPolicy = (typeof SYNC_POLICIES)[number];

export interface ClientLogOptions {
  /** Absolute path of the folder of the `cl[yymmdd].log` files. */
  readonly folder: string;
  readonly tenthColumn: boolean;
  /** Default `os`. */
  readonly lineEnd?: LineEnd;
  /** Default `interval`. */
  readonly sync?: SyncPolicy;
  /** IANA name; the machine's zone when absent. */
  readonly timeZone?: string;
}

interface WaitingLine {
  readonly day: string;
  readonly text: string;
  /** Undefined when it is written. */
  readonly settle: (failure: TransferError | undefined) => void;
}

/** Half of the promised second, so that the second holds although the flush itself takes time. */
const SYNC_INTERVAL_MS = 500;

/** About one line: an empty file can be made on a full disk, this cannot be written there. */
const PROBE = new Uint8Array(512).fill(0x20);

const PROBE_NAME = /^\.tally-probe-.{8}$/;
/** A probe lives for a moment: one that is older was left by a process that was killed. */
const PROBE_LIFE_MS = 60_000;

/** How often a day's file may be taken away between two looks before we give up. */
const OPEN_ATTEMPTS = 5;

/**
 * Writes the client log: one line is one write on a handle opened for appending, so lines of several
 * processes on one machine never mix. Lines of this process stand in the order of the calls.
 * Rejections are CLIENT_LOG_FAILED naming the file (CLOSED after `close`; SETTINGS_INVALID for an unknown zone).
 */
export class ClientLogWriter {
  readonly #platform: Platform;
  readonly #folder: string;
  readonly #tenthColumn: boolean;
  readonly #lineEnd: string;
  readonly #sync: SyncPolicy;
  readonly #timeZone: string;
  #current: { readonly day: string; readonly file: DayFile } | undefined;
  readonly #encoder = new TextEncoder();
  #waiting: WaitingLine[] = [];
  /** Whether the open file holds lines that `interval` still has to flush. */
  #unsynced = false;
  #syncTimer: Timer | undefined;
  /** A flush in the background that failed; the next call reports it. */
  #syncFailure: TransferError | undefined;
  #lastTask: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(platform: Platform, options: ClientLogOptions) {
    this.#platform = platform;
    this.#folder = options.folder;
    this.#tenthColumn = options.tenthColumn;
    this.#lineEnd = lineEndText(options.lineEnd ?? 'os', platform.host.os);
    this.#sync = options.sync ?? 'interval';
    this.#timeZone = knownTimeZone(options.timeZone ?? platform.host.timeZone);
  }

  /**
   * Proves that lines can be written before anything is moved: makes the folder when it is missing, writes
   * and removes a small file in it, and opens today's file when there is one. Makes no empty log file.
   */
  open(): Promise<void> {
    return this.#inOrder(() => this.#prove());
  }

  /**
   * Resolves when the line is with the system (with `sync: line`: on disk). Rejects too when earlier lines could
   * not be flushed in the background; this line is then written all the same.
   */
  async append(facts: ClientLogFacts): Promise<void> {
    if (this.#closing !== undefined) throw closedError(this.#folder);
    const { record, day } = recordOf(facts, { timeZone: this.#timeZone, tenthColumn: this.#tenthColumn });
    const failure = await new Promise<TransferError | undefined>((settle) => {
      this.#waiting.push({ day, text: formatRecord(record), settle });
      if (this.#waiting.length === 1) void this.#inOrder(() => this.#writeWaiting());
    });
    if (failure !== undefined) throw failure;
  }

  /** Writes what is waiting, flushes and closes. Idempotent. Rejects when the last lines could not be flushed. */
  close(): Promise<void> {
    this.#closing ??= this.#inOrder(() => this.#finish());
    return this.#closing;
  }

  /** Every task waits for the one before it, whatever became of that one. */
  #inOrder<T>(task: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(closedError(this.#folder));
    const run = this.#lastTask.then(task, task);
    this.#lastTask = run;
    return run;
  }

  async #prove(): Promise<void> {
    const { files, clock, random } = this.#platform;
    try {
      await files.makeFolder(this.#folder, { recursive: true });
      await this.#removeOldProbes();
      await this.#writeProbe(this.#pathOf(`.tally-probe-${random.token(8)}`));
    } catch (error) {
      throw clientLogError(this.#folder, error);
    }
    const { day } = localTime(clock.now(), this.#timeZone);
    const path = this.#pathOf(clientLogFileName(day));
    try {
      await files.stat(path);
      await this.#fileOf(day);
    } catch (error) {
      if (!isMissing(error)) throw clientLogError(path, error);
    }
  }

  /** What cannot be listed or removed stays: it is in nobody's way. */
  async #removeOldProbes(): Promise<void> {
    const { files, clock } = this.#platform;
    try {
      for await (const { name } of files.list(this.#folder)) {
        if (!PROBE_NAME.test(name)) continue;
        const path = this.#pathOf(name);
        const { modifiedMs } = await files.lstat(path);
        if (clock.now() - modifiedMs > PROBE_LIFE_MS) await files.remove(path);
      }
    } catch {
      // The probe itself says what is wrong with the folder.
    }
  }

  async #writeProbe(path: string): Promise<void> {
    const { files } = this.#platform;
    const probe = await files.open(path, 'create');
    try {
      await probe.write([PROBE], 0);
    } finally {
      await probe.close();
      // A folder may be hardened so that logs can be made but not removed: then the probe stays, as all else there.
      await files.remove(path).catch(() => undefined);
    }
  }

  /** Never rejects: each line hears of its own. */
  async #writeWaiting(): Promise<void> {
    const lines = this.#waiting.splice(0);
    while (lines.length > 0) await this.#writeTogether(lines.splice(0, this.#countTogether(lines)));
  }

  /** So many of the first lines share a look at their file: those of one day, and one where each is flushed. */
  #countTogether(lines: readonly WaitingLine[]): number {
    if (this.#sync === 'line') return 1;
    const other = lines.findIndex(({ day }) => day !== lines[0]?.day);
    return other < 0 ? lines.length : other;
  }

  async #writeTogether(lines: readonly WaitingLine[]): Promise<void> {
    let file: DayFile | undefined;
    for (const { day, text, settle } of lines) {
      try {
        let before = '';
        if (file === undefined) ({ file, before } = await this.#fileInPlace(day));
        await file.append(this.#encoder.encode(before + text + this.#lineEnd));
        if (this.#sync === 'line') await file.sync();
        if (this.#sync === 'interval') this.#syncSoon();
      } catch (error) {
        // The handle may be what failed: the next line starts on a fresh one.
        file = undefined;
        await this.#leaveFile();
        settle(clientLogError(this.#pathOf(clientLogFileName(day)), error));
        continue;
      }
      const failure = this.#syncFailure;
      this.#syncFailure = undefined;
      settle(failure);
    }
  }

  /** The open file of this day, and what must stand before the next record. */
  async #fileInPlace(day: string): Promise<{ readonly file: DayFile; readonly before: string }> {
    for (let attempt = 0; attempt < OPEN_ATTEMPTS; attempt += 1) {
      const file = await this.#fileOf(day);
      const end = await file.look();
      if (end !== 'gone') return { file, before: end === 'ended' ? '' : this.#lineEnd };
      await this.#leaveFile();
    }
    throw clientLogError(this.#pathOf(clientLogFileName(day)), 'it is taken away as often as it is made');
  }

  /** The open file of this day; the file of another day is left. */
  async #fileOf(day: string): Promise<DayFile> {
    if (this.#current?.day === day) return this.#current.file;
    await this.#leaveFile();
    const path = this.#pathOf(clientLogFileName(day));
    const file = await this.#openFile(path);
    this.#current = { day, file };
    return file;
  }

  async #openFile(path: string): Promise<DayFile> {
    try {
      return await DayFile.open(path, this.#platform);
    } catch (error) {
      if (!isMissing(error)) throw error;
      await this.#platform.files.makeFolder(this.#folder, { recursive: true });
      return DayFile.open(path, this.#platform);
    }
  }

  #syncSoon(): void {
    this.#unsynced = true;
    this.#syncTimer ??= this.#platform.clock.startTimer(SYNC_INTERVAL_MS, () => {
      this.#syncTimer = undefined;
      const sync = () => this.#syncNow();
      this.#lastTask = this.#lastTask.then(sync, sync);
    });
  }

  /** Flushes what `interval` has left open. Never rejects: the failure waits for the next call. */
  async #syncNow(): Promise<void> {
    const file = this.#current?.file;
    if (file === undefined || !this.#unsynced) return;
    this.#unsynced = false;
    try {
      await file.sync();
    } catch (error) {
      this.#syncFailure ??= clientLogError(file.path, error);
    }
  }

  #reportSyncFailure(): void {
    const failure = this.#syncFailure;
    this.#syncFailure = undefined;
    if (failure !== undefined) throw failure;
  }

  /** Flushes and closes the open file. Never rejects: the failure waits for the next call. */
  async #leaveFile(): Promise<void> {
    await this.#syncNow();
    const file = this.#current?.file;
    this.#current = undefined;
    try {
      await file?.close();
    } catch (error) {
      this.#syncFailure ??= clientLogError(file?.path ?? this.#folder, error);
    }
  }

  async #finish(): Promise<void> {
    this.#syncTimer?.cancel();
    await this.#leaveFile();
    this.#reportSyncFailure();
  }

  #pathOf(name: string): string {
    const separator = this.#platform.host.os === 'win32' ? '\\' : '/';
    return /[/\\]$/.test(this.#folder) ? this.#folder + name : this.#folder + separator + name;
  }
}

function lineEndText(lineEnd: LineEnd, os: NodeJS.Platform): string {
  switch (lineEnd) {
    case 'lf':
      return '\n';
    case 'crlf':
      return '\r\n';
    case 'os':
      return os === 'win32' ? '\r\n' : '\n';
  }
}

function knownTimeZone(timeZone: string): string {
  if (isTimeZone(timeZone)) return timeZone;
  throw new TransferError({
    code: 'SETTINGS_INVALID',
    lastCode: -1,
    phase: 'log',
    message: `clientLog.timeZone: "${timeZone}" is not a time zone known here`,
    advice: 'Use an IANA name such as Europe/Berlin or UTC.',
  });
}

function closedError(folder: string): TransferError {
  return new TransferError({
    code: 'CLOSED',
    lastCode: -1,
    phase: 'log',
    message: `the client log in ${folder} was closed before this line was written`,
  });
}
