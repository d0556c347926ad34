import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransferError } from '../../core/transfer-error.js';
import { makeScope } from '../variables/make-scope.js';
import { rowValues } from '../variables/step-values.js';
import { conditionText } from './condition-text.js';
import type { CompareOperator, Condition, EvaluatedCondition } from './condition.js';
import { contentTypeOf } from './content-type.js';
import { evaluateCondition, type EvaluationFacts } from './evaluate-condition.js';
import { wholePathMask } from './whole-path-mask.js';

const NOW_MS = Date.parse('2026-02-11T12:00:00Z');

interface Scene {
  readonly path?: string;
  readonly sizeBytes?: number;
  readonly modifiedMs?: number;
  readonly now?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly there?: readonly string[];
}

function facts(scene: Scene = {}): EvaluationFacts & { readonly asked: string[] } {
  const asked: string[] = [];
  const { path } = scene;
  const file =
    path === undefined
      ? undefined
      : {
          connection: '',
          path,
          folder: '/data',
          sizeBytes: scene.sizeBytes,
          modifiedMs: scene.modifiedMs,
        };
  return {
    asked,
    scope: makeScope({
      rule: {
        name: 'r',
        variables: {},
        roots: ['/data'],
        source: { file: '/data/t.yaml', line: 1 },
        triggers: [],
      },
      event: {
        rule: 'r',
        trigger: 'folder',
        key: 'k',
        occurredAtMs: NOW_MS,
        values: scene.values ?? {},
        ...(file === undefined ? {} : { file }),
      },
      run: { id: 1, createdMs: NOW_MS },
      server: { nodeName: 'n', homeFolder: '/home/op', os: 'linux' },
      timeZone: 'UTC',
    }),
    nowMs: scene.now === undefined ? NOW_MS : Date.parse(scene.now),
    calendars: { holidays: { days: ['2026-02-11', '12-25'], weekdays: [7] } },
    exists: (location) => {
      asked.push(location);
      return Promise.resolve(scene.there?.includes(location) ?? false);
    },
  };
}

const holds = async (condition: Condition, scene?: Scene): Promise<boolean> =>
  (await evaluateCondition(condition, facts(scene))).holds;

describe('a condition on the file', () => {
  it.each([
    [['*.xml'], true],
    [['*.csv', 'ORDERS?.*'], true],
    [['*.'], false],
    [['%EVENT.EVENTNAME%*'], false],
    [[], false],
  ])('with the masks %j', async (masks, expected) => {
    expect(await holds({ kind: 'fileName', masks }, { path: '/data/in/orders1.xml' })).toBe(expected);
  });

  it.each([
    [10, 20, 10, true],
    [10, 20, 20, true],
    [10, 20, 21, false],
    [undefined, 20, 0, true],
    [1, undefined, 0, false],
  ])('of size %s to %s for %s bytes', async (minBytes, maxBytes, sizeBytes, expected) => {
    const condition: Condition = {
      kind: 'size',
      ...(minBytes === undefined ? {} : { minBytes }),
      ...(maxBytes === undefined ? {} : { maxBytes }),
    };
    expect(await holds(condition, { path: '/data/x', sizeBytes })).toBe(expected);
  });

  it('of its age counts from its change, a change in the future too', async () => {
    const scene = { path: '/data/x', modifiedMs: NOW_MS - 60_000 };
    expect(await holds({ kind: 'age', minMs: 60_000 }, scene)).toBe(true);
    expect(await holds({ kind: 'age', minMs: 60_001 }, scene)).toBe(false);
    expect(await holds({ kind: 'age', minMs: 0 }, { path: '/data/x', modifiedMs: NOW_MS + 1 })).toBe(false);
  });

  it('does not hold where there is no file, or its size is not known, and says so', async () => {
    const noFile = await evaluateCondition({ kind: 'fileName', masks: ['*'] }, facts());
    expect(noFile).toEqual({ text: 'file name matches *', holds: false, found: 'there is no file' });
    const unknown = await evaluateCondition({ kind: 'size', minBytes: 0 }, facts({ path: '/data/x' }));
    expect(unknown).toMatchObject({ holds: false, found: 'the size is not known' });
  });

  it('of its type goes by the extension', async () => {
    const ofType = (type: string, path: string) => holds({ kind: 'contentType', types: [type] }, { path });
    expect(await ofType('text/csv', '/data/A.CSV')).toBe(true);
    expect(await ofType('image/*', '/data/a.jpeg')).toBe(true);
    expect(await ofType('text/xml', '/data/a.xml')).toBe(true);
    expect(await ofType('image/*', '/data/image')).toBe(false);
    expect(contentTypeOf('x.constructor')).toBe('application/octet-stream');
    expect(contentTypeOf('noext')).toBe('application/octet-stream');
  });

  it('means the row within a loop', async () => {
    const scene = facts({ path: '/data/orders.xml', sizeBytes: 1 });
    const row = rowValues({ name: 'a.csv', path: 'acme:/out/a.csv', sizeBytes: 9, modifiedMs: undefined }, 1);
    const inLoop = { ...scene, scope: scene.scope.with(row) };
    expect((await evaluateCondition({ kind: 'fileName', masks: ['*.csv'] }, inLoop)).found).toBe(
      '%ROW.NAME% = a.csv',
    );
    expect((await evaluateCondition({ kind: 'path', masks: ['/out/*'] }, inLoop)).holds).toBe(true);
    expect((await evaluateCondition({ kind: 'size', minBytes: 9 }, inLoop)).holds).toBe(true);
    expect((await evaluateCondition({ kind: 'age', minMs: 0 }, inLoop)).found).toBe('the age is not known');
    const inner = rowValues({ name: 'b', path: 'acme:/b', sizeBytes: undefined, modifiedMs: undefined }, 1);
    const within = { ...inLoop, scope: inLoop.scope.with(inner) };
    const size: Condition = { kind: 'size', maxBytes: 20 };
    expect(await evaluateCondition(size, within)).toMatchObject({
      holds: false,
      found: 'the size is not known',
    });
  });
});

