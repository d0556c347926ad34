import { describe, expect, it } from 'vitest';
import { JsonListWriter } from './json-list.js';
import { LineWriter, wantsColor, type Output } from './output.js';

describe('colours', () => {
  it.each<[string, boolean, Record<string, string>, boolean, boolean]>([
    ['a terminal', true, {}, false, true],
    ['a pipe', false, {}, false, false],
    ['NO_COLOR', true, { NO_COLOR: '1' }, false, false],
    ['an empty NO_COLOR', true, { NO_COLOR: '' }, false, true],
    ['--no-color', true, { FORCE_COLOR: '1' }, true, false],
    ['FORCE_COLOR in a pipe', false, { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0 on a terminal', true, { FORCE_COLOR: '0' }, false, false],
    ['NO_COLOR against FORCE_COLOR', false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false, false],
  ])('for %s', (_name, isTerminal, environment, flag, expected) => {
    expect(wantsColor(isTerminal, environment, flag)).toBe(expected);
  });
});

function collector(): Output & { readonly text: () => string; readonly writes: () => number } {
  const parts: string[] = [];
  return {
    isTerminal: false,
    hasColor: false,
    isClosed: false,
    size: () => ({ columns: 80, rows: 24 }),
    write: (text) => {
      parts.push(String(text));
      return undefined;
    },
    text: () => parts.join(''),
    writes: () => parts.length,
  };
}

it('many lines go out in few writes', () => {
  const output = collector();
  const lines = new LineWriter(output);
  for (let index = 0; index < 10_000; index += 1) void lines.write(`line ${index}\n`);
  void lines.flush();
  expect(output.text().split('\n')).toHaveLength(10_001);
  expect(output.writes()).toBeLessThan(20);
});

it.each([0, 1, 3])('a JSON list of %i items is one document', (count) => {
  const output = collector();
  const list = new JsonListWriter(output, 'entries', { location: 'x' });
  for (let index = 0; index < count; index += 1) void list.add({ index });
  void list.end({ count });
  expect(JSON.parse(output.text())).toEqual({
    schemaVersion: 1,
    location: 'x',
    entries: Array.from({ length: count }, (_, index) => ({ index })),
    count,
  });
});
