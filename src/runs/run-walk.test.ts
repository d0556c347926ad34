import { describe, expect, it } from 'vitest';
import type { Step } from '../rules/actions/action.js';
import { hasEnded } from './run-state.js';
import {
  act,
  copy,
  done,
  failed,
  gate,
  manualEvent,
  ruleOfSteps,
  runAll,
  runFixture,
  settle,
  stepStates,
  stop,
  verdict,
  type RunFixture,
} from './run-fixture.testing.js';

const condition = { kind: 'compare', left: 'a', operator: 'equals', right: 'b' } as const;
const rows = ['b', 'a', 'c'].map((name, index) => ({
  name,
  path: `/out/${name}`,
  sizeBytes: index,
  modifiedMs: 1_000 * index,
}));
const list: Step = act('list', { action: { kind: 'list', from: '/out/*', into: 'found', recursive: false } });

function loop(steps: readonly Step[], changes: Partial<Extract<Step, { kind: 'loop' }>> = {}): Step {
  return { kind: 'loop', dataset: 'found', orderBy: 'found', descending: false, steps, ...changes };
}

async function runOf({ store }: RunFixture, id: number) {
  const run = await store.runs.get(id);
  if (run === undefined) throw new Error(`no run ${id}`);
  return run;
}

describe('branches and else', () => {
  it('the way not taken is kept with its reason', async () => {
    const branch: Step = { kind: 'branch', condition, then: [act('yes')], otherwise: [act('no')] };
    const fixture = runFixture({ rules: [ruleOfSteps('r', [branch])], evaluate: async () => verdict(false) });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    expect(fixture.performed).toEqual(['no']);
    expect([...(await stepStates(fixture, id))].sort()).toEqual([
      '0 succeeded',
      '0.else.0 succeeded',
      '0.then.0 notTaken',
    ]);
  });

  it('a false condition runs else', async () => {
    const rule = ruleOfSteps('r', [act('do')], { condition, otherwise: [act('else')] });
    const fixture = runFixture({ rules: [rule], evaluate: async () => verdict(false) });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    expect(fixture.performed).toEqual(['else']);
    expect((await runOf(fixture, id)).state).toBe('succeeded');
  });

  it('a condition that cannot be decided fails the run, and neither way is taken', async () => {
    const rule = ruleOfSteps('r', [act('do')], { condition, otherwise: [act('else')] });
    const fixture = runFixture({
      rules: [rule],
      evaluate: () => Promise.reject(new Error('acme cannot be looked at')),
    });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    expect(fixture.performed).toEqual([]);
    expect(await runOf(fixture, id)).toMatchObject({ state: 'failed' });
  });
});

describe('loops', () => {
  const performers = (seen: string[]) => ({
    list: ({ datasets }: { datasets: Map<string, typeof rows> }) => (datasets.set('found', rows), done),
    each: ({ scope }: { scope: { text(template: string): string } }) => {
      seen.push(scope.text('%ROW.NUMBER%:%ROW.NAME%'));
      return done;
    },
  });

  it('go over the rows in the order that they say, from the first to the last row', async () => {
    const seen: string[] = [];
    const steps = [list, loop([act('each')], { orderBy: 'name', descending: true, lastRow: 2 })];
    const fixture = runFixture({
      rules: [ruleOfSteps('r', steps)],
      performers: performers(seen) as never,
    });
    await runAll(fixture, [manualEvent('r')]);
    expect(seen).toEqual(['1:c', '2:b']);
  });

  it('a failed row does not end the loop, a stop does', async () => {
    const steps = [list, loop([act('each', { ifFailed: [stop()] })]), act('after')];
    let count = 0;
    const fixture = runFixture({
      rules: [ruleOfSteps('r', steps)],
      performers: { ...(performers([]) as object), each: () => (++count === 2 ? failed() : done) },
    });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    expect(count).toBe(2);
    expect(fixture.performed).not.toContain('after');
    expect((await runOf(fixture, id)).state).toBe('failed');
  });

  it('taken up by the next process it goes on at the row it had come to, over the same rows', async () => {
    const seen: string[] = [];
    let isDead = true;
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [list, loop([act('each')])])],
      performers: {
        ...(performers(seen) as object),
        each: (context: never) =>
          isDead && seen.length === 1 ? new Promise(() => undefined) : performers(seen).each(context),
      } as never,
    });
    await fixture.queue.start();
    const [id = 0] = await fixture.queue.createRuns([manualEvent('r')]);
    await settle();
    expect(seen).toEqual(['1:b']);
    isDead = false;
    const next = fixture.again({
      performers: {
        list: () => failed({ message: 'must not be listed again' }),
        each: performers(seen).each,
      },
    });
    await next.queue.start();
    await next.queue.idle();
    expect(seen).toEqual(['1:b', '2:a', '3:c']);
    expect((await runOf(fixture, id)).state).toBe('succeeded');
  });
});