describe('a mask on the whole path', () => {
  it.each([
    ['/in/*.xml', '/in/a.xml', true],
    ['/in/*.xml', '/in/x/a.xml', false],
    ['/in/**/*.xml', '/in/a.xml', true],
    ['/in/**/*.XML', '/in/x/y/a.xml', true],
    ['/**', '/a/b', true],
    ['in/*.xml', '/data/in/a.xml', true],
    ['*.xml', '/data/in/a.xml', true],
    ['n/*.xml', '/data/in/a.xml', false],
    ['acme:/out/*', 'acme:/out/a', true],
    ['globex:/out/*', 'acme:/out/a', false],
    ['/out/*', 'acme:/out/a', true],
    ['D:\\in\\**', 'D:\\in\\a\\b.xml', true],
    ['/in/*', '/in/a\\b', true],
  ])('%s and %s', (mask, path, expected) => {
    expect(wholePathMask(mask)(path)).toBe(expected);
  });

  it('takes no longer for many stars', () => {
    const mask = `${'**/'.repeat(200)}x`;
    expect(wholePathMask(mask)(`${'/a'.repeat(500)}/b`)).toBe(false);
  });
});

describe('a condition on the time', () => {
  const window = (fromMinute: number, toMinute: number, timeZone = 'Europe/Berlin'): Condition => ({
    kind: 'timeOfDay',
    fromMinute,
    toMinute,
    timeZone,
  });

  it.each([
    ['2026-02-11T05:00:00Z', 360, 420, true],
    ['2026-02-11T04:59:59.999Z', 360, 420, false],
    ['2026-02-11T06:00:00Z', 360, 420, false],
    ['2026-02-11T22:30:00Z', 1320, 360, true],
    ['2026-02-11T04:59:00Z', 1320, 360, true],
    ['2026-02-11T05:00:00Z', 1320, 360, false],
    ['2026-02-11T22:59:00Z', 0, 1440, true],
  ])('at %s from %s to %s', async (now, from, to, expected) => {
    expect(await holds(window(from, to), { now })).toBe(expected);
  });

  it('goes by the clock on the wall when the clocks are changed', async () => {
    const twoToThree = window(120, 180);
    // 29 March 2026: 02:00 becomes 03:00. 25 October 2026: 03:00 becomes 02:00.
    expect(await holds(twoToThree, { now: '2026-03-29T00:59:59Z' })).toBe(false);
    expect(await holds(twoToThree, { now: '2026-03-29T01:00:00Z' })).toBe(false);
    expect(await holds(twoToThree, { now: '2026-10-25T00:30:00Z' })).toBe(true);
    expect(await holds(twoToThree, { now: '2026-10-25T01:30:00Z' })).toBe(true);
    expect(await holds(twoToThree, { now: '2026-10-25T02:00:00Z' })).toBe(false);
  });

  it('begins the day in its own zone', async () => {
    const wednesday = (timeZone: string): Condition => ({ kind: 'weekday', days: [3], timeZone });
    const now = '2026-02-11T23:30:00Z';
    expect(await holds(wednesday('UTC'), { now })).toBe(true);
    expect(await holds(wednesday('Europe/Berlin'), { now })).toBe(false);
    const holiday = (timeZone: string): Condition => ({ kind: 'calendar', calendar: 'holidays', timeZone });
    expect(await holds(holiday('UTC'), { now })).toBe(true);
    expect(await holds(holiday('Europe/Berlin'), { now })).toBe(false);
  });

  it('is an error when the calendar is gone', async () => {
    for (const calendar of ['gone', 'constructor']) {
      const condition: Condition = { kind: 'calendar', calendar, timeZone: 'UTC' };
      await expect(evaluateCondition(condition, facts())).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    }
  });
});

