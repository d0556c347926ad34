import { describe, expect, it } from 'vitest';
import type { RuleBook } from '../../rules/rule-book.js';
import type { Rule } from '../../rules/rule.js';
import { testRule } from '../../runs/actions/action-context.testing.js';
import type { TriggerSource } from '../../trigger-sources/trigger-source.js';
import { RuleSources, type MakeSource } from './rule-sources.js';

function rule(name: string): Rule {
  return {
    ...testRule('/rules', { name }),
    triggers: [{ kind: 'manual', sample: {} }],
    revision: `${name}-1`,
  };
}

function bookOf(...names: readonly string[]): RuleBook {
  return { rules: names.map(rule), calendars: {} } as unknown as RuleBook;
}

/** Sources that note what is asked of them; those of `failing` cannot begin. */
function noted(failing: ReadonlySet<string> = new Set()) {
  const watching = new Set<string>();
  const make: MakeSource = ({ rule: { name } }): TriggerSource => ({
    start: () => {
      if (failing.has(name)) return Promise.reject(new Error('the store takes nothing'));
      watching.add(name);
      return Promise.resolve();
    },
    stop: () => {
      watching.delete(name);
      return Promise.resolve();
    },
  });
  return { watching, sources: new RuleSources(make) };
}

describe('the sources of rules', () => {
  it('follow the book', async () => {
    const { watching, sources } = noted();
    await sources.apply(bookOf('a', 'b'));
    await sources.apply(bookOf('b', 'c'));
    expect([...watching].sort()).toEqual(['b', 'c']);
    await sources.stop();
    expect([...watching]).toEqual([]);
  });

  it('do not begin anew after a stop, for a reload that was under way', async () => {
    const { watching, sources } = noted();
    await sources.apply(bookOf('a'));
    const stopped = sources.stop();
    await sources.apply(bookOf('a', 'b'));
    await stopped;
    expect([...watching]).toEqual([]);
  });

  it('that cannot begin keep nobody from the next reload and from the stop', async () => {
    const failing = new Set(['a']);
    const { watching, sources } = noted(failing);
    await expect(sources.apply(bookOf('a', 'b'))).rejects.toThrow('the store takes nothing');
    failing.clear();
    await sources.apply(bookOf('b', 'c'));
    expect([...watching].sort()).toEqual(['b', 'c']);
    await sources.stop();
    expect([...watching]).toEqual([]);
  });
});
