import { posix } from 'node:path';
import type { Files } from '../core/files.js';
import { printable } from '../core/printable.js';
import { TransferError } from '../core/transfer-error.js';
import type { Rule } from '../rules/rule.js';
import { isWithin, rootsOf } from '../rules/variables/rooted-path.js';

/**
 * Where local paths lead once every link is followed: no link takes an action out of the folders that its rule may
 * touch. Folders are looked at once for each action; paths are parted by `/`.
 */
export class LinkedPaths {
  readonly #files: Pick<Files, 'realPath'>;
  readonly #os: NodeJS.Platform;
  readonly #roots: readonly string[];
  readonly #folders = new Map<string, Promise<string>>();

  constructor(
    rule: Pick<Rule, 'roots' | 'source' | 'triggers'>,
    files: Pick<Files, 'realPath'>,
    os: NodeJS.Platform,
  ) {
    this.#files = files;
    this.#os = os;
    this.#roots = rootsOf(rule, os);
  }

  /** For what is read or listed: the thing itself is followed, too. Rejects PATH_REFUSED. */
  async checkThing(path: string): Promise<void> {
    await this.#check(path, await this.#real(path));
  }

  /** For what is made, renamed or removed: a link of that name is itself meant, and only its folder is followed. */
  async checkName(path: string): Promise<void> {
    const name = path.replace(/\/+$/, '');
    await this.#check(path, await this.#realFolder(posix.dirname(name)));
  }

  async #check(path: string, real: string): Promise<void> {
    for (const root of this.#roots) {
      if (isWithin(real, await this.#realFolder(root.replaceAll('\\', '/')), this.#os)) return;
    }
    throw new TransferError({
      code: 'PATH_REFUSED',
      lastCode: -1,
      phase: 'action',
      message: `refused ${printable(path)}: a link leads from there to ${printable(real)}, outside the folders that the rule may touch`,
    });
  }

  #realFolder(folder: string): Promise<string> {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const real = this.#real(folder);
    this.#folders.set(folder, real);
    return real;
  }

  /** Of what is not there yet, as far as it is there. */
  async #real(path: string): Promise<string> {
    try {
      return await this.#files.realPath(path);
    } catch (error) {
      const above = posix.dirname(path);
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === path)
        throw this.#failed(path, error);
      return posix.join(await this.#realFolder(above), posix.basename(path));
    }
  }

  #failed(path: string, cause: unknown): TransferError {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown cause';
    return new TransferError({
      code: reason === 'EACCES' ? 'PERMISSION_DENIED' : 'LOCAL_DISK_FAILED',
      lastCode: -1,
      phase: 'action',
      message: `local ${printable(path)}: ${reason}`,
      side: 'us',
      cause,
    });
  }
}