describe('a comparison', () => {
  it.each<[string, CompareOperator, string, boolean]>([
    ['a', 'equals', 'A', false],
    ['a', 'notEquals', 'A', true],
    ['abc', 'contains', 'b', true],
    ['abc', 'startsWith', 'b', false],
    ['abc', 'endsWith', 'c', true],
    ['ABC', 'matches', 'a*', true],
    ['a.c', 'matches', 'a.*', true],
    ['2', 'less', '10', true],
    ['2x', 'less', '10', false],
    ['-1', 'less', '.5', true],
    ['10', 'greater', '9.5', true],
    ['1', 'greater', '1.0', false],
    ['', 'isEmpty', '', true],
    [' ', 'isEmpty', '', false],
    ['', 'less', '1', true],
  ])('%s %s %s', async (left, operator, right, expected) => {
    expect(await holds({ kind: 'compare', left, operator, right })).toBe(expected);
  });

  it('shows the values that it looked at', async () => {
    const condition: Condition = {
      kind: 'compare',
      left: '%FS.FILE_NAME%',
      operator: 'equals',
      right: '%HOOK.NAME%',
    };
    const evaluated = await evaluateCondition(
      condition,
      facts({ path: '/data/a', values: { 'HOOK.NAME': 'b' } }),
    );
    expect(evaluated).toEqual({
      text: '%FS.FILE_NAME% is %HOOK.NAME%',
      holds: false,
      found: '%FS.FILE_NAME% = a, %HOOK.NAME% = b',
    });
  });

  it('may ask whether there is a value; a name that does not exist is an error', async () => {
    expect(await holds({ kind: 'compare', left: '%HOOK.NAME%', operator: 'isEmpty', right: '' })).toBe(true);
    await expect(
      holds({ kind: 'compare', left: '%HOK.NAME%', operator: 'isEmpty', right: '' }),
    ).rejects.toMatchObject({
      code: 'VARIABLE_UNKNOWN',
    });
  });
});

describe('a look elsewhere', () => {
  const exists = (location: string): Condition => ({ kind: 'exists', location });
  const never: Condition = { kind: 'any', of: [] };

  it('is asked for the expanded place', async () => {
    const scene = facts({ path: '/data/a', there: ['acme:/in/a'] });
    const evaluated = await evaluateCondition(exists('acme:/in/%FS.FILE_NAME%'), scene);
    expect(evaluated).toMatchObject({ holds: true, found: 'acme:/in/a is there' });
  });

  it('is not asked where the rest decides already, and the story says so', async () => {
    const scene = facts({ path: '/data/a' });
    const evaluated = await evaluateCondition({ kind: 'all', of: [exists('acme:/x'), never] }, scene);
    expect(scene.asked).toEqual([]);
    expect(evaluated.holds).toBe(false);
    expect(evaluated.of?.map(({ found }) => found)).toEqual([
      'not looked at: the others decide already',
      '0 of 0 hold',
    ]);
  });

  it('that cannot be made is an error and no answer', async () => {
    const down = new TransferError({
      code: 'CONNECT_REFUSED',
      lastCode: 10061,
      phase: 'connect',
      message: 'down',
    });
    const scene = { ...facts(), exists: () => Promise.reject(down) };
    await expect(evaluateCondition({ kind: 'not', of: exists('acme:/x') }, scene)).rejects.toBe(down);
    await expect(evaluateCondition(exists('/etc/passwd'), facts())).rejects.toMatchObject({
      code: 'PATH_REFUSED',
    });
  });
});

