import { expect, it } from 'vitest';
import { renderVariablesPage } from './variables-page.testing.js';

it('docs/reference/variables.md says what the catalogue of variables says', async () => {
  await expect(renderVariablesPage()).toMatchFileSnapshot('../../../docs/reference/variables.md');
});
