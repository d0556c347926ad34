import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBatchFixture } from '../../test/platform/batch-fixture.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { OVERWRITE_POLICIES } from './transfer-options.js';

describe('a folder of the name that a file is to have', () => {
  const policies = OVERWRITE_POLICIES.filter((policy) => policy !== 'numerate');

  it.each(policies.flatMap((overwrite) => [[overwrite, 'empty'] as const, [overwrite, 'full'] as const]))(
    'stays, and so does the source: %s, %s',
    async (overwrite, content) => {
      const root = await temporaryFolder();
      await mkdir(join(root, 'to', 'f'), { recursive: true });
      await writeFile(join(root, 'f'), 'new');
      if (content === 'full') await writeFile(join(root, 'to', 'f', 'kept'), 'old');
      const { result, lines } = await runBatchFixture(testPlatform(), {
        source: join(root, 'f'),
        destination: `${join(root, 'to')}/`,
        transfer: { overwrite, removeSource: true, removeSkippedSource: true, retries: 1 },
      });
      expect(result.failures.map(({ error }) => error.code)).toEqual(['IS_A_FOLDER']);
      expect(lines).toEqual([expect.stringMatching(/^1 /)]);
      expect(await readdir(join(root, 'to'), { recursive: true })).toEqual(
        content === 'full' ? ['f', 'f/kept'] : ['f'],
      );
      expect(await readdir(root)).toEqual(['f', 'to']);
    },
  );

  it('is no obstacle where a name is made that is free', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'to', 'f'), { recursive: true });
    await writeFile(join(root, 'f'), 'new');
    await runBatchFixture(testPlatform(), {
      source: join(root, 'f'),
      destination: `${join(root, 'to')}/`,
      transfer: { overwrite: 'numerate' },
    });
    expect((await readdir(join(root, 'to'))).toSorted()).toEqual(['Copy of f', 'f']);
  });
});
