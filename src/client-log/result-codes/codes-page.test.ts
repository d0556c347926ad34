import { expect, it } from 'vitest';
import { renderCodesPage } from './codes-page.testing.js';

it('docs/reference/codes.md says what the dictionary says', async () => {
  await expect(renderCodesPage()).toMatchFileSnapshot('../../../docs/reference/codes.md');
});
