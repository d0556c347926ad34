import { readdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeSettings } from '../settings/merge-settings.js';
import { parseSettingsText } from '../settings/settings-document.js';
import { SettingsError, type SettingsProblem } from '../settings/settings-error.js';
import { readTestBook } from './rule-book.testing.js';

const folder = new URL('../../examples/', import.meta.url);
const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
const examples = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));

/** As the command does it: what cannot be parsed has problems, and so may what can. */
function problemsOf(text: string): readonly SettingsProblem[] {
  try {
    const settings = mergeSettings([parseSettingsText(text, '/srv/tally/tallyman.yaml')]).problems;
    return [...settings, ...readTestBook(text).problems];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

const anything = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  0,
  1e300,
  '',
  '%',
  '%FS.PATH%',
  '..',
  '\0',
  '-',
  '24:00',
  [],
  {},
  [[]],
  [null],
  { '': null },
  '2d',
  'a'.repeat(2000),
);

function lineCount(text: string): number {
  return text.split('\n').length;
}

describe('an example with random edits', () => {
  it('never crashes the reader; each problem has its place in the file and says something', () => {
    const edit = fc.tuple(
      fc.constantFrom(...examples),
      fc.array(
        fc.record({
          at: fc.double({ min: 0, max: 1, noNaN: true }),
          cut: fc.nat(12),
          put: fc.constantFrom(
            '',
            ' ',
            '\n',
            ':',
            '-',
            '{',
            '}',
            '[',
            ']',
            '"',
            '%',
            '&a',
            '*a',
            '!!x ',
            '#',
            'on',
            '\t',
            'é',
            '0',
            '<<: ',
          ),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    );
    fc.assert(
      fc.property(edit, ([example, edits]) => {
        let text = example;
        for (const { at, cut, put } of edits) {
          const start = Math.floor(at * text.length);
          text = text.slice(0, start) + put + text.slice(start + cut);
        }
        for (const { origin, text: problem } of problemsOf(text)) {
          expect(origin.kind).toBe('file');
          if (origin.kind !== 'file') return;
          expect(origin.line).toBeGreaterThan(0);
          expect(origin.line).toBeLessThanOrEqual(lineCount(text));
          expect(problem).toMatch(/\S/);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('never crashes on any value in any place', () => {
    const paths = examples.flatMap((text, index) =>
      placesIn(parseSettingsText(text, 'x').data).map((path) => ({ index, path })),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), anything, ({ index, path }, value) => {
        const data: unknown = structuredClone(parseSettingsText(examples[index] ?? '', 'x').data);
        replaceAt(data, path, value);
        for (const { text } of problemsOf(JSON.stringify(data))) expect(text).toMatch(/\S/);
      }),
      { numRuns: 600 },
    );
  });
});

describe('a book', () => {
  it.each(names.map((name, index) => [name, examples[index] ?? ''] as const))(
    'of %s is the same from the store, where runs keep their rule, and from the same data in another form',
    (_, text) => {
      const { book } = readTestBook(text);
      expect(book.rules.length).toBeGreaterThan(0);
      expect(JSON.parse(JSON.stringify(book))).toEqual(book);
      const again = readTestBook(JSON.stringify(parseSettingsText(text, 'x').data)).book;
      const revisions = (rules: typeof book.rules) => rules.map(({ name, revision }) => [name, revision]);
      expect(revisions(again.rules)).toEqual(revisions(book.rules));
    },
  );
});

type Path = readonly (string | number)[];

function placesIn(data: unknown, path: Path = []): readonly Path[] {
  if (typeof data !== 'object' || data === null) return [path];
  const below = Object.entries(data).flatMap(([key, value]) =>
    placesIn(value, [...path, Array.isArray(data) ? Number(key) : key]),
  );
  return path.length === 0 ? below : [path, ...below];
}

function replaceAt(data: unknown, path: Path, value: unknown): void {
  let at = data as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  const last = path.at(-1);
  if (last !== undefined) at[last] = value;
}
