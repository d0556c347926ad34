import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { assetsFile, pageAssets } from '../../../../scripts/build-report-page.mjs';

it('the scripts and the style of the page are those of the sources: else run node scripts/build-report-page.mjs', async () => {
  expect(await readFile(assetsFile, 'utf8')).toBe(await pageAssets());
});
