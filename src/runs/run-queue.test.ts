import { describe, expect, it } from 'vitest';
import type { ClientLogFacts } from '../client-log/log-facts.js';
import { TransferError } from '../core/transfer-error.js';
import { openMemoryStore } from '../store/memory-store.testing.js';
import type { EndedAttempt } from '../transfers/transfer-observer.js';
import type { ActionEnd } from './action-context.js';
import {
  act,
  done,
  failed,
  fileEvent,
  gate,
  manualEvent,
  ruleOfSteps,
  runAll,
  runFixture,
  settle,
  stepStates,
  stop,
  type Performer,
} from './run-fixture.testing.js';

const FOLDER = {
  kind: 'folder',
  path: '/in',
  include: [],
  exclude: [],
  subfolders: false,
  settleMs: 0,
  events: 'changed',
  sweepMs: 1000,
  exclusive: false,
  scanTimeoutMs: 1000,
} as const;

describe('overlap', () => {
  it('skip leaves a second run out and says so', async () => {
    const { opened, open } = gate<ActionEnd>();
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a')], { overlap: 'skip' })],
      performers: { a: () => opened },
    });
    await fixture.queue.start();
    const [first = 0] = await fixture.queue.createRuns([manualEvent('r')]);
    const [second = 0] = await fixture.queue.createRuns([manualEvent('r')]);
    open(done);
    await fixture.queue.idle();
    expect(await fixture.store.runs.get(first)).toMatchObject({ state: 'succeeded' });
    expect(await fixture.store.runs.get(second)).toMatchObject({ state: 'skipped' });
    expect(fixture.performed).toEqual(['a']);
  });

  it('skip of a schedule is a number and no row, and the same time makes no run later', async () => {
    const { opened, open } = gate<ActionEnd>();
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a')], { overlap: 'skip' })],
      performers: { a: () => opened },
    });
    await fixture.queue.start();
    const tick = (ms: number) => manualEvent('r', { trigger: 'schedule', key: `schedule:${ms}` });
    await fixture.queue.createRuns([tick(1)]);
    expect(await fixture.queue.createRuns([tick(2)])).toEqual([undefined]);
    open(done);
    await fixture.queue.idle();
    expect(await fixture.queue.createRuns([tick(2)])).toEqual([undefined]);
    expect(await fixture.store.runs.nothingCounts('r')).toMatchObject([{ count: 1 }]);
    expect(await fixture.store.runs.list({ limit: 10 })).toHaveLength(1);
  });

  it('skip never leaves out a file: nobody would come back to it', async () => {
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a')], { overlap: 'skip', triggers: [FOLDER] })],
    });
    await runAll(fixture, [fileEvent('r', 'a'), fileEvent('r', 'b'), fileEvent('r', 'c')]);
    expect(fixture.performed).toEqual(['a', 'a', 'a']);
  });

  it('queue runs one after another, in the order in which they came', async () => {
    let atOnce = 0;
    let most = 0;
    const order: string[] = [];
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a')], { overlap: 'queue', maxParallel: 8 })],
      performers: {
        a: async ({ event }) => {
          most = Math.max(most, ++atOnce);
          order.push(event.key);
          await new Promise((resolve) => setImmediate(resolve));
          atOnce--;
          return done;
        },
      },
    });
    const events = [1, 2, 3, 4, 5].map((number) => manualEvent('r', { key: `m:${number}` }));
    await runAll(fixture, events);
    expect(most).toBe(1);
    expect(order).toEqual(['m:1', 'm:2', 'm:3', 'm:4', 'm:5']);
  });

  it('parallel runs up to maxParallel at once', async () => {
    let atOnce = 0;
    let most = 0;
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a')], { overlap: 'parallel', maxParallel: 3 })],
      performers: {
        a: async () => {
          most = Math.max(most, ++atOnce);
          await new Promise((resolve) => setImmediate(resolve));
          atOnce--;
          return done;
        },
      },
    });
    await runAll(
      fixture,
      Array.from({ length: 20 }, () => manualEvent('r')),
    );
    expect(most).toBe(3);
  });
});