describe('variables', () => {
  it('that an action sets are seen by those after it, also by another process', async () => {
    const seen: string[] = [];
    let isDead = true;
    const performers = {
      first: () => ({ kind: 'succeeded', text: 'moved', variables: { 'FS.FILE_NAME': 'new.csv' } }),
      second: ({ scope }: { scope: { text(template: string): string } }) => {
        if (isDead) return new Promise(() => undefined);
        seen.push(scope.text('%FS.FILE_NAME%'));
        return done;
      },
    } as never;
    const fixture = runFixture({ rules: [ruleOfSteps('r', [act('first'), act('second')])], performers });
    await fixture.queue.start();
    await fixture.queue.createRuns([manualEvent('r')]);
    await settle();
    isDead = false;
    const next = fixture.again();
    await next.queue.start();
    await next.queue.idle();
    expect(next.performed).toEqual(['second']);
    expect(seen).toEqual(['new.csv']);
  });
});

describe('retries and time limits', () => {
  it('a failed action is tried again after its delay, and its tries are kept', async () => {
    let count = 0;
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a', { retries: 2, retryDelayMs: 10_000, ifFailed: [act('tell')] })])],
      performers: { a: () => (++count < 3 ? failed() : done) },
    });
    await fixture.queue.start();
    const [id = 0] = await fixture.queue.createRuns([manualEvent('r')]);
    await settle();
    expect(count).toBe(1);
    fixture.clock.advance(10_000);
    await settle();
    expect(count).toBe(2);
    fixture.clock.advance(20_000);
    await fixture.queue.idle();
    expect(fixture.performed).toEqual(['a', 'a', 'a']);
    const [step] = await fixture.store.runs.steps(id);
    expect(step).toMatchObject({
      state: 'succeeded',
      attempt: 3,
      detail: { earlier: [{ attempt: 1 }, { attempt: 2 }] },
    });
  });

  it.each(['auth', 'config'] as const)(
    'a failure of kind %s is never tried again by itself',
    async (retry) => {
      const fixture = runFixture({
        rules: [ruleOfSteps('r', [act('a', { retries: 5 })])],
        performers: { a: () => failed({ retry }) },
      });
      await runAll(fixture, [manualEvent('r')]);
      expect(fixture.performed).toEqual(['a']);
    },
  );

  it('a run that waits for a retry leaves its seat to others', async () => {
    const fixture = runFixture({
      rules: [
        ruleOfSteps('waits', [act('a', { retries: 1, retryDelayMs: 60_000 })]),
        ruleOfSteps('other', [act('b')]),
      ],
      performers: { a: () => failed() },
      queue: { maxRuns: 1 },
    });
    await fixture.queue.start();
    await fixture.queue.createRuns([manualEvent('waits')]);
    await settle();
    await fixture.queue.createRuns([manualEvent('other')]);
    await settle();
    expect(fixture.performed).toEqual(['a', 'b']);
  });

  it('an action over its time limit has failed, and "if failed" is run', async () => {
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a', { timeLimitMs: 5_000, ifFailed: [act('tell')] })])],
      performers: {
        a: ({ signal }) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'cancelled' }))),
      },
    });
    await fixture.queue.start();
    const [id = 0] = await fixture.queue.createRuns([manualEvent('r')]);
    await settle();
    fixture.clock.advance(5_000);
    await fixture.queue.idle();
    expect(fixture.performed).toEqual(['a', 'tell']);
    expect(await runOf(fixture, id)).toMatchObject({ state: 'failed', errorCode: 'TIME_LIMIT' });
  });

  it('a run over the time limit of its rule has failed, and begins nothing more', async () => {
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a', { ifFailed: [act('tell')] }), act('b')], { timeLimitMs: 5_000 })],
      performers: {
        a: ({ signal }) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'cancelled' }))),
      },
    });
    await fixture.queue.start();
    const [id = 0] = await fixture.queue.createRuns([manualEvent('r')]);
    await settle();
    fixture.clock.advance(5_000);
    await fixture.queue.idle();
    expect(fixture.performed).toEqual(['a']);
    expect(await runOf(fixture, id)).toMatchObject({ state: 'failed', errorCode: 'TIME_LIMIT' });
    expect(await stepStates(fixture, id)).toEqual(['0 failed']);
  });
});

