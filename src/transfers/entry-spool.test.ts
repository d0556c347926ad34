import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { EntrySpool } from './entry-spool.js';

describe('EntrySpool', () => {
  it.each([0, 1, 9_999, 10_000, 35_123])('gives back %i entries in order', async (count) => {
    const scratch = join(await temporaryFolder(), 'scratch');
    const spool = new EntrySpool(testPlatform(), scratch);
    for (let index = 0; index < count; index += 1) {
      await spool.add({ names: ['föl;der', `name "${index}"\u2028`], sizeBytes: index });
    }
    let seen = 0;
    for await (const entry of spool.read()) {
      expect(entry).toEqual({ names: ['föl;der', `name "${seen}"\u2028`], sizeBytes: seen });
      seen += 1;
    }
    expect(seen).toBe(count);
    await spool.close();
    expect(existsSync(scratch)).toBe(false);
  });
});