describe('turns', () => {
  it('a rule with thousands of waiting runs does not hold up another', async () => {
    const order: string[] = [];
    const performer = (name: string) => () => {
      order.push(name);
      return done;
    };
    const fixture = runFixture({
      rules: [
        ruleOfSteps('many', [act('m')], { overlap: 'parallel', maxParallel: 64 }),
        ruleOfSteps('one', [act('o')]),
      ],
      performers: { m: performer('m'), o: performer('o') },
      queue: { maxRuns: 2 },
    });
    await fixture.queue.createRuns(Array.from({ length: 3_000 }, () => manualEvent('many')));
    await fixture.queue.createRuns([manualEvent('one')]);
    await fixture.queue.start();
    await fixture.queue.idle();
    expect(order).toHaveLength(3_001);
    expect(order.indexOf('o')).toBeLessThan(10);
    expect(fixture.queue.figures()).toMatchObject({ running: 0, waiting: 0 });
  });

  it('never more runs at a time than there are seats', async () => {
    let atOnce = 0;
    let most = 0;
    const rules = ['a', 'b', 'c', 'd'].map((name) =>
      ruleOfSteps(name, [act('work')], { overlap: 'parallel', maxParallel: 9 }),
    );
    const fixture = runFixture({
      rules,
      performers: {
        work: async () => {
          most = Math.max(most, ++atOnce);
          await new Promise((resolve) => setImmediate(resolve));
          atOnce--;
          return done;
        },
      },
      queue: { maxRuns: 5 },
    });
    await runAll(
      fixture,
      rules.flatMap(({ name }) => Array.from({ length: 10 }, () => manualEvent(name))),
    );
    expect(most).toBe(5);
  });
});

describe('a partner that is shut', () => {
  it('lets the whole rule wait, tries with one run at its time, and then goes on in the order of arrival', async () => {
    let isShut = true;
    let tries = 0;
    const order: string[] = [];
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('send')], { overlap: 'parallel', maxParallel: 4 })],
      performers: {
        send: ({ event, services }) => {
          tries++;
          if (isShut) {
            return {
              kind: 'postponed',
              untilMs: services.platform.clock.now() + 30_000,
              reason: 'acme is down',
            };
          }
          order.push(event.key);
          return done;
        },
      },
    });
    await fixture.queue.start();
    await fixture.queue.createRuns(
      Array.from({ length: 2_000 }, (_, index) => manualEvent('r', { key: `m:${index}` })),
    );
    await settle();
    const first = tries;
    expect(first).toBeLessThanOrEqual(4);
    expect(fixture.queue.figures().rules.get('r')).toMatchObject({
      waiting: 2_000,
      block: { why: 'partner' },
    });
    for (let time = 0; time < 5; time++) {
      fixture.clock.advance(30_001);
      await settle();
    }
    expect(tries - first).toBe(5);
    isShut = false;
    fixture.clock.advance(30_001);
    await fixture.queue.idle();
    // Four at a time may pass each other, and no more than that.
    const places = order.map((key, index) => Math.abs(Number(key.slice(2)) - index));
    expect(order).toHaveLength(2_000);
    expect(Math.max(...places)).toBeLessThan(5);
  });

  it('a release by a person lets it try at once', async () => {
    let isParked = true;
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('send')])],
      performers: {
        send: () =>
          isParked ? { kind: 'postponed', untilMs: Number.MAX_SAFE_INTEGER, reason: 'parked' } : done,
      },
    });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    expect(await fixture.store.runs.get(id)).toMatchObject({ state: 'waiting', reason: 'parked' });
    isParked = false;
    fixture.services.live.publish({ type: 'partner.released', connection: 'acme', reason: 'released' });
    await fixture.queue.idle();
    expect(await fixture.store.runs.get(id)).toMatchObject({ state: 'succeeded' });
  });
});

