import type { Platform } from '../../core/platform.js';
import type { Store } from '../store.js';
import { migrate } from './migrate.js';
import { sqliteStore } from './sqlite-store.js';
import { StoreFile } from './store-file.js';

/** A store in memory, empty, that is gone once it is closed. Nothing of it stands on any disk. */
export function openScratchStore(platform: Pick<Platform, 'clock' | 'files' | 'host' | 'random'>): Store {
  const { clock } = platform;
  const file = new StoreFile({ file: ':memory:', access: 'write', monotonicMs: () => clock.monotonicMs() });
  migrate(file);
  return sqliteStore(file, platform);
}
