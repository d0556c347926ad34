import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTestBook } from '../rules/rule-book.testing.js';
import {
  eftRule,
  exportOf,
  fixture,
  fixturePath,
  importOf,
  leafPaths,
  STOP,
  TEST_CONTEXT,
} from './eft-export.testing.js';
import { importEft } from './import-eft.js';
import { reportText } from './report-text.js';

const SAMPLES = [fixture('rules.json'), fixture('profiles.json')];
const parsed = (name: string) => JSON.parse(Buffer.from(fixture(name).bytes).toString()) as unknown;

function problemsOf(yaml: string): readonly string[] {
  return readTestBook(yaml, TEST_CONTEXT).problems.map(({ text }) => text);
}

describe('the import of rules and profiles', () => {
  it('is the settings of the fixture, which are valid', async () => {
    const { yaml } = importEft(SAMPLES, TEST_CONTEXT);
    expect(problemsOf(yaml)).toEqual([]);
    await expect(yaml).toMatchFileSnapshot(fixturePath('tallyman.yaml'));
  });

  it('tells of every field of the samples, and knows all of them', () => {
    const { report } = importEft(SAMPLES, TEST_CONTEXT);
    const told = report.lines.map(({ field }) => field);
    const fields = ['rules.json', 'profiles.json'].flatMap((name) => leafPaths(parsed(name), name));
    expect(fields.filter((field) => !told.includes(field))).toEqual([]);
    expect(report.lines.filter(({ outcome }) => outcome === 'unknown')).toEqual([]);
    expect(told.filter((field, index) => told.indexOf(field) !== index)).toEqual([]);
  });

  it('shows no secret anywhere', () => {
    const { yaml, report, rules } = importEft(SAMPLES, TEST_CONTEXT);
    expect(yaml + reportText(report, rules) + JSON.stringify(rules)).not.toContain('SECRET-');
  });

  it('shows no secret wherever one stands, by whatever name', () => {
    const names = [
      'password',
      'PGPSDASPassword',
      'Passphrase',
      'secretKey',
      'SharedSecret',
      'SASToken',
      'accountKey',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.boolean(), (name, isGroup) => {
        const data = [parsed('rules.json'), parsed('profiles.json')];
        for (const place of objectsIn(data, ''))
          place.add(name, isGroup ? { Value: 'SECRET-x' } : 'SECRET-x');
        const { yaml, report, rules } = importOf(data);
        expect(yaml + reportText(report, rules)).not.toContain('SECRET-');
      }),
      { numRuns: 14 },
    );
  });

  it('names the variables to set', () => {
    const { report } = importEft(SAMPLES, TEST_CONTEXT);
    expect([...report.variables.keys()]).toContain('ACME_EU_PASSWORD');
    expect([...report.variables.keys()]).toContain('BANK_PROXY_PASSWORD');
  });

  it('takes an endpoint of an action for the profile with the same host, user and port', () => {
    const { connections } = importEft(SAMPLES, TEST_CONTEXT);
    expect(connections).toEqual(['acme-eu', 'bank', 'prices', 'old', 'gone', 'bank-2', 'far', 'acme']);
  });
});

interface Place {
  readonly path: string;
  readonly add: (name: string, value: unknown) => void;
}

/** Every object within, as a place to which a field can be added. */
function objectsIn(value: unknown, path: string): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => objectsIn(item, `${path}[${index}]`));
  const object = value as Record<string, unknown>;
  const inner = Object.entries(object).flatMap(([name, each]) => objectsIn(each, `${path}.${name}`));
  return [{ path, add: (name, each) => void (object[name] = each) }, ...inner];
}

