import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { fieldTable } from './eft-import-page.testing.js';

const PAGE = fileURLToPath(new URL('../../docs/reference/eft-import.md', import.meta.url));
const TABLE = /(<!-- fields: .*-->\n\n)[\s\S]*?(\n\n<!-- end of fields -->)/;

it('docs/reference/eft-import.md says what becomes of each field', async () => {
  const page = readFileSync(PAGE, 'utf8');
  expect(page).toMatch(TABLE);
  const renewed = page.replace(TABLE, (_whole, head: string, foot: string) => head + fieldTable() + foot);
  await expect(renewed).toMatchFileSnapshot(PAGE);
});
