import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { clearOldParts } from './build-command.js';

it('parts of old builds go, those that a test run under way may load stay', async () => {
  const folder = await temporaryFolder();
  for (const [name, seconds] of Object.entries({ 'old.js': 1000, 'new.js': 3000 })) {
    await writeFile(join(folder, name), '');
    await utimes(join(folder, name), seconds, seconds);
  }
  await clearOldParts(folder, 2_000_000);
  expect(await readdir(folder)).toEqual(['new.js']);
  await clearOldParts(join(folder, 'made'), 2_000_000);
  expect(await readdir(join(folder, 'made'))).toEqual([]);
});