describe('held back by people', () => {
  it('a paused rule begins nothing, also for events that come later, until it is resumed', async () => {
    const fixture = runFixture({ rules: [ruleOfSteps('r', [act('a')])] });
    await fixture.store.runs.pause('r', { reason: 'partner moves', by: 'ann' });
    await runAll(fixture, [manualEvent('r')]);
    expect(fixture.performed).toEqual([]);
    expect(fixture.queue.figures().rules.get('r')?.block?.reason).toBe('paused by ann: partner moves');
    await fixture.store.runs.pause('r', undefined);
    await fixture.queue.wake();
    await fixture.queue.idle();
    expect(fixture.performed).toEqual(['a']);
  });

  it('a pause with an end ends by the clock', async () => {
    const fixture = runFixture({ rules: [ruleOfSteps('r', [act('a')])] });
    const untilMs = fixture.clock.now() + 60_000;
    await fixture.store.runs.pause('r', { reason: 'x', by: 'ann', untilMs });
    await runAll(fixture, [manualEvent('r')]);
    expect(fixture.performed).toEqual([]);
    fixture.clock.advance(60_001);
    await fixture.queue.idle();
    expect(fixture.performed).toEqual(['a']);
  });

  it('a rule that was disabled while it was paused stays held back when the pause ends', async () => {
    const rule = ruleOfSteps('r', [act('a')]);
    const fixture = runFixture({ rules: [rule] });
    const untilMs = fixture.clock.now() + 60_000;
    await fixture.store.runs.pause('r', { reason: 'x', by: 'ann', untilMs });
    await runAll(fixture, [manualEvent('r')]);
    fixture.setRules([{ ...rule, enabled: false }]);
    await fixture.queue.wake();
    fixture.clock.advance(60_001);
    await fixture.queue.idle();
    expect(fixture.performed).toEqual([]);
    expect(fixture.queue.figures().rules.get('r')?.block?.why).toBe('disabled');
  });

  it('a run that is found in the store while the queue begins to drain stays there', async () => {
    const fixture = runFixture({ rules: [ruleOfSteps('r', [act('a')])] });
    await fixture.queue.createRuns([manualEvent('r')]);
    const { runs } = fixture.store;
    const waiting = runs.waiting.bind(runs);
    const again = fixture.again();
    runs.waiting = async (filter) => {
      const found = await waiting(filter);
      again.queue.drain();
      return found;
    };
    await again.queue.start();
    await again.queue.idle();
    expect(again.performed).toEqual([]);
    expect(again.queue.figures().waiting).toBe(1);
  });

  it('waiting runs of a rule that is gone are kept, and go on when it is back', async () => {
    const rule = ruleOfSteps('r', [act('a')]);
    const fixture = runFixture({ rules: [rule] });
    await fixture.queue.createRuns([manualEvent('r')]);
    fixture.setRules([]);
    await fixture.queue.start();
    await fixture.queue.idle();
    expect(fixture.performed).toEqual([]);
    expect(fixture.queue.figures()).toMatchObject({ waiting: 1 });
    fixture.setRules([rule]);
    await fixture.queue.wake();
    await fixture.queue.idle();
    expect(fixture.performed).toEqual(['a']);
  });

  it('a cancelled waiting run never begins', async () => {
    const fixture = runFixture({ rules: [ruleOfSteps('r', [act('a')])] });
    await fixture.store.runs.pause('r', { reason: 'x', by: 'ann' });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    expect(await fixture.queue.cancel(id)).toBe('asked');
    expect(await fixture.queue.cancel(id)).toBe('ended');
    await fixture.store.runs.pause('r', undefined);
    await fixture.queue.wake();
    await fixture.queue.idle();
    expect(fixture.performed).toEqual([]);
    expect(await fixture.store.runs.get(id)).toMatchObject({ state: 'cancelled' });
  });

  it('one that is cancelled while its lane is read is counted down once', async () => {
    const { opened, open } = gate();
    const fixture = runFixture({ rules: [ruleOfSteps('r', [act('a')])] });
    await fixture.queue.createRuns([manualEvent('r'), manualEvent('r')]);
    const { runs } = fixture.store;
    const waiting = runs.waiting.bind(runs);
    const again = fixture.again();
    const begun = gate();
    runs.waiting = async (filter) => {
      const found = await waiting(filter);
      begun.open();
      await opened;
      return found;
    };
    await again.queue.start();
    await begun.opened;
    const cancelled = again.queue.cancel(1);
    await settle();
    open();
    expect(await cancelled).toBe('asked');
    await again.queue.idle();
    expect(again.queue.figures()).toMatchObject({ running: 0, waiting: 0 });
    expect(again.performed).toEqual(['a']);
  });

  it('a cancelled running run rolls back its step and begins no other', async () => {
    const begun = gate();
    const fixture = runFixture({
      rules: [ruleOfSteps('r', [act('a', { ifFailed: [act('tell')] }), act('b')])],
      performers: {
        a: ({ signal }) => {
          begun.open();
          return new Promise((resolve) =>
            signal.addEventListener('abort', () => resolve({ kind: 'cancelled' })),
          );
        },
      },
    });
    await fixture.queue.start();
    const [id = 0] = await fixture.queue.createRuns([manualEvent('r')]);
    await begun.opened;
    await fixture.queue.cancel(id);
    await fixture.queue.idle();
    expect(fixture.performed).toEqual(['a']);
    expect(await stepStates(fixture, id)).toEqual(['0 cancelled']);
    expect(await fixture.store.runs.get(id)).toMatchObject({ state: 'cancelled' });
  });
});

