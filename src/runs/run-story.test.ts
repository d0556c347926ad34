import { describe, expect, it } from 'vitest';
import type { NewAttempt } from '../store/transfer-store.js';
import {
  act,
  done,
  failed,
  manualEvent,
  ruleOfSteps,
  runAll,
  runFixture,
  stop,
  verdict,
} from './run-fixture.testing.js';
import { planRetry, retryRun } from './run-retry.js';
import { compareWays, readStory } from './run-story.js';
import { storyText } from './run-story-text.js';

const options = { width: 80, showTime: (ms: number) => new Date(ms).toISOString() };

function failingFixture() {
  let isFixed = false;
  const fixture = runFixture({
    rules: [
      ruleOfSteps('orders', [
        act('prepare'),
        act('send', { ifFailed: [act('tell'), stop()], retries: 2, retryDelayMs: 0 }),
        act('archive', { ifFailed: [act('never')] }),
      ]),
    ],
    performers: {
      prepare: () => ({ kind: 'succeeded', text: 'ready', variables: { 'MY.NAME': 'x1' } }),
      send: () =>
        isFixed
          ? done
          : failed({ message: 'the partner refused the file', lastCode: 550, code: 'PERMISSION_DENIED' }),
    },
  });
  return { fixture, fix: () => void (isFixed = true) };
}

function refusedLogin(run: number): NewAttempt {
  const place = { partner: 'acme', protocol: 'sftp', host: 'h', port: 22, user: 'u' } as const;
  const paths = { localPath: '/out/a', remotePath: '/in/a', operation: 'upload' } as const;
  const end = { endedMs: 0, lastCode: 3, succeeded: false, isLast: true, attemptNumber: 1 };
  return { run, step: '0', rule: 'orders', ...place, ...paths, ...end, errorCode: 'AUTH_REJECTED' };
}

describe('the story of a run', () => {
  it('names the connection that is to be released after a refused login', async () => {
    const fixture = runFixture({
      rules: [ruleOfSteps('orders', [act('send', { ifFailed: [stop()] })])],
      performers: { send: () => failed({ message: 'login refused', code: 'AUTH_REJECTED' }) },
    });
    const [run = 0] = await runAll(fixture, [manualEvent('orders')]);
    await fixture.store.transfers.add(refusedLogin(run));
    const story = await readStory(fixture.store, run);
    expect(story?.next.map(({ command }) => command)).toContain('tally connections release acme');
  });

  it.each([
    [{ for: 'release' }, 'waits until somebody releases it: so it is'],
    [{ untilMs: Date.UTC(2026, 2, 3) }, 'waits until 2026-03-03T00:00:00.000Z: so it is'],
  ] as const)('says what a step really waits for: %o', async (wait, words) => {
    const fixture = runFixture({
      rules: [ruleOfSteps('orders', [act('send')])],
      performers: { send: () => ({ kind: 'postponed', reason: 'so it is', ...wait }) },
    });
    const [run = 0] = await runAll(fixture, [manualEvent('orders')]);
    const story = await readStory(fixture.store, run);
    if (story === undefined) throw new Error('there is no story');
    expect(story.sentence).toBe('Waits to begin: so it is.');
    expect(storyText(story, options).join('\n')).toContain(words);
  });

  it('shows what a program wrote, the end of it where it wrote much', async () => {
    const lines = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n');
    const facts = {
      exitCode: 3,
      endedBy: 'itself',
      stdout: `${lines}\n`,
      stderr: 'no such host\r\n',
      droppedBytes: 0,
    };
    const action = {
      kind: 'run',
      command: ['./x.sh'],
      environment: {},
      okExitCodes: [0],
      maxOutputBytes: 1,
    } as const;
    const fixture = runFixture({
      rules: [ruleOfSteps('orders', [act('program', { action })])],
      performers: { run: () => ({ ...failed({ message: 'ended with 3' }), detail: facts }) },
    });
    const [id = 0] = await runAll(fixture, [manualEvent('orders')]);
    const story = await readStory(fixture.store, id);
    const text = story === undefined ? [] : storyText(story, options);
    expect(text).toContain('     | ... 30 lines before, in --json');
    expect(text).toContain('     | line 39');
    expect(text).toContain('     | no such host');
    expect(text).not.toContain('     | line 29');
  });

  it('says on top what failed, after how many attempts, with the code and whose side it is', async () => {
    const { fixture } = failingFixture();
    const [id = 0] = await runAll(fixture, [manualEvent('orders')]);
    const story = await readStory(fixture.store, id);
    expect(story?.sentence).toBe(
      "Failed after 3 attempts at step 1: the partner refused the file (550). It is on the partner's side.",
    );
    expect(story?.next[0]?.command).toBe(`tally runs retry ${id}`);
  });

  it('shows each step in the order of the rule, tries, if failed, and what was not taken and why', async () => {
    const { fixture } = failingFixture();
    const [id = 0] = await runAll(fixture, [manualEvent('orders')]);
    const story = await readStory(fixture.store, id);
    expect(story?.steps.map(({ path, state }) => `${path} ${state}`)).toEqual([
      '0 succeeded',
      '1 failed',
      '1.ifFailed.0 succeeded',
      '1.ifFailed.1 succeeded',
      '2 notTaken',
    ]);
    expect(story?.steps[1]?.earlier).toHaveLength(2);
    expect(story?.steps[4]?.text).toBe('step 1.ifFailed.1 stopped the rule');
    const text = storyText(story ?? fail(), options).join('\n');
    expect(text).toContain('FAIL 1 send');
    expect(text).toContain('if failed: tell');
    expect(text).toContain('not taken: step 1.ifFailed.1 stopped the rule');
  });

  it('an "if failed" list that was not needed is shown as not taken', async () => {
    const fixture = runFixture({ rules: [ruleOfSteps('r', [act('a', { ifFailed: [act('tell')] })])] });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    const story = await readStory(fixture.store, id);
    expect(story?.steps.at(-1)).toMatchObject({
      path: '0.ifFailed.0',
      state: 'notTaken',
      text: 'the action did not fail',
    });
  });

  it('a condition is shown with its values; a false one left the steps out', async () => {
    const condition = { kind: 'compare', left: 'a', operator: 'equals', right: 'b' } as const;
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a')], { condition })],
      evaluate: async () => verdict(false),
    });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    const story = await readStory(fixture.store, id);
    expect(story).toMatchObject({ state: 'skipped', sentence: 'Nothing was done: the test says so: no.' });
    expect(story?.steps).toMatchObject([
      { path: 'when', condition: { holds: false, found: 'false' } },
      { path: '0', state: 'notTaken', text: 'the condition does not hold' },
    ]);
  });

  it('control characters of a partner never reach the terminal', async () => {
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a')])],
      performers: { a: () => failed({ message: 'no\u001b[2J\r\nRun 7 succeeded' }) },
    });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    const story = await readStory(fixture.store, id);
    expect(storyText(story ?? fail(), options).join('')).not.toMatch(/[\u0000-\u001f]/);
  });

  it('ways are ordered as in the rule', () => {
    const ways = [
      'when',
      '0',
      '1',
      '1.then.0',
      '1.else.0',
      '2',
      '2.each.2.0',
      '2.each.10.0',
      '2.ifFailed.0',
      '10',
      'else.0',
    ];
    expect([...ways].reverse().sort(compareWays)).toEqual(ways);
  });
});

