import type { Clock } from '../core/clock.js';
import type { FileFacts, Files, OpenFile } from '../core/files.js';
import { isMissing } from './client-log-error.js';

const LINE_FEED = 0x0a;

/** A line without its end may be one that another process is writing this moment: look again this often. */
const UNFINISHED_LINE_LOOKS = 5;
const UNFINISHED_LINE_PAUSE_MS = 10;

/**
 * The file of one day, held open. It has two handles because one opened for appending cannot read.
 * Rejections are the system's own.
 */
export class DayFile {
  readonly path: string;
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #appending: OpenFile;
  readonly #reading: OpenFile;
  readonly #identity: string;
  /** Whether the folder's own entry of the file may not be on disk yet. */
  #isNewInFolder: boolean;

  private constructor(path: string, parts: DayFileParts) {
    this.path = path;
    this.#files = parts.files;
    this.#clock = parts.clock;
    this.#appending = parts.appending;
    this.#reading = parts.reading;
    this.#identity = parts.facts.identity;
    this.#isNewInFolder = parts.facts.sizeBytes === 0;
  }

  /** Opens the file for appending and makes it when it is missing. */
  static async open(path: string, outside: Outside): Promise<DayFile> {
    const { files, clock } = outside;
    const appending = await files.open(path, 'append');
    let reading: OpenFile | undefined;
    try {
      reading = await files.open(path, 'read');
      return new DayFile(path, { files, clock, appending, reading, facts: await appending.stat() });
    } catch (error) {
      await Promise.allSettled([appending.close(), reading?.close()]);
      throw error;
    }
  }

  /**
   * How the file stands before a record is appended. `unended`: somebody's last line has no end, which must go in front of
   * the record; `gone`: it has been deleted or rotated away and must be opened anew. A write between this look and a
   * deletion shares the deletion's fate, as every line before it does.
   */
  async look(): Promise<'ended' | 'unended' | 'gone'> {
    const facts = await this.#factsInPlace();
    if (facts === undefined) return 'gone';
    return (await this.#endsWithLineEnd(facts)) ? 'ended' : 'unended';
  }

  /** Appends whole lines in one write. */
  append(line: Uint8Array): Promise<void> {
    return this.#appending.write([line], 0);
  }

  /** Forces all lines to disk; of a new file its name in the folder too. */
  async sync(): Promise<void> {
    await this.#appending.sync();
    if (!this.#isNewInFolder) return;
    try {
      await this.#files.syncFolder(folderOf(this.path));
    } catch (error) {
      if (!isFolderSyncUnavailable(error)) throw error;
    }
    this.#isNewInFolder = false;
  }

  async close(): Promise<void> {
    try {
      await this.#reading.close();
    } finally {
      await this.#appending.close();
    }
  }

  /** The facts of the file that bears our name, when it is still the one we hold. */
  async #factsInPlace(): Promise<FileFacts | undefined> {
    try {
      const facts = await this.#files.stat(this.path);
      return facts.identity === this.#identity ? facts : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /**
   * False when the last line stays without its end: somebody's write was cut short by a full disk or a crash.
   * Our record must not be glued to it.
   */
  async #endsWithLineEnd(facts: FileFacts): Promise<boolean> {
    let sizeBytes = facts.sizeBytes;
    for (let look = 0; look < UNFINISHED_LINE_LOOKS; look += 1) {
      if (look > 0) {
        await this.#clock.sleep(UNFINISHED_LINE_PAUSE_MS);
        sizeBytes = (await this.#reading.stat()).sizeBytes;
      }
      if (sizeBytes === 0) return true;
      const last = new Uint8Array(1);
      const count = await this.#reading.read(last, sizeBytes - 1);
      if (count === 1 && last[0] === LINE_FEED) return true;
    }
    return false;
  }
}

/** What the file needs of the platform. */
export interface Outside {
  readonly files: Files;
  readonly clock: Clock;
}

interface DayFileParts extends Outside {
  readonly appending: OpenFile;
  readonly reading: OpenFile;
  readonly facts: FileFacts;
}

/** Some network file systems cannot flush folders, and a folder may be hardened against listing. */
function isFolderSyncUnavailable(error: unknown): boolean {
  const errno = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  return ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF', 'EISDIR', 'EACCES', 'EPERM'].includes(errno);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'), 1));
}