describe('a field that nobody foresaw', () => {
  const name = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme-ascii' }).map((text) => `X${text}`);
  const value = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.integer({ min: 1 }),
    fc.constant({ In: [{ Deep: 1 }] }),
  );

  it('is found in the report, wherever it stands', () => {
    fc.assert(
      fc.property(name, value, fc.nat(), (field, added, number) => {
        const data = parsed('rules.json');
        const places = objectsIn(data, 'in.json');
        const place = places[number % places.length];
        place?.add(field, added);
        const { report, yaml } = importOf(data, parsed('profiles.json'));
        const told = new Set(report.lines.map((line) => line.field));
        expect(leafPaths(data, 'in.json').filter((each) => !told.has(printed(each)))).toEqual([]);
        expect(problemsOf(yaml)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it.each(['trigger', 'statements', 'info'])('in %s disables the rule', (part) => {
    const rule = eftRule({ TimerParams: { Recurrence: 'Once', StartDateTime: 1 } }) as Record<string, object>;
    expect(importOf(rule).rules[0]).toMatchObject({ isEnabled: true });
    const { rules } = importOf({ ...rule, [part]: { ...rule[part], OnlyIf: 'something' } });
    expect(rules[0]).toMatchObject({ isEnabled: false });
    expect(rules[0]?.problems.join()).toContain(`${part}.OnlyIf`);
  });

  it('is no matter when it says nothing', () => {
    const rule = eftRule({
      TimerParams: { Recurrence: 'Once', StartDateTime: 1, NewSwitch: false, More: [] },
    });
    expect(importOf(rule).rules[0]).toMatchObject({ isEnabled: true });
  });
});

function printed(text: string): string {
  return text.replaceAll('\u007f', '\\x7f');
}

describe('hostile input', () => {
  it('of any values in place of any of ours is valid settings, or a refusal', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom('rules.json', 'profiles.json'),
        (value, number, file) => {
          const data = parsed(file);
          const places = objectsIn(data, 'in.json').slice(3);
          const place = places[number % places.length];
          const keys = Object.keys(valueAt(data, place?.path ?? ''));
          place?.add(keys[number % Math.max(1, keys.length)] ?? 'X', value);
          const { yaml } = importOf(data);
          expect(problemsOf(yaml)).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    '__proto__',
    'constructor',
    'toString',
    '../../etc',
    '123',
    '',
    '\u0000',
    '日本',
    'a'.repeat(5000),
  ])('a rule named %j is valid settings', (name) => {
    const rule = { ...(eftRule({}) as object), info: { Name: name, Description: name, Type: name } };
    const { yaml, rules } = importOf([rule, rule]);
    expect(problemsOf(yaml)).toEqual([]);
    expect(rules).toHaveLength(2);
  });

  it('a field __proto__ is a field like any other', () => {
    const text = '{"info":{"Name":"It","__proto__":{"Enabled":false}},"statements":{},"trigger":{}}';
    const { report } = importEft([exportOf(text)], TEST_CONTEXT);
    expect(report.lines).toContainEqual(
      expect.objectContaining({ field: 'in.json.info.__proto__.Enabled', outcome: 'unknown' }),
    );
  });

  it('the same field in other letters is told, not lost', () => {
    const text = '{"info":{"Name":"It","name":"Other"},"statements":{},"trigger":{}}';
    const { report } = importEft([exportOf(text)], TEST_CONTEXT);
    expect(report.lines).toContainEqual(
      expect.objectContaining({ field: 'in.json.info.name', outcome: 'unknown' }),
    );
  });

  it('thousands of rules are imported', () => {
    const rules = Array.from({ length: 2000 }, () => eftRule({}, [STOP]));
    expect(importOf(rules).rules).toHaveLength(2000);
  });
});

function valueAt(data: unknown, path: string): object {
  const found = objectsWithPaths(data, 'in.json').find(([each]) => each === path);
  return found?.[1] ?? {};
}

function objectsWithPaths(value: unknown, path: string): readonly (readonly [string, object])[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => objectsWithPaths(item, `${path}[${index}]`));
  return [
    [path, value],
    ...Object.entries(value).flatMap(([name, each]) => objectsWithPaths(each, `${path}.${name}`)),
  ];
}
