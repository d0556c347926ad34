import { expect, it } from 'vitest';
import { ERROR_CODES } from '../core/error-codes.js';
import { MOVE_FLAGS, TRANSFER_FLAGS } from '../settings/flag-table.js';
import { TRANSFER_KEYS } from '../settings/transfer-schema.js';
import { renderErrorsPage } from './errors-page.testing.js';

it('docs/reference/errors.md says what the table of error codes says', async () => {
  await expect(renderErrorsPage()).toMatchFileSnapshot('../../docs/reference/errors.md');
});

it('an advice that names a flag of a transfer also names what a rule calls it', () => {
  const flags: readonly { readonly flag: string; readonly key: string }[] = [
    ...TRANSFER_FLAGS,
    ...MOVE_FLAGS,
  ];
  const asked = Object.values(ERROR_CODES).flatMap(({ advice }) =>
    [...advice.matchAll(/--([a-z-]+)( \(in a rule: (\w+)\))?/g)].flatMap(([, name, , key]) => {
      const facts = flags.find(({ flag }) => flag === name);
      return facts === undefined || !IN_RULES.has(facts.key) ? [] : [{ name, key, meant: facts.key }];
    }),
  );
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.filter(({ key, meant }) => key !== meant)).toEqual([]);
});

const IN_RULES: ReadonlySet<string> = new Set([...TRANSFER_KEYS, 'recursive']);
