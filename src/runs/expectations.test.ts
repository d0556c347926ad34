import { beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode, Side } from '../core/error-codes.js';
import type { Expectation } from '../rules/expectation.js';
import type { Rule } from '../rules/rule.js';
import { plainBook, plainRule } from '../rules/rule.testing.js';
import { openMemoryStore } from '../store/memory-store.testing.js';
import { JumpingClock, settled } from '../trigger-sources/jumping-clock.testing.js';
import { ScheduleTimer } from '../trigger-sources/schedule-timer.js';
import { Expectations } from './expectations.js';
import { LiveEventsHub } from './live-events-hub.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const prices: Expectation = {
  kind: 'files',
  name: 'prices',
  byMinute: 360,
  fromMinute: 0,
  timeZone: 'Europe/Berlin',
  weekdays: [1, 2, 3, 4, 5],
  notOn: 'holidays',
  masks: ['*.csv'],
  atLeast: 1,
};

const polls: Expectation = { kind: 'silence', name: 'poll', of: 'poll', maxMs: 30 * MINUTE_MS };
const runs: Expectation = { kind: 'silence', name: 'run', of: 'run', maxMs: 2 * HOUR_MS };

/** A daemon that does nothing but expect; runs are put into its store by the test. Begins on a Wednesday, 08:00 in Berlin. */
class House {
  readonly clock = new JumpingClock('2026-05-06T06:00Z');
  readonly store = openMemoryStore();
  readonly told: string[] = [];
  readonly live = new LiveEventsHub(this.clock, (error) => this.told.push(String(error)));
  rules: readonly Rule[] = [];
  timer = new ScheduleTimer(this.clock);
  expectations = this.make();
  #runs = 0;

  make(): Expectations {
    this.timer = new ScheduleTimer(this.clock);
    const { store } = this;
    return new Expectations({
      platform: { clock: this.clock },
      store,
      alarms: {
        raise: async (alarm) => {
          await store.alarms.raise(alarm, this.clock.now());
          this.told.push(`${this.time} ${alarm.side}: ${alarm.text}`);
        },
        clear: async (cause) => {
          const closed = await store.alarms.clear(cause, this.clock.now());
          if (closed !== undefined) this.told.push(`${this.time} over: ${cause}`);
        },
      },
      live: this.live,
      book: () => plainBook(this.rules, { calendars: { holidays: { days: ['2026-05-14'], weekdays: [] } } }),
      timer: this.timer,
      warn: (text) => this.told.push(text),
    });
  }

  get time(): string {
    return new Date(this.clock.now()).toISOString().slice(5, 16);
  }

  async start(...expectations: readonly Expectation[]): Promise<void> {
    this.rules = [plainRule({ name: 'fetch', expectations })];
    await this.expectations.start();
  }

  async restart(stoppedMs: number): Promise<void> {
    await this.expectations.stop();
    this.timer.stop();
    this.clock.jump(stoppedMs);
    this.expectations = this.make();
    await this.expectations.start();
  }

  /** In small steps, so that the store has answered before time goes on. */
  async pass(ms: number): Promise<void> {
    const stepMs = ms > 3 * HOUR_MS ? 30 * MINUTE_MS : MINUTE_MS;
    for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
      await this.clock.pass(Math.min(stepMs, leftMs));
      await this.settle();
    }
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 12; turn += 1) await settled();
  }

  /** A run of the rule, now; with files it succeeds. */
  async run(
    files: readonly string[],
    failure?: { readonly reason: string; readonly errorCode: ErrorCode; readonly side?: Side },
  ): Promise<void> {
    const nowMs = this.clock.now();
    const rule = 'fetch';
    this.#runs += 1;
    const [id = 0] = await this.store.runs.create([
      {
        rule,
        revision: 'r',
        ruleJson: '{}',
        event: {},
        eventKey: `run-${this.#runs}`,
        trigger: 'schedule',
        state: 'waiting',
        isShadow: false,
        createdMs: nowMs,
      },
    ]);
    const claimed = await this.store.runs.claim(id, 'me', nowMs, nowMs + HOUR_MS);
    for (const name of files) {
      await this.store.transfers.add({
        run: id,
        step: '0',
        rule,
        partner: 'acme',
        endedMs: nowMs,
        protocol: 'sftp',
        host: 'h',
        port: 22,
        user: 'u',
        localPath: `/in/${name}`,
        remotePath: `/out/${name}`,
        operation: 'download',
        lastCode: 226,
        succeeded: true,
        isLast: true,
        attemptNumber: 1,
      });
    }
    const state = failure === undefined ? 'succeeded' : 'failed';
    if (failure?.side !== undefined) {
      const { reason: text, errorCode, side } = failure;
      const detail = { failure: { code: errorCode, side } };
      const step = { run: id, path: '0', kind: 'move', title: 'move', attempt: 1, startedMs: nowMs };
      await this.store.runs.saveStep({ ...step, state: 'failed', text, errorCode, detail }, 1);
    }
    await this.store.runs.end(id, claimed?.lease?.fence ?? 0, {
      state,
      endedMs: nowMs,
      reason: failure?.reason ?? 'done',
      filesSucceeded: files.length,
      filesFailed: failure === undefined ? 0 : 1,
      ...(failure === undefined ? {} : { errorCode: failure.errorCode }),
    });
    this.live.publish({ type: 'run.ended', run: id, rule, state, reason: 'done', tookMs: 1 });
    await this.pass(0);
  }
}

