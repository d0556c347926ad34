import { beforeEach, describe, expect, it } from 'vitest';
import { TransferError } from '../core/transfer-error.js';
import type { MailSettings } from '../rules/house-settings.js';
import { openMemoryStore } from '../store/memory-store.testing.js';
import { JumpingClock, settled } from '../trigger-sources/jumping-clock.testing.js';
import { AlarmsOfStore } from './alarms-of-store.js';
import type { LiveEvent } from './live-events.js';
import type { Mail } from './run-services.js';

const SETTINGS: MailSettings = {
  host: 'mail.example',
  port: 25,
  security: 'none',
  from: 'tally@example',
  alarmsTo: ['ops@example'],
};

const down = new TransferError({
  code: 'MAIL_FAILED',
  lastCode: -1,
  phase: 'action',
  message: 'mail.example: refused',
});
const full = new TransferError({ code: 'STORE_FAILED', lastCode: -1, phase: 'store', message: 'disk full' });

/** A house with alarms only, whose process can be killed and started again. */
class House {
  readonly clock = new JumpingClock('2026-05-01T02:10Z');
  readonly store = openMemoryStore();
  readonly mails: Mail[] = [];
  readonly warnings: string[] = [];
  readonly live: LiveEvent[] = [];
  settings: MailSettings | undefined = SETTINGS;
  mailError: TransferError | undefined;
  storeError: TransferError | undefined;
  alarms = this.make();

  make(): AlarmsOfStore {
    const { store } = this;
    const guarded = <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) => {
      return (...args: Args): Promise<Answer> =>
        this.storeError === undefined ? call(...args) : Promise.reject(this.storeError);
    };
    return new AlarmsOfStore({
      platform: {
        clock: this.clock,
        host: {
          os: 'linux',
          userName: 'tallyman',
          hostName: 'mft01',
          pid: 1,
          timeZone: 'Europe/Berlin',
          isProcessAlive: () => false,
        },
      },
      store: {
        alarms: {
          raise: guarded((...args) => store.alarms.raise(...args)),
          clear: guarded((...args) => store.alarms.clear(...args)),
          reword: guarded((...args) => store.alarms.reword(...args)),
          open: guarded(() => store.alarms.open()),
          list: guarded((...args) => store.alarms.list(...args)),
        },
        events: {
          ...{ unknown: store.events.unknown, know: store.events.know, takeNonce: store.events.takeNonce },
          triggerState: guarded((...args) => store.events.triggerState(...args)),
          setTriggerState: guarded((...args) => store.events.setTriggerState(...args)),
        },
      },
      live: { publish: (event) => void this.live.push(event), listen: () => () => undefined },
      mail: {
        send: async (mail) => {
          if (this.mailError !== undefined) throw this.mailError;
          this.mails.push(mail);
          return '250 taken';
        },
      },
      book: () => ({ mail: this.settings }),
      warn: (text) => this.warnings.push(text),
    });
  }

  get subjects(): readonly string[] {
    return this.mails.map(({ subject }) => subject);
  }

  async down(partner = 'acme'): Promise<void> {
    await this.alarms.raise({
      kind: 'partnerDown',
      cause: `partnerDown:${partner}`,
      side: 'partner',
      text: `${partner} does not answer`,
    });
    await settled();
  }
}

let house: House;

beforeEach(() => {
  house = new House();
});

describe('an alarm', () => {
  it('is one for five hundred files that fail for one cause', async () => {
    for (let file = 0; file < 500; file += 1) await house.down();
    expect(house.subjects).toEqual(['[tally mft01] ALARM: acme does not answer']);
    expect(await house.store.alarms.open()).toMatchObject([{ count: 500, side: 'partner' }]);
    expect(house.live).toHaveLength(1);
    expect(house.warnings).toEqual([]);
  });

  it('says whose side it is, and since when, in the time of the machine', async () => {
    await house.down();
    expect(house.mails[0]).toMatchObject({ to: ['ops@example'] });
    expect(house.mails[0]?.text).toBe(
      'ALARM: acme does not answer\n  side: the partner must act\n  since: 2026-05-01 04:10:00 +02:00\n' +
        '  cause: partnerDown:acme\n',
    );
  });

  it('tells once that it is over, with the number of times', async () => {
    await house.down();
    await house.down();
    await house.alarms.clear('partnerDown:acme');
    await house.alarms.clear('partnerDown:acme');
    await settled();
    expect(house.subjects[1]).toBe('[tally mft01] over: acme does not answer');
    expect(house.mails[1]?.text).toContain('times: 2');
    expect(house.mails).toHaveLength(2);
    expect(house.live.map(({ type }) => type)).toEqual(['alarm.opened', 'alarm.closed']);
  });

  it('that was never open is not over', async () => {
    await house.alarms.clear('partnerDown:acme');
    await settled();
    expect(house.mails).toEqual([]);
  });

  it('of an expectation is told for each time that it is not met', async () => {
    const missing = {
      kind: 'expectation',
      cause: 'expectation:prices',
      side: 'us',
      text: 'no file',
    } as const;
    await house.alarms.raise(missing);
    await house.alarms.raise(missing);
    await settled();
    expect(house.subjects.map((subject) => subject.slice(14, 25))).toEqual(['ALARM: no f', 'ALARM AGAIN']);
  });

  it('puts no line break of a partner into the subject', async () => {
    await house.alarms.raise({ kind: 'ruleFailed', cause: 'c', side: 'us', text: 'a\r\nBcc: all@example' });
    await settled();
    expect(house.subjects[0]).not.toMatch(/[\r\n]/);
  });

  it('is told on the live stream, and so in the log, where nobody is named for mail', async () => {
    house.settings = undefined;
    await house.down();
    house.settings = SETTINGS;
    await house.clock.pass(3_600_000);
    expect(house.mails).toEqual([]);
    expect(house.live).toHaveLength(1);
  });
});

