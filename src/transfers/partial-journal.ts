import { posix } from 'node:path';
import type { OpenFile } from '../core/files.js';
import type { Platform } from '../core/platform.js';
import type { RemotePath } from '../core/remote-path.js';
import { SharedTurn } from '../core/shared-turn.js';
import { localError } from '../protocols/local/local-errors.js';
import { endpointKey, type Endpoint } from './endpoint.js';
import { ProcessMark } from './process-mark.js';
import { isPartNote, ResumableParts } from './resumable-parts.js';

/** Something of ours that stands on a target while a file is on its way. */
export type Partial =
  | { readonly kind: 'temporary'; readonly path: RemotePath }
  /** The old target, set aside while the new one takes its name. */
  | { readonly kind: 'backup'; readonly path: RemotePath; readonly final: RemotePath }
  /** A write that the server keeps open until it is whole (S3), by the name that it gave it. */
  | { readonly kind: 'unfinished'; readonly path: RemotePath; readonly unfinishedId: string };

/** What a killed run left on an endpoint. */
export interface Leftover {
  readonly partial: Partial;
  /** Call when it is gone from the target. */
  settle(): Promise<void>;
}

interface BeginLine {
  readonly begin: string;
  readonly endpoint: string;
  readonly partial: Partial;
}

interface EndLine {
  readonly end: string;
}

/**
 * Remembers on disk which temporary files are ours, one file per process, so that the next run clears what a
 * killed one left: without listing the target's folder, and without touching what another live process writes.
 * Each entry is on its way to the disk before the temporary file is made.
 */
export class PartialJournal {
  /** Those that a later run can go on with; undefined where nothing outlives the process. */
  readonly parts: ResumableParts | undefined;
  readonly #platform: Platform;
  /** Undefined = kept in memory only: nothing is remembered beyond this process. */
  readonly #folder: string | undefined;
  readonly #mark: ProcessMark;
  readonly #ownName: string;
  readonly #unwritten: string[] = [];
  readonly #writing = new SharedTurn(() => this.#writeLines());
  #file: Promise<OpenFile> | undefined;
  #openCount = 0;

  private constructor(platform: Platform, folder: string | undefined) {
    this.#platform = platform;
    this.#folder = folder;
    this.#mark = new ProcessMark(platform);
    this.#ownName = `${this.#mark.own}.jsonl`;
    this.parts = folder === undefined ? undefined : new ResumableParts(platform, folder, this.#mark);
  }

  /** `folder`: state folder of this user; made when missing. Rejects with a TransferError when it cannot be written. */
  static async open(platform: Platform, folder: string): Promise<PartialJournal> {
    const path = posix.join(folder, 'partials');
    try {
      await platform.files.makeFolder(path, { recursive: true });
    } catch (error) {
      throw localError(error, 'plan', path);
    }
    return new PartialJournal(platform, path);
  }

  /** For a process that has no state folder. */
  static inMemory(platform: Platform): PartialJournal {
    return new PartialJournal(platform, undefined);
  }

  /** A path for a scratch file of this process, cleared with the journal; undefined without a folder. */
  scratchPath(): string | undefined {
    if (this.#folder === undefined) return undefined;
    return this.#pathOf(`${this.#mark.own}-${this.#platform.random.token(4)}.scratch`);
  }

  /** Call before the partial is made; the function it gives, when it is gone again. */
  async begin(endpoint: Endpoint, partial: Partial): Promise<() => Promise<void>> {
    const id = this.#platform.random.token(8);
    this.#openCount += 1;
    await this.#append({ begin: id, endpoint: endpointKey(endpoint), partial });
    let isOpen = true;
    return async () => {
      if (!isOpen) return;
      isOpen = false;
      this.#openCount -= 1;
      await this.#append({ end: id });
    };
  }

  /** What processes that are no more left on this endpoint. */
  async leftovers(endpoint: Endpoint): Promise<readonly Leftover[]> {
    const found: Leftover[] = [];
    for (const name of await this.#deadJournals()) {
      found.push(...(await this.#leftoversOf(name, endpointKey(endpoint))));
    }
    return found;
  }

  /** Removes the process's own file when nothing is open in it. Idempotent. */
  async close(): Promise<void> {
    const file = await this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    await file.close();
    if (this.#openCount === 0) await this.#platform.files.remove(this.#pathOf(this.#ownName));
  }

  #pathOf(name: string): string {
    return posix.join(this.#folder ?? '', name);
  }

  async #append(line: BeginLine | EndLine): Promise<void> {
    if (this.#folder === undefined) return;
    this.#unwritten.push(`${JSON.stringify(line)}\n`);
    await this.#writing.join();
  }

  async #writeLines(): Promise<void> {
    const path = this.#pathOf(this.#ownName);
    const text = this.#unwritten.splice(0).join('');
    try {
      this.#file ??= this.#platform.files.open(path, 'append');
      await (await this.#file).write([Buffer.from(text)], 0);
    } catch (error) {
      throw localError(error, 'plan', path);
    }
  }

  async #deadJournals(): Promise<readonly string[]> {
    if (this.#folder === undefined) return [];
    const names: string[] = [];
    for await (const { name } of this.#platform.files.list(this.#folder)) {
      if (isPartNote(name) || !this.#mark.isFree(name)) continue;
      if (name.endsWith('.jsonl')) names.push(name);
      else await this.#removeIfThere(name);
    }
    return names;
  }

  async #leftoversOf(name: string, key: string): Promise<readonly Leftover[]> {
    const open = openLines(await this.#readIfThere(name));
    if (open.size === 0) await this.#removeIfThere(name);
    return [...open.values()]
      .filter((line) => line.endpoint === key)
      .map((line) => ({ partial: line.partial, settle: () => this.#settle(name, line, open) }));
  }

  async #settle(name: string, line: BeginLine, open: Map<string, BeginLine>): Promise<void> {
    open.delete(line.begin);
    if (open.size === 0) return this.#removeIfThere(name);
    const file = await this.#platform.files.open(this.#pathOf(name), 'append');
    try {
      await file.write([Buffer.from(`\n${JSON.stringify({ end: line.begin })}\n`)], 0);
    } finally {
      await file.close();
    }
  }

  async #readIfThere(name: string): Promise<string> {
    try {
      return (await this.#platform.files.readAll(this.#pathOf(name))).toString('utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw localError(error, 'plan', this.#pathOf(name));
    }
  }

  async #removeIfThere(name: string): Promise<void> {
    try {
      await this.#platform.files.remove(this.#pathOf(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw localError(error, 'plan', this.#pathOf(name));
    }
  }
}

/** The begun and not ended entries. The last line of a killed process may be torn: it names nothing yet made. */
function openLines(text: string): Map<string, BeginLine> {
  const open = new Map<string, BeginLine>();
  for (const raw of text.split('\n')) {
    const line = parseLine(raw);
    if (line === undefined) continue;
    if ('begin' in line) open.set(line.begin, line);
    else open.delete(line.end);
  }
  return open;
}

function parseLine(raw: string): BeginLine | EndLine | undefined {
  try {
    return raw === '' ? undefined : (JSON.parse(raw) as BeginLine | EndLine);
  } catch {
    return undefined;
  }
}