describe('rules on one event', () => {
  const rules = (first: Parameters<typeof ruleOfSteps>[1]) => [
    ruleOfSteps('first', first, { triggers: [FOLDER] }),
    ruleOfSteps('second', [act('second')], { triggers: [FOLDER] }),
    ruleOfSteps('elsewhere', [act('elsewhere')], { triggers: [{ ...FOLDER, path: '/other' }] }),
  ];

  it('stop moreRules: the rule goes on, those after it on the same file are left out', async () => {
    const fixture = runFixture({ rules: rules([stop('moreRules'), act('rest')]) });
    // The second rule's own watcher is the quicker one; the order of the book holds all the same.
    await runAll(fixture, [fileEvent('second', 'x'), fileEvent('first', 'x')]);
    expect(fixture.performed).toEqual(['stop', 'rest']);
    const run = (await fixture.store.runs.list({ rule: 'second', limit: 1 }))[0];
    expect(run).toMatchObject({ state: 'skipped' });
    expect(run?.reason).toContain('rule first stopped the rules after it');
  });

  it('thisAndMoreRules ends both', async () => {
    const fixture = runFixture({ rules: rules([stop('thisAndMoreRules'), act('rest')]) });
    await runAll(fixture, [fileEvent('first', 'x')]);
    expect(fixture.performed).toEqual(['stop']);
  });

  it('where nothing was stopped the second rule runs after the first', async () => {
    const fixture = runFixture({
      rules: rules([act('a', { ifFailed: [stop('moreRules')] })]),
      performers: { a: async () => (await settle(), done) },
    });
    await runAll(fixture, [fileEvent('second', 'x')]);
    expect(fixture.performed).toEqual(['a', 'second']);
  });

  it('the stop holds for this event only', async () => {
    let count = 0;
    const fixture = runFixture({
      rules: rules([act('a', { ifFailed: [stop('moreRules')] })]),
      performers: { a: () => (count++ === 0 ? failed() : done) },
    });
    await runAll(fixture, [fileEvent('first', 'x'), fileEvent('first', 'y')]);
    expect(fixture.performed).toEqual(['a', 'stop', 'a', 'second']);
  });
});

