import { dirname, join, resolve, sep } from 'node:path';
import type { FileAccess } from '../core/files.js';
import { printable } from '../core/printable.js';
import { settingsPath } from './local-path.js';
import { showOrigin, type Origin } from './origin.js';
import { parseSettingsText, type SettingsDocument } from './settings-document.js';
import { SettingsError, type SettingsProblem } from './settings-error.js';
import { MAX_SETTINGS_BYTES, type SettingsSearch } from './settings-file.js';
import { dosMatcher, hasWildcard } from '../transfers/wildcard.js';

/** A settings file with what it includes, each file once: a file stands before those that it includes. */
export interface ReadDocuments {
  readonly documents: readonly SettingsDocument[];
  /** Of files that cannot be found, read or understood. */
  readonly problems: readonly SettingsProblem[];
}

/** Parses a settings file and reads what it includes, and what that includes. */
export async function readIncluded(
  main: { readonly file: string; readonly text: string },
  search: SettingsSearch,
): Promise<ReadDocuments> {
  const reading = new IncludeReading(search);
  await reading.take(main.file, main.text, []);
  return reading;
}

class IncludeReading implements ReadDocuments {
  readonly documents: SettingsDocument[] = [];
  readonly problems: SettingsProblem[] = [];
  /** Files that were begun, with the place that names each. */
  readonly #begun = new Map<string, Origin | undefined>();
  readonly #search: SettingsSearch;
  #mainOwnerId: number | undefined;

  constructor(search: SettingsSearch) {
    this.#search = search;
  }

  /** `chain`: the files that led here, outermost first. */
  async take(file: string, text: string, chain: readonly string[], from?: Origin): Promise<void> {
    this.#begun.set(file, from);
    const document = this.#parse(text, file);
    if (document === undefined) return;
    this.documents.push(document);
    for (const { pattern, origin } of includesOf(document)) {
      await this.#include(pattern, origin, [...chain, file]);
    }
  }

  #parse(text: string, file: string): SettingsDocument | undefined {
    try {
      return parseSettingsText(text, file);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      this.problems.push(...error.problems);
      return undefined;
    }
  }

  async #include(pattern: string, origin: Origin, chain: readonly string[]): Promise<void> {
    const { homeFolder } = this.#search;
    const path = settingsPath(pattern, dirname(chain.at(-1) ?? ''), homeFolder);
    if (!hasWildcard(path)) {
      if (chain.includes(path)) {
        const way = [...chain.slice(chain.indexOf(path)), path].map((each) => printable(each)).join(' -> ');
        this.#problem(origin, `includes go round in a circle: ${way}`);
      } else if (this.#begun.has(path)) {
        const first = this.#begun.get(path);
        const place = first === undefined ? 'as the settings file' : `at ${showOrigin(first)}`;
        this.#problem(origin, `${printable(path)} is included already ${place}`);
      } else await this.#read(path, origin, chain);
      return;
    }
    for (const file of await this.#matching(path, origin)) {
      if (!this.#begun.has(file)) await this.#read(file, origin, chain);
    }
  }

  async #read(file: string, origin: Origin, chain: readonly string[]): Promise<void> {
    let text: string;
    try {
      const { access } = await this.#search.files.stat(file);
      this.#mainOwnerId ??= (await this.#search.files.stat(chain[0] ?? file)).access?.ownerId;
      const objection = this.#objection(access);
      if (objection !== undefined) {
        this.#problem(origin, `${printable(file)} ${objection}`);
        return;
      }
      text = (await this.#search.files.readAll(file, MAX_SETTINGS_BYTES)).toString('utf8');
    } catch (cause) {
      this.#problem(origin, `${printable(file)} ${readFailure(cause)}`);
      return;
    }
    await this.take(file, text.replace(/^\ufeff/, ''), chain, origin);
  }

  /** What it says becomes rules: so it must be in the hands of those who own the settings file. */
  #objection(access: FileAccess | undefined): string | undefined {
    const { userId } = this.#search;
    if (access === undefined || userId === undefined) return undefined;
    if ((access.mode & 0o002) !== 0) return 'can be changed by every user, so it is not included';
    const owners = [userId, 0, this.#mainOwnerId];
    return owners.includes(access.ownerId) ? undefined : 'belongs to another user, so it is not included';
  }

  /** Files that fit a path with masks, by name. Names that begin with a dot are an editor's, and never meant. */
  async #matching(path: string, origin: Origin): Promise<readonly string[]> {
    const parts = path.split(sep === '\\' ? /[/\\]/ : '/');
    let folders = [parts[0] === '' ? '/' : `${parts[0] ?? ''}${sep}`];
    for (const [index, part] of parts.slice(1).entries()) {
      const isLast = index === parts.length - 2;
      if (!hasWildcard(part)) {
        folders = folders.map((folder) => join(folder, part));
        continue;
      }
      const found: string[] = [];
      for (const folder of folders) found.push(...(await this.#entries(folder, part, isLast, origin)));
      folders = found;
    }
    return folders.map((file) => resolve(file));
  }

  async #entries(
    folder: string,
    mask: string,
    wantsFiles: boolean,
    origin: Origin,
  ): Promise<readonly string[]> {
    const fits = dosMatcher(mask);
    const names: string[] = [];
    try {
      for await (const { name } of this.#search.files.list(folder)) {
        if (name.startsWith('.') || !fits(name)) continue;
        const { kind } = await this.#search.files.stat(join(folder, name));
        if (kind === (wantsFiles ? 'file' : 'folder')) names.push(name);
      }
    } catch (cause) {
      this.#problem(origin, `${printable(folder)} ${readFailure(cause)}`);
    }
    return names.toSorted().map((name) => join(folder, name));
  }

  #problem(origin: Origin, text: string): void {
    this.problems.push({ origin, text });
  }
}

function readFailure(cause: unknown): string {
  const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown cause';
  return errno === 'ENOENT' ? 'does not exist' : `cannot be read (${errno})`;
}

/** What `include:` names; what is no text there is told by the schema. */
function includesOf(
  document: SettingsDocument,
): readonly { readonly pattern: string; readonly origin: Origin }[] {
  const { data } = document;
  if (typeof data !== 'object' || data === null || !('include' in data)) return [];
  const { include } = data;
  const items: readonly unknown[] = Array.isArray(include) ? include : [include];
  return items.flatMap((pattern, index) => {
    if (typeof pattern !== 'string' || pattern === '' || pattern.includes('\0')) return [];
    const path = Array.isArray(include) ? ['include', index] : ['include'];
    return [{ pattern, origin: document.originOf(path) }];
  });
}
