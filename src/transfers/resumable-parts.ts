import { posix } from 'node:path';
import type { Platform } from '../core/platform.js';
import type { RemotePath } from '../core/remote-path.js';
import { localError } from '../protocols/local/local-errors.js';
import { endpointKey, type Endpoint } from './endpoint.js';
import type { ProcessMark } from './process-mark.js';
import type { SourceIdentity } from './source-identity.js';

/** A copy on its way that a later run can go on with: what it is made of, and where it goes. */
export interface PartNote {
  /** `temporary`: a file under that path; `unfinished`: a write to that path that the server keeps open (S3). */
  readonly kind: 'temporary' | 'unfinished';
  readonly path: RemotePath;
  /** Of `unfinished`, once the server has named it. */
  readonly unfinishedId?: string | undefined;
  readonly final: RemotePath;
  /** Of the endpoint that the source is on, see `endpointKey`. */
  readonly sourceEndpoint: string;
  readonly sourcePath: RemotePath;
  readonly source: SourceIdentity;
}

/** A note of ours. */
export interface OwnPart {
  readonly note: PartNote;
  /** The server has named the write. */
  named(unfinishedId: string): Promise<void>;
  /** The part is gone from the target, or has its final name. */
  settle(): Promise<void>;
  /** The part stays on the target, for any later run to take over. */
  leave(): Promise<void>;
}

/** A note whose process is no more, or left it. */
export interface FreePart {
  readonly note: PartNote;
  /** Nobody has gone on with it in time: to be cleared. */
  readonly isExpired: boolean;
  /** Makes it ours; undefined when another process was faster. */
  take(): Promise<OwnPart | undefined>;
}

const SUFFIX = '.part';
/** A partner's folder is no place for our parts for ever. */
const LIFE_MS = 7 * 86_400_000;
const MAX_NOTE_BYTES = 256 * 1024;

interface StoredNote extends PartNote {
  readonly endpoint: string;
  readonly begunMs: number;
}

/**
 * Remembers on disk the parts that stand on targets, one small file a part: renaming that file is how exactly one of
 * several processes takes a part over. Every rejection is a TransferError.
 */
export class ResumableParts {
  readonly #platform: Platform;
  readonly #folder: string;
  readonly #mark: ProcessMark;

  constructor(platform: Platform, folder: string, mark: ProcessMark) {
    this.#platform = platform;
    this.#folder = folder;
    this.#mark = mark;
  }

  /** Call before the part is made. */
  async begin(endpoint: Endpoint, note: PartNote): Promise<OwnPart> {
    const stored: StoredNote = {
      ...note,
      endpoint: endpointKey(endpoint),
      begunMs: this.#platform.clock.now(),
    };
    return this.#ownPart(await this.#write(stored), stored);
  }