describe('a store that cannot be written', () => {
  it('nothing more is done, people are told once, and the run goes on once it can', async () => {
    const store = openMemoryStore();
    const saveStep = store.runs.saveStep.bind(store.runs);
    let isFull = false;
    const resumed: boolean[] = [];
    store.runs.saveStep = (...args) => (isFull ? Promise.reject(storeFailed()) : saveStep(...args));
    const fixture = runFixture({
      store,
      rules: [ruleOfSteps('r', [act('a'), act('b')])],
      performers: {
        a: ({ isResumed }) => {
          resumed.push(isResumed);
          isFull = resumed.length === 1;
          return done;
        },
      },
    });
    const [id = 0] = await runAll(fixture, [manualEvent('r')]);
    expect(fixture.performed).toEqual(['a']);
    expect(fixture.alarms).toEqual(['raised storeFailed:runs']);
    isFull = false;
    fixture.clock.advance(1_001);
    await fixture.queue.idle();
    // The end of step a was lost: it is done again, told that it was begun before.
    expect(fixture.performed).toEqual(['a', 'a', 'b']);
    expect(resumed).toEqual([false, true]);
    expect(await fixture.store.runs.get(id)).toMatchObject({ state: 'succeeded' });
    expect(fixture.alarms).toEqual(['raised storeFailed:runs', 'cleared storeFailed:runs']);
  });

  it('where no run could be made, it is tried by itself, and what watches is told when it can', async () => {
    const store = openMemoryStore();
    const create = store.runs.create.bind(store.runs);
    const setTriggerState = store.events.setTriggerState.bind(store.events);
    let isFull = true;
    store.runs.create = (...args) => (isFull ? Promise.reject(storeFailed()) : create(...args));
    store.events.setTriggerState = (...args) =>
      isFull ? Promise.reject(storeFailed()) : setTriggerState(...args);
    const fixture = runFixture({ store, rules: [ruleOfSteps('r', [act('a')])] });
    let recoveries = 0;
    fixture.queue.onRecovery(() => recoveries++);
    await fixture.queue.start();
    await expect(fixture.queue.createRuns([manualEvent('r')])).rejects.toThrow('disk full');
    fixture.clock.advance(1_000);
    await settle();
    expect(recoveries).toBe(0);
    isFull = false;
    fixture.clock.advance(2_000);
    await settle();
    expect(recoveries).toBe(1);
    fixture.clock.advance(20_000);
    await settle();
    expect(fixture.alarms).toEqual(['raised storeFailed:runs', 'cleared storeFailed:runs']);
  });
});