describe('doing a run again', () => {
  it('begins with the failed step, keeps what earlier steps set, and says what is done twice', async () => {
    const { fixture, fix } = failingFixture();
    const [id = 0] = await runAll(fixture, [manualEvent('orders')]);
    const plan = await planRetry(id, fixture.services);
    expect(plan).toMatchObject({ run: id, fromStep: '1', sentTwice: [], notSent: [] });
    expect(plan.text).toEqual([
      `It goes on from step 1 (send) of run ${id}; what succeeded before is not done again.`,
      "Step 1.ifFailed.0 (tell) writes to the system's log once more.",
    ]);
    fix();
    fixture.performed.length = 0;
    const again = await retryRun(id, { services: fixture.services, queue: fixture.queue }, 'ann');
    await fixture.queue.idle();
    expect(fixture.performed).toEqual(['send', 'archive']);
    expect(await fixture.store.runs.get(again)).toMatchObject({ state: 'succeeded', askedBy: 'ann' });
    const story = await readStory(fixture.store, again);
    expect(story?.steps[0]).toMatchObject({ path: '0', state: 'skipped', text: `done in run ${id}: ready` });
  });

  it('a run that succeeded, runs, or does not exist is refused', async () => {
    const fixture = runFixture({ rules: [ruleOfSteps('r', [act('a')])] });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    await expect(planRetry(id, fixture.services)).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(planRetry(999, fixture.services)).rejects.toMatchObject({ code: 'NAME_UNKNOWN' });
  });

  it('two re-runs at once are one', async () => {
    const { fixture } = failingFixture();
    const [id = 0] = await runAll(fixture, [manualEvent('orders')]);
    await fixture.store.runs.pause('orders', { reason: 'x', by: 'ann' });
    await fixture.queue.wake();
    await retryRun(id, { services: fixture.services, queue: fixture.queue }, 'ann');
    await expect(
      retryRun(id, { services: fixture.services, queue: fixture.queue }, 'bob'),
    ).rejects.toMatchObject({
      code: 'REFUSED',
    });
  });
});

function fail(): never {
  throw new Error('there is no story');
}
