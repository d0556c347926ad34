import { expect, it } from 'vitest';
import { parseSettingsText } from '../settings/settings-document.js';
import { readTestBook, TEST_FOLDER } from './rule-book.testing.js';
import { reloadObjection } from './reload-objection.js';

const RULE = 'rules: { a: { on: { every: 1m }, do: { wait: 1s } } }\n';
const { book: before } = readTestBook(RULE);
const file = `${TEST_FOLDER}/tallyman.yaml`;

function objectionTo(text: string): string | undefined {
  const documents = [parseSettingsText(text, file)];
  return reloadObjection(before, { file, documents }, readTestBook(text).book);
}

it('keeps the rules when the settings file is gone', () => {
  const after = { ...before, rules: [], files: [] };
  expect(reloadObjection(before, { file: undefined, documents: [] }, after)).toMatch(/is gone/);
});

it.each(['', '\n\n', '# rules follow\n'])(
  'keeps the rules when the file is emptied on the way to be saved: %j',
  (text) => {
    expect(objectionTo(text)).toMatch(/is empty/);
  },
);

it('keeps the rules when none is left but nobody says so', () => {
  expect(objectionTo('clientLog: { folder: ./logs }\n')).toMatch(/no rule any more/);
  expect(objectionTo('rules: {}\n')).toBeUndefined();
});

it('takes another rule', () => {
  expect(objectionTo(RULE.replace('1m', '2m'))).toBeUndefined();
});