describe('a client log that cannot be written', () => {
  const attempt = (name: string): EndedAttempt => ({
    columns: { protocol: 'ftp', host: 'ftp.acme.example', port: 21, user: 'tally' },
    endedAtMs: 0,
    localPath: `/out/${name}`,
    remotePath: `/in/${name}`,
    operation: 'upload',
    lastCode: 226,
    succeeded: true,
    isLast: true,
    attemptNumber: 1,
  });

  function fullLog() {
    const lines: string[] = [];
    const refuse = () =>
      Promise.reject(
        new TransferError({ code: 'CLIENT_LOG_FAILED', lastCode: -1, phase: 'log', message: 'disk full' }),
      );
    const log = {
      isFull: true,
      proofs: 0,
      append: ({ remotePath }: ClientLogFacts) =>
        log.isFull ? refuse() : Promise.resolve(void lines.push(remotePath)),
      prove: () => (log.proofs++, log.isFull ? refuse() : Promise.resolve()),
    };
    return { log, lines };
  }

  /** As a transfer does: moved once, by the ledger's word; its line owed; then it waits. */
  function sender(sent: string[]): Performer {
    return async ({ event, services, isResumed, run, step, rule }) => {
      if (isResumed && sent.includes(event.key)) return done;
      sent.push(event.key);
      const owner = { run: run.id, step, rule: rule.name, partner: 'acme' };
      try {
        await services.attempts.record(owner, attempt(event.key));
        return done;
      } catch (thrown) {
        return { kind: 'postponed', for: 'log', reason: (thrown as Error).message };
      }
    };
  }

  it('lets runs wait, begins nothing, tells people once, and goes on with the owed lines first', async () => {
    const { log, lines } = fullLog();
    const sent: string[] = [];
    const fixture = runFixture({
      log,
      rules: [ruleOfSteps('r', [act('send')]), ruleOfSteps('other', [act('send')])],
      performers: { send: sender(sent) },
    });
    let recoveries = 0;
    fixture.queue.onRecovery(() => recoveries++);
    const [first = 0] = await runAll(fixture, [manualEvent('r', { key: 'a' })]);
    await runAll(fixture, [manualEvent('r', { key: 'b' }), manualEvent('other', { key: 'c' })]);
    expect(sent).toEqual(['a']);
    expect(await fixture.store.runs.get(first)).toMatchObject({ state: 'waiting', reason: 'disk full' });
    expect(fixture.queue.figures()).toMatchObject({ running: 0, waiting: 3 });
    for (const pauseMs of [1_000, 2_000, 4_000]) {
      const before = log.proofs;
      fixture.clock.advance(pauseMs - 1);
      await settle();
      expect(log.proofs).toBe(before);
      fixture.clock.advance(1);
      await settle();
      expect(log.proofs).toBe(before + 1);
    }
    expect(fixture.alarms).toEqual(['raised logFailed:runs']);
    expect(recoveries).toBe(0);
    log.isFull = false;
    fixture.clock.advance(8_000);
    await settle();
    await fixture.queue.idle();
    expect(lines[0]).toBe('/in/a');
    expect(lines.toSorted()).toEqual(['/in/a', '/in/b', '/in/c']);
    expect(sent.toSorted()).toEqual(['a', 'b', 'c']);
    expect(await fixture.store.runs.get(first)).toMatchObject({ state: 'succeeded' });
    expect(fixture.alarms).toEqual(['raised logFailed:runs', 'cleared logFailed:runs']);
    expect(recoveries).toBe(1);
  });

  it('a run that waits for it can be cancelled; its line is written all the same', async () => {
    const { log, lines } = fullLog();
    const sent: string[] = [];
    const fixture = runFixture({
      log,
      rules: [ruleOfSteps('r', [act('send'), act('more')])],
      performers: { send: sender(sent) },
    });
    const [id = 0] = await runAll(fixture, [manualEvent('r', { key: 'a' })]);
    expect(await fixture.queue.cancel(id)).toBe('asked');
    log.isFull = false;
    fixture.clock.advance(1_000);
    await settle();
    expect(await fixture.store.runs.get(id)).toMatchObject({ state: 'cancelled' });
    expect(lines).toEqual(['/in/a']);
    expect(fixture.performed).toEqual(['send']);
  });

  it('the alarm of a killed process is over when the next one can write', async () => {
    const { log } = fullLog();
    const fixture = runFixture({
      log,
      rules: [ruleOfSteps('r', [act('send')])],
      performers: { send: sender([]) },
    });
    await runAll(fixture, [manualEvent('r', { key: 'a' })]);
    await fixture.store.alarms.raise(
      { kind: 'logFailed', cause: 'logFailed:runs', side: 'us', text: 'disk full' },
      0,
    );
    log.isFull = false;
    const again = fixture.again();
    await again.queue.start();
    expect(again.alarms).toEqual(['cleared logFailed:runs']);
  });
});

function storeFailed() {
  const end = failed({ code: 'STORE_FAILED', phase: 'store', message: 'disk full' });
  return end.kind === 'failed' ? end.error : new Error('never');
}
