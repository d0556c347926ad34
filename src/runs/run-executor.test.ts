import { describe, expect, it } from 'vitest';
import {
  act,
  copy,
  done,
  failed,
  manualEvent,
  ruleOfSteps,
  runAll,
  runFixture,
  stepStates,
  stop,
} from './run-fixture.testing.js';

describe('the steps of a run', () => {
  it('run one after another, and the run has succeeded', async () => {
    const fixture = runFixture({ rules: [ruleOfSteps('r', [act('a'), act('b')])] });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    expect(fixture.performed).toEqual(['a', 'b']);
    expect(await stepStates(fixture, id)).toEqual(['0 succeeded', '1 succeeded']);
    expect(await fixture.store.runs.get(id)).toMatchObject({ state: 'succeeded', reason: 'all steps done' });
  });

  it('a failed action runs its "if failed" list and the rule goes on; the run has failed all the same', async () => {
    const seen: (string | undefined)[] = [];
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a', { ifFailed: [act('tell')] }), act('b')])],
      performers: {
        a: () => failed({ message: 'the server said no' }),
        tell: ({ scope }) => {
          seen.push(scope.text('%EVENT.REASON%'), scope.text('%LAST.CODE%'));
          return done;
        },
      },
    });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    expect(fixture.performed).toEqual(['a', 'tell', 'b']);
    expect(seen).toEqual(['the server said no', '550']);
    expect(await stepStates(fixture, id)).toEqual(['0 failed', '0.ifFailed.0 succeeded', '1 succeeded']);
    const run = await fixture.store.runs.get(id);
    expect(run).toMatchObject({ state: 'failed', errorCode: 'REFUSED' });
    expect(run?.reason).toBe('step 0 (a) failed: the server said no');
  });

  it('"if failed" is not run when the action succeeded', async () => {
    const fixture = runFixture({ rules: [ruleOfSteps('r', [act('a', { ifFailed: [act('tell')] })])] });
    await runAll(fixture, [manualEvent('r')]);
    expect(fixture.performed).toEqual(['a']);
  });

  it('stop in the failed branch ends the rule, and what follows is kept as not taken, with the reason', async () => {
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a', { ifFailed: [stop(), act('never')] }), act('b')])],
      performers: { a: () => failed() },
    });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    expect(fixture.performed).toEqual(['a', 'stop']);
    const steps = await fixture.store.runs.steps(id);
    expect(steps.map(({ path, state }) => `${path} ${state}`)).toEqual([
      '0 failed',
      '0.ifFailed.0 succeeded',
      '0.ifFailed.1 notTaken',
      '1 notTaken',
    ]);
    expect(steps.at(-1)?.text).toBe('step 0.ifFailed.0 stopped the rule');
  });

  it('an action that throws has failed like any other', async () => {
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a', { ifFailed: [act('tell')] })])],
      performers: {
        a: () => {
          throw new Error('oops');
        },
      },
    });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    expect(fixture.performed).toEqual(['a', 'tell']);
    expect(await fixture.store.runs.get(id)).toMatchObject({ state: 'failed', errorCode: 'UNEXPECTED' });
  });

  it('neighbouring copies run at once; a stop in one lets the others finish, then the rule ends', async () => {
    const order: string[] = [];
    const fixture = runFixture({
      rules: [
        ruleOfSteps('r', [copy('one', { ifFailed: [stop()] }), copy('two'), act('meeting'), copy('three')], {
          parallelTransfers: true,
        }),
      ],
      performers: {
        one: async () => {
          order.push('one begins');
          return failed();
        },
        two: async () => {
          order.push('two begins');
          await new Promise((resolve) => setImmediate(resolve));
          order.push('two ends');
          return done;
        },
      },
    });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    expect(order).toEqual(['one begins', 'two begins', 'two ends']);
    expect(await stepStates(fixture, id)).toEqual(
      expect.arrayContaining(['0 failed', '1 succeeded', '2 notTaken', '3 notTaken']),
    );
  });
});
