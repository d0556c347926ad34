import { expect, it } from 'vitest';
import { renderCliPage } from './cli-page.testing.js';

it('docs/reference/cli.md says what the table of commands says', async () => {
  await expect(renderCliPage()).toMatchFileSnapshot('../../docs/reference/cli.md');
});
