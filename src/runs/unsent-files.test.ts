import { describe, expect, it } from 'vitest';
import type { Alarm } from '../store/alarm-store.js';
import {
  act,
  done,
  failed,
  fileEvent,
  manualEvent,
  ruleOfSteps,
  runAll,
  runFixture,
  type FixtureOptions,
  type RunFixture,
} from './run-fixture.testing.js';
import { retryRun } from './run-retry.js';

/** Sends what is not in `refused`, by path; alarms go to the store. */
function scene(options: FixtureOptions = {}) {
  const refused = new Set<string>();
  const fixture = runFixture({
    rules: [ruleOfSteps('r', [act('send')]), ruleOfSteps('other', [act('send')])],
    performers: {
      send: ({ event }) =>
        refused.has(event.file?.path ?? '') ? failed({ message: 'it was refused' }) : done,
    },
    ...options,
  });
  keepAlarms(fixture);
  return { fixture, refused };
}

function keepAlarms({ services, store }: RunFixture): void {
  const alarms: typeof services.alarms = {
    raise: async (alarm) => void (await store.alarms.raise(alarm, 0)),
    clear: async (cause) => void (await store.alarms.clear(cause, 0)),
  };
  Object.assign(services, { alarms });
}

async function open({ store }: RunFixture): Promise<readonly Pick<Alarm, 'cause' | 'text' | 'count'>[]> {
  return (await store.alarms.open()).map(({ cause, text, count }) => ({ cause, text, count }));
}

describe('the alarm of a rule with files that are unsent', () => {
  it('stays open while one is, whatever else is sent, and says how many and what to do', async () => {
    const { fixture, refused } = scene();
    for (const name of ['/in/a', '/in/b']) refused.add(name);
    const [a = 0, b = 0] = await runAll(fixture, [
      fileEvent('r', 'a'),
      fileEvent('r', 'b'),
      fileEvent('r', 'c'),
    ]);
    const [alarm] = await open(fixture);
    expect(alarm).toMatchObject({ cause: 'ruleFailed:r', count: 2 });
    expect(alarm?.text).toContain(`it was refused`);
    expect(alarm?.text).toContain(`Unsent: 2 files (run ${a}, ${b}); tally runs retry RUN does it again`);
    refused.clear();
    await retryRun(a, fixture, 'test');
    await fixture.queue.idle();
    const [later] = await open(fixture);
    expect(later?.count).toBe(2);
    expect(later?.text).toContain(`Unsent: 1 file (run ${b}); tally runs retry`);
    await retryRun(b, fixture, 'test');
    await fixture.queue.idle();
    expect(await open(fixture)).toEqual([]);
  });

  it('is over when a later version of the file was sent', async () => {
    const { fixture, refused } = scene();
    refused.add('/in/a');
    await runAll(fixture, [fileEvent('r', 'a')]);
    refused.clear();
    await fixture.queue.createRuns([fileEvent('other', 'a')]);
    await fixture.queue.idle();
    expect(await open(fixture)).toHaveLength(1);
    await fixture.queue.createRuns([{ ...fileEvent('r', 'a'), key: 'file:local:/in/a:2:2' }]);
    await fixture.queue.idle();
    expect(await open(fixture)).toEqual([]);
  });

  it('is over when a person leaves the file unsent, also after a restart', async () => {
    const { fixture, refused } = scene();
    for (const name of ['/in/a', '/in/b']) refused.add(name);
    const [a = 0, b = 0] = await runAll(fixture, [fileEvent('r', 'a'), fileEvent('r', 'b')]);
    const next = fixture.again();
    keepAlarms(next);
    await runAll(next, [fileEvent('r', 'c')]);
    expect((await open(next))[0]?.text).toContain('Unsent: 2 files');
    expect(await next.queue.cancel(a)).toBe('left');
    expect(await next.queue.cancel(a)).toBe('ended');
    expect((await open(next))[0]?.text).toContain(`Unsent: 1 file (run ${b})`);
    expect(await next.queue.cancel(b)).toBe('left');
    expect(await open(next)).toEqual([]);
  });

  it('does not count what was put aside: that has an alarm of its own', async () => {
    const { fixture, refused } = scene();
    refused.add('/in/a');
    const [a = 0] = await runAll(fixture, [fileEvent('r', 'a')]);
    const { key } = fileEvent('r', 'a');
    await fixture.store.runs.quarantine({
      rule: 'r',
      fileKey: key,
      path: '/in/a',
      reason: 'x',
      failures: 3,
      sinceMs: 0,
    });
    await retryRun(a, fixture, 'test');
    await fixture.queue.idle();
    expect(await open(fixture)).toEqual([]);
  });

  it('of runs about no file is over with the next that succeeds', async () => {
    const { fixture, refused } = scene();
    refused.add('');
    await runAll(fixture, [manualEvent('r')]);
    expect((await open(fixture))[0]?.text).toContain('Unsent: 1 run');
    refused.clear();
    await fixture.queue.createRuns([manualEvent('r')]);
    await fixture.queue.idle();
    expect(await open(fixture)).toEqual([]);
  });
});