describe('every tree of conditions', () => {
  const leafCondition: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({
      kind: fc.constant('fileName' as const),
      masks: fc.array(fc.constantFrom('*.xml', '*.csv', 'a*')),
    }),
    fc.record({ kind: fc.constant('size' as const), minBytes: fc.integer({ min: 0, max: 20 }) }),
    fc.record({
      kind: fc.constant('exists' as const),
      location: fc.constantFrom('/data/there', '/data/gone'),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      left: fc.constantFrom('%FS.FILE_NAME%', '7'),
      operator: fc.constantFrom<CompareOperator>('equals', 'less', 'matches'),
      right: fc.constantFrom('a.xml', '10', '*'),
    }),
  );
  const { tree } = fc.letrec<{ tree: Condition; group: Condition; not: Condition }>((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, leafCondition, tie('group'), tie('not')),
    group: fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('tree'), { maxLength: 3 }),
    }),
    not: fc.record({ kind: fc.constant('not' as const), of: tie('tree') }),
  }));
  const scene: Scene = { path: '/data/a.xml', sizeBytes: 10, there: ['/data/there'] };
  const not = (of: Condition): Condition => ({ kind: 'not', of });

  it('is the same when it is denied twice', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (one) => {
        expect(await holds(not(not(one)), scene)).toBe(await holds(one, scene));
        expect(await holds(not(one), scene)).toBe(!(await holds(one, scene)));
      }),
    );
  });

  it('follows de Morgan', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(tree, { maxLength: 4 }), async (of) => {
        const denied = of.map(not);
        expect(await holds(not({ kind: 'all', of }), scene)).toBe(
          await holds({ kind: 'any', of: denied }, scene),
        );
        expect(await holds(not({ kind: 'any', of }), scene)).toBe(
          await holds({ kind: 'all', of: denied }, scene),
        );
      }),
    );
  });

  it('shows each of its parts, with the sentence of each leaf', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (one) => {
        const evaluated = await evaluateCondition(one, facts(scene));
        const shown = leavesShown(evaluated).join('\n');
        for (const text of leavesOf(one).map(conditionText)) expect(shown).toContain(text);
      }),
    );
  });
});

function leavesOf(condition: Condition): readonly Condition[] {
  if (condition.kind === 'not') return leavesOf(condition.of);
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.flatMap(leavesOf);
  return [condition];
}

function leavesShown(evaluated: EvaluatedCondition): readonly string[] {
  return evaluated.of === undefined ? [evaluated.text] : evaluated.of.flatMap(leavesShown);
}

describe('the sentence of a condition', () => {
  it.each<[Condition, string]>([
    [
      {
        kind: 'all',
        of: [
          { kind: 'fileName', masks: ['*.xml', '*.csv'] },
          {
            kind: 'any',
            of: [
              { kind: 'size', minBytes: 1024 },
              { kind: 'age', minMs: 120_000, maxMs: 7_200_000 },
            ],
          },
          { kind: 'not', of: { kind: 'exists', location: 'acme:/x' } },
        ],
      },
      'file name matches *.xml or *.csv and (size is at least 1 KiB or age is from 2 min to 2 h) and not acme:/x exists',
    ],
    [
      { kind: 'timeOfDay', fromMinute: 360, toMinute: 1440, timeZone: 'UTC' },
      'time of day is from 06:00 to 24:00 (UTC)',
    ],
    [{ kind: 'weekday', days: [1, 7], timeZone: 'UTC' }, 'weekday is Monday or Sunday (UTC)'],
    [{ kind: 'compare', left: '%A.B%', operator: 'isEmpty', right: '' }, '%A.B% is empty'],
    [{ kind: 'all', of: [] }, 'always'],
  ])('%#', (condition, text) => {
    expect(conditionText(condition)).toBe(text);
  });
});