let house: House;

beforeEach(() => {
  house = new House();
});

describe('files by a time of day', () => {
  it('are an alarm when none came, and a notice when one comes after all', async () => {
    await house.start(prices);
    await house.pass(DAY_MS - 2 * HOUR_MS - 1);
    expect(house.told).toEqual([]);
    await house.pass(1);
    expect(house.told).toEqual([
      '05-07T04:00 us: Rule fetch: no file (*.csv) by 06:00 +02:00, Thursday 2026-05-07. No run of the rule was made in that time.',
    ]);
    expect(house.expectations.overdue).toEqual([{ rule: 'fetch', expectation: 'prices' }]);
    await house.pass(2 * HOUR_MS + 1);
    await house.run(['prices.csv']);
    expect(house.told.slice(1)).toEqual(['05-07T06:00 over: expectation:fetch:prices']);
    expect(house.expectations.overdue).toEqual([]);
  });

  it('are no alarm when they came, however late the day before the count began', async () => {
    await house.start(prices);
    await house.pass(20 * HOUR_MS);
    await house.run(['prices.csv']);
    await house.pass(2 * HOUR_MS);
    expect(house.told).toEqual([]);
  });

  it('do not count from before the day, nor under another name', async () => {
    await house.start(prices);
    await house.pass(15 * HOUR_MS);
    await house.run(['prices.csv']);
    await house.pass(4 * HOUR_MS);
    await house.run(['readme.txt']);
    await house.pass(4 * HOUR_MS);
    expect(house.told[0]).toContain('no file (*.csv)');
    expect(house.told[0]).toContain('1 run succeeded, with 1 file in all.');
  });

  it('count each file once', async () => {
    await house.start({ ...prices, atLeast: 2 });
    await house.pass(20 * HOUR_MS);
    await house.run(['a.csv']);
    await house.run(['a.csv']);
    await house.pass(2 * HOUR_MS);
    expect(house.told[0]).toContain('only 1 of 2 files');
    await house.run(['b.csv']);
    expect(house.told[1]).toContain('over:');
  });

  it('name the side of what failed', async () => {
    await house.start(prices);
    await house.pass(20 * HOUR_MS);
    await house.run([], { reason: 'acme refused the connection', errorCode: 'CONNECT_REFUSED' });
    await house.pass(2 * HOUR_MS);
    expect(house.told[0]).toMatch(/ partner: .* Run 1 failed: acme refused the connection\.$/);
  });

  it('name our side where the very thing that failed is here', async () => {
    await house.start(prices);
    await house.pass(20 * HOUR_MS);
    await house.run([], { reason: 'in/a.csv exists', errorCode: 'ALREADY_EXISTS', side: 'us' });
    await house.pass(2 * HOUR_MS);
    expect(house.told[0]).toMatch(/ us: .* Run 1 failed: in\/a\.csv exists\.$/);
  });

  it('are not expected on weekends and holidays', async () => {
    await house.start(prices);
    await house.pass(9 * DAY_MS);
    expect(house.told.map((text) => text.slice(0, 5))).toEqual([
      '05-07',
      '05-08',
      '05-11',
      '05-12',
      '05-13',
      '05-15',
    ]);
  });

  it('are told again for the next day, and are over once that is met', async () => {
    await house.start(prices);
    await house.pass(2 * DAY_MS - 2 * HOUR_MS);
    expect(house.told).toHaveLength(2);
    await house.run(['prices.csv']);
    expect(house.told.at(-1)).toContain('over:');
  });

  it('are not missing for a time before they were expected', async () => {
    await house.start(prices);
    await house.pass(HOUR_MS);
    expect(house.told).toEqual([]);
  });

  it('are missing too when the daemon did not run at that time; one alarm for all days', async () => {
    await house.start(prices);
    await house.restart(2 * DAY_MS);
    expect(house.told).toHaveLength(1);
    expect(house.told[0]).toContain('Friday 2026-05-08');
  });

  it('are told once over a restart, and their notice comes after it', async () => {
    await house.start(prices);
    await house.pass(DAY_MS);
    await house.restart(HOUR_MS);
    await house.pass(MINUTE_MS);
    expect(house.told).toHaveLength(1);
    expect(house.expectations.overdue).toHaveLength(1);
    await house.run(['prices.csv']);
    expect(house.told).toHaveLength(2);
  });

  it('are judged by another time once the rule says so, without an alarm for the old one', async () => {
    await house.start(prices);
    await house.pass(DAY_MS);
    house.rules = [plainRule({ name: 'fetch', expectations: [{ ...prices, byMinute: 600 }] })];
    await house.expectations.reload();
    expect(house.told.at(-1)).toContain('over:');
    await house.pass(2 * HOUR_MS);
    expect(house.told.at(-1)).toContain('by 10:00');
  });

  it.each<[string, Partial<Rule>]>([
    ['is gone', { expectations: [] }],
    ['is of a rule that is disabled', { enabled: false }],
    ['is of a rule that only tries', { shadow: true }],
  ])('have no alarm any more when the expectation %s, and begin anew later', async (_, given) => {
    await house.start(prices);
    await house.pass(DAY_MS);
    house.rules = [plainRule({ name: 'fetch', expectations: [prices], ...given })];
    await house.expectations.reload();
    expect(house.told.at(-1)).toContain('over:');
    const { length } = house.told;
    await house.pass(2 * DAY_MS + 2 * HOUR_MS);
    house.rules = [plainRule({ name: 'fetch', expectations: [prices] })];
    await house.expectations.reload();
    expect(house.told).toHaveLength(length);
  });

  it('survive a clock that was ten years ahead', async () => {
    await house.start(prices);
    house.clock.jump(3_650 * DAY_MS);
    await house.pass(MINUTE_MS);
    house.clock.jump(-3_650 * DAY_MS);
    await house.pass(DAY_MS);
    expect(house.told.at(-1)).toContain('2026-05-07');
  });
});

