import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CONNECTION_KEYS } from '../../settings/connection-schema.js';
import { CONNECTION_MEANINGS } from '../../settings/setting-meanings.js';
import { mergeSettings } from '../../settings/merge-settings.js';
import { parseSettingsText } from '../../settings/settings-document.js';
import { bookProblemsOf } from '../rule-book.testing.js';
import { settingsJsonSchema } from './settings-json-schema.js';

/** The same in the versions of ajv that tools bring along. */
const { default: Ajv } = (await import('ajv')) as unknown as {
  readonly default: new (options: object) => { compile(schema: object): (data: unknown) => boolean };
};
const accepts = new Ajv({ allErrors: true }).compile(settingsJsonSchema('config'));

const examples = new URL('../../../examples/', import.meta.url);
const files = (await readdir(examples)).filter((name) => name.endsWith('.yaml'));

function problemsOf(yaml: string): readonly string[] {
  const settings = mergeSettings([parseSettingsText(yaml, 'tallyman.yaml')]).problems;
  return [...settings.map(({ text }) => text), ...bookProblemsOf(yaml)];
}

describe('the JSON Schema of the settings', () => {
  it.each(files)('takes examples/%s, as the settings do', async (name) => {
    const text = await readFile(new URL(name, examples), 'utf8');
    expect(problemsOf(text)).toEqual([]);
    expect(accepts(parse(text))).toBe(true);
  });

  it.each([
    'rules: { a: { on: { every: 10m }, do: [{ wait: 30s }, { stop: thisRule }, { fail: text }] } }',
    'rules: { a: { on: [{ manual: }, { schedule: "0 6 * * 1-5" }], do: { makeFolder: ./x/y } } }',
    'rules: { a: { on: { daemon: started }, when: [{ weekday: mon-fri }, { not: { size: { max: 0 } } }], do: { wait: 1s } } }',
    'calendars: { c: { days: [2026-12-25, 12-26], weekdays: sat-sun } }',
    'store: { keepFailures: 365d }\napi: { enabled: "no", port: 0 }',
    'transfers: { retries: "5", timeout: 30, bandwidth: 5M }',
  ])('takes what the settings take: %s', (yaml) => {
    expect(problemsOf(yaml)).toEqual([]);
    expect(accepts(parse(yaml))).toBe(true);
  });

  it.each([
    'rulez: {}',
    'rules: { a: { do: { wait: 1s } } }',
    'rules: { a: { on: { manual: {} }, do: { wate: 1s } } }',
    'rules: { a: { on: { manual: {} }, do: [] } }',
    'rules: { a: { on: { manual: {}, every: 1m }, do: { wait: 1s } } }',
    'rules: { a: { on: { schedule: { cron: 5 } }, do: { wait: 1s } } }',
    'rules: { a: { on: { manual: {} }, do: { stop: everything } } }',
    'rules: { a: { on: { manual: {} }, do: { copy: { from: x } } } }',
    'rules: { a: { on: { manual: {} }, when: { fileNam: x }, do: { wait: 1s } } }',
    'rules: { a: { on: { manual: {} }, overlap: sometimes, do: { wait: 1s } } }',
    'calendars: { c: { weekdays: monday-ish } }',
    'mail: { from: tally@acme.example }',
    'transfers: { overwrite: maybe }',
    'connections: { acme: { url: 5 } }',
  ])('refuses what the settings refuse: %s', (yaml) => {
    expect(problemsOf(yaml)).not.toEqual([]);
    expect(accepts(parse(yaml))).toBe(false);
  });

  it('says of every key what it means', () => {
    expect(CONNECTION_KEYS.filter((key) => !(key in CONNECTION_MEANINGS))).toEqual([]);
    const { definitions } = settingsJsonSchema('rule') as {
      readonly definitions: Readonly<
        Record<string, { readonly properties?: Readonly<Record<string, object>> }>
      >;
    };
    for (const name of ['rule', 'trigger', 'step']) {
      const keys = Object.entries(definitions[name]?.properties ?? {});
      expect(keys.length).toBeGreaterThan(8);
      expect(keys.filter(([, value]) => !('description' in value)).map(([key]) => key)).toEqual([]);
    }
  });
});
