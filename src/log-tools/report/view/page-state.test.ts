import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastHours } from '../figures/selection.js';
import { LIST_IDS } from './page-view.js';
import { firstState, hashOf, stateOf, type PageState } from './page-state.js';

const listStates = fc.record({
  search: fc.string(),
  sort: fc.constantFrom('', 'partner', '-failed'),
  page: fc.integer({ min: 1, max: 400 }),
});
const text = fc.option(fc.string({ minLength: 1 }), { nil: undefined });
const hour = fc.option(fc.integer({ min: -1e6, max: 1e6 }), { nil: undefined });

const states: fc.Arbitrary<PageState> = fc.record({
  selection: fc.record({
    fromHour: hour,
    toHour: hour,
    partner: text,
    protocol: text,
    operation: text,
    cause: text,
  }),
  measure: fc.constantFrom('failed', 'attempts'),
  lists: fc.record(Object.fromEntries(LIST_IDS.map((id) => [id, listStates])) as never),
});

describe('the state in the address', () => {
  it('comes back as it was, so that Back and a copied link show the same', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(stateOf(`#${hashOf(state)}`)).toEqual(state);
      }),
    );
  });

  it('is empty for the page as it was opened', () => {
    expect(hashOf(firstState())).toBe('');
    expect(stateOf('')).toEqual(firstState());
  });

  it('reads any address, also one written by hand', () => {
    fc.assert(
      fc.property(fc.string(), (hash) => {
        expect(stateOf(hash).lists.failures.page).toBeGreaterThan(0);
      }),
    );
    expect(stateOf('#from=soon&failures.page=-3&measure=x')).toEqual(firstState());
    expect(stateOf('#codes')).toEqual(firstState());
  });
});

describe('the last hours', () => {
  it('end with the hour of the last record', () => {
    expect(lastHours(24, 100)).toEqual({ fromHour: 77, toHour: 101 });
  });
});
