import * as z from 'zod';
import type { Platform } from '../core/platform.js';
import { asTransferError } from '../core/transfer-error.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { Alarm } from '../store/alarm-store.js';
import type { Store } from '../store/store.js';
import { AlarmMails } from './alarm-mails.js';
import { alarmNotice, type AlarmNotice } from './alarm-notice.js';
import type { Alarms } from './alarms.js';
import type { LiveEvents } from './live-events.js';
import type { MailSender } from './run-services.js';

export interface AlarmParts {
  readonly platform: Pick<Platform, 'clock' | 'host'>;
  readonly store: Pick<Store, 'alarms' | 'events'>;
  readonly live: LiveEvents;
  readonly mail: MailSender;
  readonly book: () => Pick<RuleBook, 'mail'>;
  /** For the daemon's own log. */
  readonly warn: (text: string) => void;
}

/**
 * Alarms in the store: each cause is told once when it opens and once when it is over, on the live stream (the
 * daemon's log listens to it) and by mail; an expectation once for each time that it is not met. What was told is kept too, so that a
 * restart tells nothing twice and what a killed process did not tell is told at the next start. While the store takes
 * nothing, alarms are told from memory.
 */
export class AlarmsOfStore implements Alarms {
  readonly #parts: AlarmParts;
  readonly #mails: AlarmMails;
  /** Open alarms whose opening was handed to the mails. */
  readonly #told = new Set<number>();
  /** Told while the store took nothing, by cause. */
  readonly #unkept = new Map<string, Alarm>();
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: AlarmParts) {
    this.#parts = parts;
    const { platform, mail, book, warn } = parts;
    this.#mails = new AlarmMails({ platform, mail, book, warn, changed: () => void this.#keep() });
  }

  /** Tells what the process before did not. Rejects with STORE_FAILED. */
  async start(): Promise<void> {
    const { store } = this.#parts;
    const kept = shape.safeParse(await store.events.triggerState(STATE.rule, STATE.trigger));
    const before = kept.success ? kept.data : { told: [], waiting: [] };
    const open = await store.alarms.open();
    const openIds = new Set(open.map(({ id }) => id));
    const untold = open.filter(({ id }) => !before.told.includes(id)).toSorted((a, b) => a.id - b.id);
    const over = await this.#closedOf(before.told.filter((id) => !openIds.has(id)));
    for (const id of openIds) this.#told.add(id);
    this.#mails.add([
      ...before.waiting,
      ...untold.map((alarm) => alarmNotice('opened', alarm, alarm.lastMs)),
      ...over.map((alarm) => alarmNotice('closed', alarm, alarm.closedMs ?? alarm.lastMs)),
    ]);
    await this.#keep();
  }

  /** What was not told yet waits in the store. */
  async stop(): Promise<void> {
    await this.#mails.stop();
    await this.#keep();
  }

  /** Open alarms that the store did not take: whoever asks the store hears nothing of them. */
  unkept(): readonly Alarm[] {
    return [...this.#unkept.values()];
  }

  async raise(given: Parameters<Alarms['raise']>[0]): Promise<void> {
    const nowMs = this.#parts.platform.clock.now();
    try {
      const { alarm, isNew } = await this.#parts.store.alarms.raise(given, nowMs);
      // Told already, before the store took it.
      const isKnown = this.#unkept.delete(given.cause);
      this.#told.add(alarm.id);
      if (isNew && !isKnown) await this.#tell(alarmNotice('opened', alarm, nowMs));
      else if (!isNew && alarm.kind === 'expectation') await this.#tell(alarmNotice('again', alarm, nowMs));
      else if (isKnown) await this.#keep();
    } catch (thrown) {
      await this.#raiseUnkept(given, { thrown, nowMs });
    }
  }

  async clear(cause: string): Promise<void> {
    const nowMs = this.#parts.platform.clock.now();
    const unkept = this.#unkept.get(cause);
    this.#unkept.delete(cause);
    let closed: Alarm | undefined;
    try {
      closed = await this.#parts.store.alarms.clear(cause, nowMs);
    } catch (thrown) {
      this.#warnOf(thrown, `the end of the alarm ${cause}`);
    }
    if (closed !== undefined) this.#told.delete(closed.id);
    const over = closed ?? unkept;
    if (over !== undefined) await this.#tell(alarmNotice('closed', over, nowMs));
  }

  async #raiseUnkept(
    given: Parameters<Alarms['raise']>[0],
    { thrown, nowMs }: { readonly thrown: unknown; readonly nowMs: number },
  ): Promise<void> {
    if (this.#unkept.has(given.cause)) return;
    const alarm: Alarm = { ...given, id: 0, openedMs: nowMs, lastMs: nowMs, count: 1 };
    this.#unkept.set(given.cause, alarm);
    this.#warnOf(thrown, `the alarm ${given.cause}`);
    await this.#tell(alarmNotice('opened', alarm, nowMs));
  }

  async #tell(notice: AlarmNotice): Promise<void> {
    const { live } = this.#parts;
    const { cause, side, text, what } = notice;
    live.publish({ type: what === 'closed' ? 'alarm.closed' : 'alarm.opened', cause, side, text });
    this.#mails.add([notice]);
    await this.#keep();
  }

  /** One write after the other, so that the last one holds the last state. */
  #keep(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#write());
    return this.#turn;
  }

  async #write(): Promise<void> {
    const { store } = this.#parts;
    const state = { told: [...this.#told], waiting: this.#mails.waiting };
    try {
      await store.events.setTriggerState(STATE.rule, STATE.trigger, state);
    } catch (thrown) {
      this.#warnOf(thrown, 'what was told of alarms');
    }
  }

  async #closedOf(ids: readonly number[]): Promise<readonly Alarm[]> {
    const alarms: Alarm[] = [];
    for (const id of ids) {
      const [alarm] = await this.#parts.store.alarms.list({ beforeId: id + 1, limit: 1 });
      if (alarm?.id === id) alarms.push(alarm);
    }
    return alarms;
  }

  #warnOf(thrown: unknown, what: string): void {
    this.#parts.warn(`the store did not take ${what}: ${asTransferError(thrown, 'store').message}`);
  }
}

/** Where the store keeps it; no rule can have such a name. */
const STATE = { rule: '@mail', trigger: 'alarms' } as const;

const notice = z.object({
  what: z.enum(['opened', 'again', 'closed']),
  cause: z.string(),
  side: z.enum(['us', 'partner', 'network', 'proxy']),
  text: z.string(),
  openedMs: z.number(),
  atMs: z.number(),
  count: z.number(),
});

const shape = z.object({ told: z.array(z.number()), waiting: z.array(notice) });
