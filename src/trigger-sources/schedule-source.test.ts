import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransferError } from '../core/transfer-error.js';
import { scheduleTrigger } from '../rules/triggers/schedule.testing.js';
import { nextTimes } from '../rules/triggers/schedule-times.js';
import type { ScheduleTrigger } from '../rules/triggers/trigger.js';
import { forgetSchedules } from './forget-schedules.js';
import { JumpingClock, settled } from './jumping-clock.testing.js';
import { ScheduleSource } from './schedule-source.js';
import { ScheduleTimer } from './schedule-timer.js';
import { MemorySink } from './trigger-sink.testing.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A house with one schedule, whose process can be ended and started again. */
class House {
  readonly clock: JumpingClock;
  readonly sink = new MemorySink();
  readonly states = new Map<string, unknown>();
  readonly notes: string[] = [];
  fraction = 0;
  source: ScheduleSource;
  timer: ScheduleTimer;
  readonly #trigger: ScheduleTrigger;

  constructor(start: string, given: Partial<ScheduleTrigger>) {
    this.clock = new JumpingClock(start);
    this.#trigger = scheduleTrigger({ timeZone: 'UTC', ...given });
    this.timer = new ScheduleTimer(this.clock);
    this.source = this.make();
  }

  make(given: Partial<ScheduleTrigger> = {}): ScheduleSource {
    this.timer = new ScheduleTimer(this.clock);
    this.source = new ScheduleSource({
      rule: 'nightly',
      name: 'schedule',
      trigger: { ...this.#trigger, ...given },
      calendars: {},
      timer: this.timer,
      sink: this.sink,
      events: {
        triggerState: async (rule, name) => this.states.get(`${rule} ${name}`),
        setTriggerState: async (rule, name, state) => void this.states.set(`${rule} ${name}`, state),
      },
      platform: { clock: this.clock, random: { fraction: () => this.fraction, token: () => 'x' } },
      note: (text) => this.notes.push(text),
    });
    return this.source;
  }

  /** As by kill -9: what was not in the store is gone. */
  kill(): void {
    this.timer.stop();
  }

  get times(): readonly string[] {
    return this.sink.events.map(({ key }) =>
      new Date(Number(key.replace('schedule:', ''))).toISOString().slice(5, 19),
    );
  }
}

describe('a schedule', () => {
  it('makes one event for each of its times, named by it', async () => {
    const house = new House('2026-05-01T00:00Z', { cron: '0 */6 * * *' });
    await house.source.start();
    await house.clock.pass(DAY_MS);
    expect(house.times).toEqual(['05-01T06:00:00', '05-01T12:00:00', '05-01T18:00:00', '05-02T00:00:00']);
    expect(house.sink.events[0]).toEqual({
      rule: 'nightly',
      trigger: 'schedule',
      key: `schedule:${Date.parse('2026-05-01T06:00Z')}`,
      occurredAtMs: Date.parse('2026-05-01T06:00Z'),
      values: {},
    });
    expect(house.notes).toEqual([]);
  });

  it('is silent once it was stopped', async () => {
    const house = new House('2026-05-01T00:00Z', { cron: '* * * * *' });
    await house.source.start();
    await house.source.stop();
    await house.source.stop();
    await house.clock.pass(HOUR_MS);
    expect(house.times).toEqual([]);
  });

  it('adds a delay, and the event keeps the time without it', async () => {
    const house = new House('2026-05-01T00:00Z', { cron: '0 6 * * *', jitterMs: 10 * MINUTE_MS });
    house.fraction = 0.5;
    await house.source.start();
    await house.clock.pass(6 * HOUR_MS + 4 * MINUTE_MS);
    expect(house.times).toEqual([]);
    await house.clock.pass(2 * MINUTE_MS);
    expect(house.times).toEqual(['05-01T06:00:00']);
  });

  it('draws no second delay when it is started again within the first', async () => {
    const house = new House('2026-05-01T00:00Z', {
      cron: '0 6 * * *',
      jitterMs: 10 * MINUTE_MS,
      misfire: 'skip',
    });
    house.fraction = 0.9;
    await house.source.start();
    await house.clock.pass(6 * HOUR_MS + 4 * MINUTE_MS);
    house.kill();
    await house.make().start();
    await house.clock.pass(6 * MINUTE_MS);
    expect(house.times).toEqual(['05-01T06:00:00']);
  });
});

describe('times that passed while the daemon was not running', () => {
  async function afterStop(given: Partial<ScheduleTrigger>, stopMs: number): Promise<House> {
    const house = new House('2026-05-01T05:30Z', given);
    await house.source.start();
    await house.clock.pass(HOUR_MS);
    house.kill();
    house.sink.events.length = 0;
    house.clock.jump(stopMs);
    await house.make().start();
    return house;
  }

  it('are one run with runOnce, the last of them, which says so', async () => {
    const house = await afterStop({ cron: '0 * * * *' }, 5 * HOUR_MS);
    expect(house.times).toEqual(['05-01T11:00:00']);
    expect(house.sink.events[0]?.reason).toMatch(/^5 times were missed; this run stands for all of them/);
    expect(house.notes).toEqual([expect.stringContaining('rule nightly: 5 times were missed')]);
    await house.clock.pass(HOUR_MS);
    expect(house.times).toEqual(['05-01T11:00:00', '05-01T12:00:00']);
  });

  it('are left out with skip, and the log says so', async () => {
    const house = await afterStop({ cron: '0 * * * *', misfire: 'skip' }, 5 * HOUR_MS);
    expect(house.times).toEqual([]);
    expect(house.notes).toEqual([expect.stringContaining('none of them is run')]);
    house.kill();
    await house.make().start();
    expect(house.notes).toHaveLength(1);
  });

  it('are all run with all', async () => {
    const house = await afterStop({ cron: '0 * * * *', misfire: 'all' }, 3 * HOUR_MS);
    expect(house.times).toEqual(['05-01T07:00:00', '05-01T08:00:00', '05-01T09:00:00']);
  });

  it('are a thousand at most with all, and the log says so', async () => {
    const house = await afterStop({ cron: '* * * * *', misfire: 'all' }, 2 * DAY_MS);
    expect(house.sink.events.length).toBeGreaterThanOrEqual(1_000);
    expect(house.sink.events.length).toBeLessThan(1_003);
    expect(house.notes).toEqual([expect.stringContaining('only the first 1000 of them are run')]);
  });

  it.each(['runOnce', 'skip', 'all'] as const)(
    'within the last minute are run as on time (%s)',
    async (misfire) => {
      const house = new House('2026-05-01T05:59:50Z', { cron: '0 6 * * *', misfire });
      await house.source.start();
      house.kill();
      house.clock.jump(30_000);
      await house.make().start();
      expect(house.times).toEqual(['05-01T06:00:00']);
      expect(house.notes).toEqual([]);
    },
  );

  it('are none before the rule was first seen, nor after its times were edited', async () => {
    const house = new House('2026-05-01T07:00Z', { cron: '0 6 * * *' });
    await house.source.start();
    expect(house.times).toEqual([]);
    house.kill();
    house.clock.jump(HOUR_MS);
    await house.make({ cron: '30 7 * * *' }).start();
    expect(house.times).toEqual([]);
  });

  it('are run once although the process died between the run and its note', async () => {
    const house = new House('2026-05-01T05:00Z', { cron: '0 * * * *' });
    await house.source.start();
    const before = new Map(house.states);
    await house.clock.pass(HOUR_MS);
    house.kill();
    before.forEach((state, key) => house.states.set(key, state));
    house.clock.jump(5 * MINUTE_MS);
    await house.make().start();
    expect(house.times).toEqual(['05-01T06:00:00']);
  });

  it('are none while the rule was disabled', async () => {
    const house = new House('2026-05-01T05:30Z', { cron: '0 * * * *' });
    await house.source.start();
    await house.source.stop();
    await forgetSchedules([{ name: 'nightly', triggers: [scheduleTrigger({}), scheduleTrigger({})] }], {
      triggerState: async (rule, name) => house.states.get(`${rule} ${name}`),
      setTriggerState: async (rule, name) => void house.states.delete(`${rule} ${name}`),
    });
    house.clock.jump(5 * HOUR_MS);
    await house.make().start();
    expect(house.times).toEqual([]);
    await house.clock.pass(HOUR_MS);
    expect(house.times).toEqual(['05-01T11:00:00']);
  });

  it('survive a state in the store that is none of ours', async () => {
    const house = new House('2026-05-01T05:00Z', { cron: '0 * * * *' });
    house.states.set('nightly schedule', { decidedMs: 'yesterday' });
    await house.source.start();
    await house.clock.pass(HOUR_MS);
    expect(house.times).toEqual(['05-01T06:00:00']);
  });
});

describe('a clock that jumps', () => {
  it('back makes no time run twice, and the next new one runs', async () => {
    const house = new House('2026-05-01T05:30Z', { cron: '0 * * * *' });
    await house.source.start();
    await house.clock.pass(3 * HOUR_MS);
    expect(house.times).toHaveLength(3);
    house.clock.jump(-2 * HOUR_MS);
    await house.clock.pass(3 * HOUR_MS);
    expect(house.times).toEqual(['05-01T06:00:00', '05-01T07:00:00', '05-01T08:00:00', '05-01T09:00:00']);
  });

  it('forward counts as missed', async () => {
    const house = new House('2026-05-01T05:30Z', { cron: '0 * * * *' });
    await house.source.start();
    house.clock.jump(5 * HOUR_MS);
    await house.clock.pass(MINUTE_MS);
    expect(house.times).toEqual(['05-01T10:00:00']);
    expect(house.notes).toHaveLength(1);
  });

  it('forward by ten years and back again loses no day', async () => {
    const house = new House('2026-05-01T05:30Z', { cron: '0 6 * * *' });
    await house.source.start();
    house.clock.jump(3_650 * DAY_MS);
    await house.clock.pass(MINUTE_MS);
    house.clock.jump(-3_650 * DAY_MS);
    await house.clock.pass(HOUR_MS);
    expect(house.times.at(-1)).toBe('05-01T06:00:00');
    house.kill();
    await house.make().start();
    await house.clock.pass(DAY_MS);
    expect(house.times.at(-1)).toBe('05-02T06:00:00');
  });

  it('back while it was stopped loses no day', async () => {
    const house = new House('2036-05-01T05:30Z', { cron: '0 6 * * *' });
    await house.source.start();
    await house.clock.pass(HOUR_MS);
    house.kill();
    house.clock.jump(-3_653 * DAY_MS);
    await house.make().start();
    await house.clock.pass(DAY_MS);
    expect(house.sink.events).toHaveLength(2);
  });
});

describe('a store that takes nothing', () => {
  it('is tried again, told once, and costs no run, even with skip', async () => {
    const house = new House('2026-05-01T05:30Z', { cron: '0 * * * *', misfire: 'skip' });
    await house.source.start();
    house.sink.refusal = new TransferError({
      code: 'STORE_FAILED',
      lastCode: -1,
      phase: 'store',
      message: 'disk full',
    });
    await house.clock.pass(2 * HOUR_MS);
    expect(house.sink.told).toEqual(['failed nightly schedule STORE_FAILED']);
    house.sink.refusal = undefined;
    await house.clock.pass(2 * MINUTE_MS);
    expect(house.times[0]).toBe('05-01T06:00:00');
    expect(house.sink.told.at(-1)).toBe('recovered nightly schedule');
  });
});

describe('ten thousand schedules', () => {
  it('wait by one timer', async () => {
    const house = new House('2026-05-01T00:00Z', { cron: '0 6 * * *' });
    const sources = Array.from({ length: 10_000 }, (_, index) => {
      const source = new ScheduleSource({
        rule: `rule-${index}`,
        name: 'schedule',
        trigger: scheduleTrigger({ cron: `${index % 60} 6 * * *`, timeZone: 'UTC' }),
        calendars: {},
        timer: house.timer,
        sink: house.sink,
        events: { triggerState: async () => undefined, setTriggerState: async () => undefined },
        platform: { clock: house.clock, random: { fraction: () => 0, token: () => 'x' } },
        note: () => undefined,
      });
      return source;
    });
    await Promise.all(sources.map((source) => source.start()));
    expect(house.clock.timers).toBe(1);
    const { started } = house.clock;
    await house.clock.pass(HOUR_MS);
    // Two looks at the clock a minute.
    expect(house.clock.started - started).toBeLessThanOrEqual(121);
    let fired = 0;
    house.sink.emit = async (events) => (fired += events.length);
    await house.clock.pass(6 * HOUR_MS);
    await settled();
    expect(fired).toBe(10_000);
  });
});

describe('by property', () => {
  it('the source fires exactly the next times, over stops of the process', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('*/20 * * * *', '30 2 * * *', '0,30 1-3 * * *', '15 */2 * * *'),
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
        fc.constantFrom('2026-03-28T20:00Z', '2026-10-24T20:00Z', '2026-11-01T00:00Z', '2026-04-04T10:00Z'),
        fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 4 }),
        async (cron, timeZone, start, stops) => {
          const trigger = { cron, timeZone, misfire: 'all' } as const;
          const house = new House(start, trigger);
          await house.source.start();
          for (const minutes of stops) {
            await house.clock.pass(minutes * MINUTE_MS);
            house.kill();
            house.clock.jump(minutes * MINUTE_MS);
            await house.make().start();
          }
          await house.clock.pass(HOUR_MS);
          const until = house.clock.now();
          const expected = nextTimes(scheduleTrigger(trigger), {}, Date.parse(start), 500);
          expect(house.sink.events.map(({ occurredAtMs }) => occurredAtMs)).toEqual(
            expected.filter((atMs) => atMs <= until),
          );
        },
      ),
      { numRuns: 25 },
    );
  });
});
