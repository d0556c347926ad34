import { createNodePlatform } from '../engine/platform/node-platform.js';
import { migrate } from './sqlite/migrate.js';
import { sqliteStore } from './sqlite/sqlite-store.js';
import { StoreFile } from './sqlite/store-file.js';
import type { Store } from './store.js';

/** A store of its own that is gone once it is closed; all else is as on the disk. */
export function openMemoryStore(): Store {
  const file = new StoreFile({ file: ':memory:', access: 'write', monotonicMs: () => performance.now() });
  migrate(file);
  return sqliteStore(file, createNodePlatform());
}