describe('waits', () => {
  const waiting = act('wait', { action: { kind: 'wait', forMs: 3_600_000 } });

  it('survive a restart and do not wait anew', async () => {
    const fixture = runFixture({ rules: [ruleOfSteps('r', [waiting, act('after')])] });
    await fixture.queue.start();
    const [id = 0] = await fixture.queue.createRuns([manualEvent('r')]);
    await settle();
    fixture.clock.advance(3_000_000);
    expect(await fixture.queue.stop({ limitMs: 1_000 })).toEqual([]);
    expect((await runOf(fixture, id)).state).toBe('waiting');
    const next = fixture.again();
    await next.queue.start();
    await settle();
    expect(next.performed).toEqual(['wait']);
    fixture.clock.advance(600_001);
    await next.queue.idle();
    expect(next.performed).toEqual(['wait', 'after']);
  });

  it('a clock that is set back does not make it longer than it was meant', async () => {
    const fixture = runFixture({ rules: [ruleOfSteps('r', [waiting, act('after')])] });
    await fixture.queue.start();
    await fixture.queue.createRuns([manualEvent('r')]);
    await settle();
    await fixture.queue.stop({ limitMs: 1_000 });
    fixture.clock.advance(-86_400_000);
    const next = fixture.again();
    await next.queue.start();
    await settle();
    fixture.clock.advance(3_600_001);
    await next.queue.idle();
    expect(next.performed).toContain('after');
  });
});

describe('a graceful stop', () => {
  it('lets the step under way end, gives the run back, and the next process goes on after it', async () => {
    const { opened, open } = gate();
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a'), act('b')])],
      performers: { a: async () => (await opened, done) },
    });
    await fixture.queue.start();
    const [id = 0] = await fixture.queue.createRuns([manualEvent('r')]);
    await settle();
    const stopped = fixture.queue.stop({ limitMs: 1_000 });
    open();
    expect(await stopped).toEqual([]);
    expect(await runOf(fixture, id)).toMatchObject({ state: 'waiting' });
    const next = fixture.again();
    await next.queue.start();
    await next.queue.idle();
    expect(next.performed).toEqual(['b']);
  });

  it('rolls back what does not end within the limit; the next process is told that it was begun', async () => {
    const resumed: boolean[] = [];
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a')])],
      performers: {
        a: ({ signal, isResumed }) => {
          resumed.push(isResumed);
          if (isResumed) return done;
          return new Promise((resolve) =>
            signal.addEventListener('abort', () => resolve({ kind: 'cancelled' })),
          );
        },
      },
    });
    await fixture.queue.start();
    const [id = 0] = await fixture.queue.createRuns([manualEvent('r')]);
    await settle();
    const stopped = fixture.queue.stop({ limitMs: 1_000 });
    await settle();
    fixture.clock.advance(1_000);
    expect(await stopped).toEqual([]);
    const next = fixture.again();
    await next.queue.start();
    await next.queue.idle();
    expect(resumed).toEqual([false, true]);
    expect((await runOf(fixture, id)).state).toBe('succeeded');
  });
});