describe('a mail server that is down', () => {
  it('blocks nobody, is a warning once, and all is told in one mail when it is back', async () => {
    house.mailError = down;
    await house.down('acme');
    await house.down('globex');
    await house.alarms.clear('partnerDown:globex');
    await house.clock.pass(3_600_000);
    expect(house.warnings.filter((text) => text.startsWith('mail'))).toEqual([
      'mail: alarms cannot be told, and are told later: mail.example: refused',
    ]);
    house.mailError = undefined;
    await house.clock.pass(900_000);
    expect(house.subjects).toEqual(['[tally mft01] 2 alarms, 1 over: acme does not answer']);
    expect(house.warnings.at(-1)).toBe('mail: the server takes mail again; the alarms were told');
  });

  it('is asked ever more seldom', async () => {
    house.mailError = down;
    await house.down();
    const { started } = house.clock;
    await house.clock.pass(24 * 3_600_000);
    expect(house.clock.started - started).toBeLessThan(105);
  });
});

describe('a restart', () => {
  it('tells nothing twice', async () => {
    await house.down();
    await house.alarms.stop();
    house.alarms = house.make();
    await house.alarms.start();
    await house.down();
    expect(house.mails).toHaveLength(1);
  });

  it('tells what could not be told before', async () => {
    house.mailError = down;
    await house.down();
    await house.alarms.stop();
    house.mailError = undefined;
    house.alarms = house.make();
    await house.alarms.start();
    await settled();
    expect(house.subjects).toEqual(['[tally mft01] ALARM: acme does not answer']);
  });

  it('tells what a killed process had in the store only', async () => {
    await house.down('globex');
    const cause = { kind: 'partnerDown', side: 'partner' } as const;
    await house.store.alarms.raise(
      { ...cause, cause: 'partnerDown:acme', text: 'acme is down' },
      house.clock.now(),
    );
    await house.store.alarms.clear('partnerDown:globex', house.clock.now());
    house.alarms = house.make();
    await house.alarms.start();
    await settled();
    expect(house.mails[1]?.text).toContain('ALARM: acme is down');
    expect(house.mails[1]?.text).toContain('over: globex does not answer');
    house.alarms = house.make();
    await house.alarms.start();
    await settled();
    expect(house.mails).toHaveLength(2);
  });

  it('lives with a note that is none of ours', async () => {
    await house.store.events.setTriggerState('@mail', 'alarms', { waiting: 'yes' });
    await house.alarms.start();
    await house.down();
    expect(house.mails).toHaveLength(1);
  });
});

describe('a store that takes nothing', () => {
  it('is told all the same, once, and its end too', async () => {
    house.storeError = full;
    const store = {
      kind: 'storeFailed',
      cause: 'storeFailed',
      side: 'us',
      text: 'the store is full',
    } as const;
    await house.alarms.raise(store);
    await house.alarms.raise(store);
    await settled();
    expect(house.subjects).toEqual(['[tally mft01] ALARM: the store is full']);
    expect(house.alarms.unkept()).toMatchObject([store]);
    await house.alarms.clear('storeFailed');
    await settled();
    expect(house.subjects[1]).toBe('[tally mft01] over: the store is full');
    expect(house.alarms.unkept()).toEqual([]);
  });

  it('that takes it later does not make it told again', async () => {
    house.storeError = full;
    await house.down();
    house.storeError = undefined;
    await house.down();
    expect(house.mails).toHaveLength(1);
    expect(await house.store.alarms.open()).toHaveLength(1);
  });
});

describe('a thousand partners down at once', () => {
  it('are a few mails of bounded length', async () => {
    house.mailError = down;
    await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        house.alarms.raise({
          kind: 'partnerDown',
          cause: `partnerDown:${index}`,
          side: 'partner',
          text: `partner ${index} is down`,
        }),
      ),
    );
    house.mailError = undefined;
    await house.clock.pass(60_000);
    expect(house.mails).toHaveLength(1);
    expect(house.mails[0]?.text).toContain('and 450 more');
  });
});
