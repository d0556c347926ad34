import type { Platform } from '../../core/platform.js';
import { TransferError } from '../../core/transfer-error.js';
import type { PruneCounts, Retention, StoreUpkeep } from '../store-upkeep.js';
import { backUp } from './backup.js';
import { problemsOf } from './check.js';
import { versionOf } from './migrate.js';
import { Prune } from './prune.js';
import type { RuleNames } from './rule-names.js';
import type { StoreFile } from './store-file.js';

/** Retention, back-up and check. */
export class SqliteUpkeep implements StoreUpkeep {
  readonly #store: StoreFile;
  readonly #outside: Pick<Platform, 'files' | 'random'>;
  readonly #prune: Prune;

  constructor(store: StoreFile, rules: RuleNames, outside: Pick<Platform, 'files' | 'random'>) {
    this.#store = store;
    this.#outside = outside;
    this.#prune = new Prune(store, rules);
  }

  prune(retention: Retention, nowMs: number): Promise<PruneCounts> {
    return this.#prune.prune(retention, nowMs);
  }

  prunable(retention: Retention, nowMs: number): Promise<PruneCounts> {
    return this.#prune.count(retention, nowMs);
  }

  backup(target: string): Promise<void> {
    return backUp(this.#store, target, this.#outside);
  }

  /** Damage that ends the check itself is what it found. */
  async check(): Promise<readonly string[]> {
    try {
      return await this.#store.read(() => problemsOf(this.#store));
    } catch (error) {
      if (error instanceof TransferError && error.code === 'STORE_DAMAGED') return [error.message];
      throw error;
    }
  }

  schemaVersion(): Promise<number> {
    return this.#store.read(() => versionOf(this.#store));
  }
}
