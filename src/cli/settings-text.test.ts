import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEFAULT_ORIGIN } from '../settings/origin.js';
import { settingsYaml } from './settings-text.js';

it('what is shown can be used again as settings, origins included', () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('.inf', '.NaN', '-.inf', '0x1f', '1e3', '.5', 'yes', 'a: b', '- x', '#', '%', '~', '~/x'),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.dictionary(fc.string(), fc.string(), { maxKeys: 2, noNullPrototype: true }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), value, { maxKeys: 4, noNullPrototype: true }), (group) => {
      const rows = Object.entries(group).map(([key, each]) => ({
        path: ['group', key],
        value: each,
        origin: DEFAULT_ORIGIN,
      }));
      for (const withOrigin of [false, true]) {
        const text = settingsYaml(rows, withOrigin).join('\n');
        expect(parse(text) ?? {}).toEqual(rows.length === 0 ? {} : { group });
      }
    }),
  );
});

it('groups are opened once', () => {
  const row = (...path: string[]) => ({ path, value: 1, origin: DEFAULT_ORIGIN });
  expect(settingsYaml([row('a', 'b', 'c'), row('a', 'b', 'd'), row('a', 'e'), row('f')], false)).toEqual([
    'a:',
    '  b:',
    '    c: 1',
    '    d: 1',
    '  e: 1',
    'f: 1',
  ]);
});