describe('called rules', () => {
  const call = (rule: string) => act('call', { action: { kind: 'call', rule, values: { 'MY.X': 'given' } } });

  it('run as a run of their own, on the seat of their caller, with its values', async () => {
    const seen: string[] = [];
    const fixture = runFixture({
      rules: [ruleOfSteps('main', [call('sub'), act('after')]), ruleOfSteps('sub', [act('work')])],
      performers: { work: ({ scope }) => (seen.push(scope.valueOf('MY.X') ?? ''), done) },
      queue: { maxRuns: 1 },
    });
    const [id = 0] = await runAll(fixture, [manualEvent('main')]);
    expect(fixture.performed).toEqual(['call', 'work', 'after']);
    expect(seen).toEqual(['given']);
    const [sub] = await fixture.store.runs.list({ rule: 'sub', limit: 1 });
    expect(sub).toMatchObject({ state: 'succeeded', parentRun: id });
  });

  it('a failed one is a failed action of its caller', async () => {
    const fixture = runFixture({
      rules: [
        ruleOfSteps('main', [act('call', { ...call('sub'), ifFailed: [act('tell')] })]),
        ruleOfSteps('sub', [act('work')]),
      ],
      performers: { work: () => failed() },
    });
    const [id = 0] = await runAll(fixture, [manualEvent('main')]);
    expect(fixture.performed).toEqual(['call', 'work', 'tell']);
    expect(await runOf(fixture, id)).toMatchObject({ state: 'failed', errorCode: 'REFUSED' });
  });

  it.each([
    ['itself', ['a', 'a']],
    ['in a circle', ['a', 'b', 'a']],
    ['one that is not there', ['a', 'nobody']],
  ])('a rule that calls %s is refused', async (_, names) => {
    const rules = [...new Set(names)]
      .filter((name) => name !== 'nobody')
      .map((name) => ruleOfSteps(name, [call(names[names.indexOf(name) + 1] ?? '')]));
    const fixture = runFixture({ rules });
    const [id = 0] = await runAll(fixture, [manualEvent('a')]);
    expect(await runOf(fixture, id)).toMatchObject({ state: 'failed', errorCode: 'RULE_NOT_CALLABLE' });
    const all = await fixture.store.runs.list({ limit: 10 });
    expect(all.every(({ state }) => hasEnded(state))).toBe(true);
  });

  it('after a crash the caller finds its sub-run again and makes no second one', async () => {
    let isDead = true;
    const performers = { work: () => (isDead ? new Promise(() => undefined) : done) } as never;
    const fixture = runFixture({
      rules: [
        ruleOfSteps('main', [call('sub'), act('after')]),
        ruleOfSteps('sub', [act('before'), act('work')]),
      ],
      performers,
    });
    await fixture.queue.start();
    const [id = 0] = await fixture.queue.createRuns([manualEvent('main')]);
    await settle();
    isDead = false;
    const next = fixture.again();
    await next.queue.start();
    await next.queue.idle();
    expect(next.performed).toEqual(['call', 'work', 'after']);
    expect(await fixture.store.runs.list({ rule: 'sub', limit: 10 })).toHaveLength(1);
    expect((await runOf(fixture, id)).state).toBe('succeeded');
  });
});

describe('copies at once', () => {
  it('one that waits for its partner lets the run wait, and a stop beside it holds when it goes on', async () => {
    let isShut = true;
    const fixture = runFixture({
      rules: [
        ruleOfSteps('r', [copy('one', { ifFailed: [stop()] }), copy('two'), act('after')], {
          parallelTransfers: true,
        }),
      ],
      performers: {
        one: () => failed(),
        two: () => (isShut ? { kind: 'postponed', untilMs: 0, reason: 'down' } : done),
      },
    });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    expect((await runOf(fixture, id)).state).toBe('waiting');
    isShut = false;
    fixture.clock.advance(60_000);
    await fixture.queue.idle();
    expect(fixture.performed.filter((title) => title === 'one')).toHaveLength(1);
    expect(fixture.performed).not.toContain('after');
    expect((await runOf(fixture, id)).state).toBe('failed');
  });
});

describe('rules that run after it', () => {
  it('stand in the store before the end of the run does', async () => {
    const order: string[] = [];
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a')]), ruleOfSteps('next', [act('b')])],
      followers: ({ run }) => (run.rule === 'r' ? [manualEvent('next', { key: `after:${run.id}` })] : []),
    });
    fixture.services.live.listen((event) => {
      if (event.type === 'run.created' || event.type === 'run.ended')
        order.push(`${event.type} ${event.rule}`);
    });
    await runAll(fixture, [manualEvent('r')]);
    await fixture.queue.idle();
    expect(order.slice(0, 3)).toEqual(['run.created r', 'run.created next', 'run.ended r']);
    expect(fixture.performed).toEqual(['a', 'b']);
  });
});