  async #write(stored: StoredNote): Promise<string> {
    const name = this.#ownName();
    await this.#onDisk(name, async (path) => {
      const file = await this.#platform.files.open(path, 'create');
      try {
        await file.write([Buffer.from(JSON.stringify(stored))], 0);
      } finally {
        await file.close();
      }
    });
    return name;
  }

  /** The part of this very file on its way to this very place, if a former run left one; it is ours then. */
  async claim(
    endpoint: Endpoint,
    wanted: Pick<PartNote, 'kind' | 'final' | 'sourceEndpoint' | 'sourcePath'>,
  ): Promise<OwnPart | undefined> {
    for (const part of await this.free(endpoint)) {
      const { kind, final, sourceEndpoint, sourcePath } = part.note;
      const isWanted =
        kind === wanted.kind &&
        final === wanted.final &&
        sourceEndpoint === wanted.sourceEndpoint &&
        sourcePath === wanted.sourcePath;
      const own = isWanted && !part.isExpired ? await part.take() : undefined;
      if (own !== undefined) return own;
    }
    return undefined;
  }

  /** Parts on this endpoint that no process works on. */
  async free(endpoint: Endpoint): Promise<readonly FreePart[]> {
    const found: FreePart[] = [];
    for (const name of await this.#freeNames()) {
      const stored = await this.#read(name);
      // A note cut short by a kill names nothing that was made.
      if (stored === undefined) await this.#remove(name);
      else if (stored.endpoint === endpointKey(endpoint)) found.push(this.#freePart(name, stored));
    }
    return found;
  }

  #freePart(name: string, stored: StoredNote): FreePart {
    return {
      note: stored,
      isExpired: this.#platform.clock.now() - stored.begunMs > LIFE_MS,
      take: async () => {
        const ownName = this.#ownName();
        return (await this.#rename(name, ownName)) ? this.#ownPart(ownName, stored) : undefined;
      },
    };
  }

  #ownPart(firstName: string, note: StoredNote): OwnPart {
    let name = firstName;
    let isOpen = true;
    const once = async (run: () => Promise<unknown>) => {
      if (!isOpen) return;
      isOpen = false;
      await run();
    };
    return {
      note,
      // The new note is whole before the old one goes, so that a kill in between loses no name.
      named: async (unfinishedId) => {
        const former = name;
        name = await this.#write({ ...note, unfinishedId });
        await this.#remove(former);
      },
      settle: () => once(() => this.#remove(name)),
      leave: () => once(() => this.#rename(name, this.#named(this.#mark.nobodys))),
    };
  }

  #ownName(): string {
    return this.#named(this.#mark.own);
  }

  #named(owner: string): string {
    return `${owner}-${this.#platform.random.token(8)}${SUFFIX}`;
  }

  async #freeNames(): Promise<readonly string[]> {
    return this.#onDisk('', async (folder) => {
      const names: string[] = [];
      for await (const { name } of this.#platform.files.list(folder)) {
        if (isPartNote(name) && this.#mark.isFree(name)) names.push(name);
      }
      return names;
    });
  }

  /** Undefined when it says nothing, or is gone. */
  async #read(name: string): Promise<StoredNote | undefined> {
    const text = await this.#unlessGone(name, (path) => this.#platform.files.readAll(path, MAX_NOTE_BYTES));
    return text === undefined ? undefined : storedNote(text.toString('utf8'));
  }

  async #remove(name: string): Promise<void> {
    await this.#unlessGone(name, (path) => this.#platform.files.remove(path));
  }

  async #rename(from: string, to: string): Promise<boolean> {
    const renamed = await this.#unlessGone(from, async (path) => {
      await this.#platform.files.rename(path, posix.join(this.#folder, to));
      return true;
    });
    return renamed === true;
  }

  async #unlessGone<T>(name: string, run: (path: string) => Promise<T>): Promise<T | undefined> {
    return this.#onDisk(name, async (path) => {
      try {
        return await run(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    });
  }

  async #onDisk<T>(name: string, run: (path: string) => Promise<T>): Promise<T> {
    const path = posix.join(this.#folder, name);
    try {
      return await run(path);
    } catch (error) {
      throw localError(error, 'plan', path);
    }
  }
}

function storedNote(text: string): StoredNote | undefined {
  try {
    const stored = JSON.parse(text) as StoredNote | null;
    return stored !== null && isWholeNote(stored) ? stored : undefined;
  } catch {
    return undefined;
  }
}

/** A file of another make, or of another version of ours, says nothing to us. */
function isWholeNote({
  kind,
  source,
  begunMs,
  ...texts
}: { readonly [Key in keyof StoredNote]?: unknown }): boolean {
  const { endpoint, path, final, sourceEndpoint, sourcePath } = texts;
  return (
    (kind === 'temporary' || kind === 'unfinished') &&
    [endpoint, path, final, sourceEndpoint, sourcePath].every((each) => typeof each === 'string') &&
    typeof source === 'object' &&
    source !== null &&
    Number.isFinite(begunMs)
  );
}

/** True for the files of this class in the folder of the journal. */
export function isPartNote(name: string): boolean {
  return name.endsWith(SUFFIX);
}
