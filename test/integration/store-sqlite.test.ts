import { join } from 'node:path';
import { describe, it } from 'vitest';
import { createNodePlatform } from '../../src/engine/platform/node-platform.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { STORE_SUITE } from '../suites/store/store-suite.js';

describe('store / SQLite', () => {
  for (const each of STORE_SUITE) {
    it(each.name, async () => {
      const file = join(await temporaryFolder(), 'store.sqlite');
      const store = await openSqliteStore({ file, access: 'write', platform: createNodePlatform() });
      try {
        await each.run(store);
      } finally {
        await store.close();
      }
    });
  }
});
