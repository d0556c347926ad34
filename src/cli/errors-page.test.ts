import { expect, it } from 'vitest';
import { renderErrorsPage } from './errors-page.testing.js';

it('docs/reference/errors.md says what the table of error codes says', async () => {
  await expect(renderErrorsPage()).toMatchFileSnapshot('../../docs/reference/errors.md');
});
