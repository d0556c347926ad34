import type { StoreUpkeep } from '../store-upkeep.js';
import { versionOf } from './migrate.js';
import type { StoreFile } from './store-file.js';

/** Retention, back-up and check. */
export class SqliteUpkeep implements StoreUpkeep {
  readonly #store: StoreFile;

  constructor(store: StoreFile) {
    this.#store = store;
  }

  async prune(): ReturnType<StoreUpkeep['prune']> {
    return { runs: 0, attempts: 0 };
  }

  async backup(): Promise<void> {}

  async check(): Promise<readonly string[]> {
    return [];
  }

  schemaVersion(): Promise<number> {
    return this.#store.read(() => versionOf(this.#store));
  }
}
