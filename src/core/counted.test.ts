import { expect, it } from 'vitest';
import { counted } from './counted.js';

it('one is not many', () => {
  expect([0, 1, 2].map((count) => counted(count, 'rule'))).toEqual(['0 rules', '1 rule', '2 rules']);
});