describe('silence', () => {
  const looked = (): void => house.live.publish({ type: 'trigger.looked', rule: 'fetch', trigger: 'remote' });

  it('of polls is an alarm after its time, and over with the next look', async () => {
    await house.start(polls);
    await house.pass(20 * MINUTE_MS);
    looked();
    await house.pass(29 * MINUTE_MS);
    expect(house.told).toEqual([]);
    await house.pass(2 * MINUTE_MS);
    expect(house.told[0]).toMatch(
      /^05-06T06:50 us: Rule fetch: no successful poll for 30 min \(the last one 2026-05-06 06:20 UTC\)/,
    );
    await house.pass(HOUR_MS);
    expect(house.told).toHaveLength(1);
    looked();
    await house.pass(0);
    expect(house.told[1]).toBe('05-06T07:51 over: expectation:fetch:poll');
  });

  it('is not of the daemon that did not run: after a start there is time for a look', async () => {
    await house.start(polls);
    looked();
    await house.restart(5 * HOUR_MS);
    await house.pass(MINUTE_MS);
    looked();
    await house.pass(20 * MINUTE_MS);
    expect(house.told).toEqual([]);
  });

  it('is noticed although the daemon is started again and again', async () => {
    await house.start(polls);
    for (let start = 0; start < 6; start += 1) {
      await house.pass(8 * MINUTE_MS);
      await house.restart(0);
    }
    expect(house.told).toHaveLength(1);
  });

  it('of runs counts those that succeeded, and says what failed', async () => {
    await house.start(runs);
    await house.pass(HOUR_MS);
    await house.run(['a.csv']);
    await house.pass(HOUR_MS);
    await house.run([], { reason: 'login refused', errorCode: 'CONNECT_TIMEOUT' });
    await house.pass(61 * MINUTE_MS);
    expect(house.told[0]).toMatch(/no successful run for 2 h .* Run 2 failed: login refused\.$/);
    await house.run(['b.csv']);
    expect(house.told[1]).toContain('over:');
  });
});
