import { describe, expect, it } from 'vitest';
import { plainBook, plainRule } from '../rule.testing.js';
import { afterRuleEvents, chainValues, MAX_RUNS_IN_A_CHAIN, type RunThatEnds } from './after-rule.js';

const NOW_MS = Date.parse('2026-05-01T06:00Z');

const book = plainBook([
  plainRule({ name: 'fetch' }),
  plainRule({ name: 'on-success', triggers: [{ kind: 'afterRule', rule: 'fetch', result: 'succeeded' }] }),
  plainRule({ name: 'on-failure', triggers: [{ kind: 'afterRule', rule: 'fetch', result: 'failed' }] }),
  plainRule({ name: 'on-any', triggers: [{ kind: 'afterRule', rule: 'fetch', result: 'any' }] }),
  plainRule({ name: 'off', enabled: false, triggers: [{ kind: 'afterRule', rule: 'fetch', result: 'any' }] }),
]);

const ended = (given: Partial<RunThatEnds> = {}, run: Partial<RunThatEnds['run']> = {}): RunThatEnds => ({
  run: { id: 7, rule: 'fetch', isShadow: false, event: { values: {} }, ...run },
  state: 'succeeded',
  reason: '3 files',
  ...given,
});

describe('rules that run after another', () => {
  it.each([
    ['succeeded', ['on-success', 'on-any']],
    ['failed', ['on-failure', 'on-any']],
    ['cancelled', []],
    ['skipped', []],
  ] as const)('a run that %s', (state, rules) => {
    expect(afterRuleEvents(ended({ state }), book, NOW_MS).events.map(({ rule }) => rule)).toEqual(rules);
  });

  it('know which run it was, by a key that is the same each time', () => {
    const [first] = afterRuleEvents(ended(), book, NOW_MS).events;
    expect(first).toEqual({
      rule: 'on-success',
      trigger: 'afterRule',
      key: 'after:7',
      occurredAtMs: NOW_MS,
      reason: '3 files',
      values: {
        'AFTER.RULE': 'fetch',
        'AFTER.RUN': '7',
        'AFTER.RESULT': 'succeeded',
        'AFTER.DEPTH': '1',
      },
    });
  });

  it('do not run after a run that was only tried', () => {
    expect(afterRuleEvents(ended({}, { isShadow: true }), book, NOW_MS)).toEqual({ events: [], refused: [] });
  });

  it('that run after each other in a circle come to an end, and are named', () => {
    const circle = plainBook([
      plainRule({ name: 'a', triggers: [{ kind: 'afterRule', rule: 'b', result: 'any' }] }),
      plainRule({ name: 'b', triggers: [{ kind: 'afterRule', rule: 'a', result: 'any' }] }),
    ]);
    let event: unknown = { values: {} };
    let rule = 'a';
    for (let run = 1; run <= MAX_RUNS_IN_A_CHAIN; run += 1) {
      const [next] = afterRuleEvents(ended({}, { id: run, rule, event }), circle, NOW_MS).events;
      expect(next).toBeDefined();
      event = next;
      rule = next?.rule ?? '';
    }
    expect(afterRuleEvents(ended({}, { id: 99, rule, event }), circle, NOW_MS)).toEqual({
      events: [],
      refused: [rule === 'a' ? 'b' : 'a'],
    });
  });

  it('hand their place in the chain on to the runs that they call', () => {
    expect(chainValues({ values: { 'AFTER.DEPTH': '4', 'MY.NAME': 'x' } })).toEqual({ 'AFTER.DEPTH': '4' });
  });

  it.each([
    [undefined],
    [null],
    [{}],
    [{ values: { 'AFTER.DEPTH': 'many' } }],
    [{ values: { 'AFTER.DEPTH': '-3' } }],
  ])('begin a chain after an event such as %j', (event) => {
    expect(afterRuleEvents(ended({}, { event }), book, NOW_MS).events[0]?.values['AFTER.DEPTH']).toBe('1');
    expect(chainValues(event)).toEqual({});
  });
});
