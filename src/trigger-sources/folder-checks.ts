import { dirname, join } from 'node:path';
import type { Files } from '../core/files.js';
import { printable } from '../core/printable.js';
import type { FolderTrigger } from '../rules/triggers/trigger.js';
import type { LastChecks } from './file-intake.js';
import type { FileReadiness } from './file-readiness.js';
import type { FileUse } from './file-use.js';
import type { Objection } from './file-verdict.js';
import type { OwnDeliveries } from './own-deliveries.js';
import type { SeenFile } from './seen-file.js';

export interface FolderChecksOptions {
  readonly trigger: FolderTrigger;
  readonly readiness: FileReadiness;
  readonly files: Pick<Files, 'lstat'>;
  readonly fileUse: FileUse;
  readonly deliveries: OwnDeliveries;
  /** Gives up on a system that does not answer. */
  readonly withinLimit: <T>(call: () => Promise<T>) => Promise<T>;
}

/** What is asked last about a file of a local folder. */
export class FolderChecks implements LastChecks {
  readonly #options: FolderChecksOptions;

  constructor(options: FolderChecksOptions) {
    this.#options = options;
  }

  async objectionTo(file: SeenFile): Promise<Objection> {
    return (
      (await this.#doneFileObjection(file)) ??
      (await this.#useObjection(file)) ??
      (await this.#options.deliveries.objectionTo(file))
    );
  }

  isOwnResult(file: SeenFile): Promise<boolean> {
    return this.#options.deliveries.isResult(file);
  }

  async #doneFileObjection(file: SeenFile): Promise<Objection> {
    const { readiness, files, withinLimit } = this.#options;
    const doneName = readiness.doneNameOf(file.relativePath);
    if (doneName === undefined) return undefined;
    const isThere = await withinLimit(() => exists(files, join(dirname(file.path), doneName)));
    return isThere ? undefined : missingDoneFile(doneName);
  }

  async #useObjection({ path, identity }: SeenFile): Promise<Objection> {
    const { trigger, fileUse, withinLimit } = this.#options;
    if (!trigger.exclusive) return undefined;
    const holder = await withinLimit(() => fileUse.holderOf({ path, identity }));
    if (holder === undefined) return undefined;
    return { state: 'notYet', reason: holder, readyInMs: Math.max(trigger.settleMs, 1000) };
  }
}

export function missingDoneFile(doneName: string): Objection {
  return { state: 'notYet', reason: `done-file ${printable(doneName)} is missing` };
}

async function exists(files: Pick<Files, 'lstat'>, path: string): Promise<boolean> {
  try {
    await files.lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
