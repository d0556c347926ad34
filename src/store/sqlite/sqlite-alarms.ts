import type { Selectable } from 'kysely';
import type { Side } from '../../core/error-codes.js';
import type { Alarm, AlarmKind, AlarmStore } from '../alarm-store.js';
import { present } from './present.js';
import { statement, type Bind } from './statement.js';
import type { StoreFile } from './store-file.js';
import type { Tables } from './tables.js';

type Raised = Parameters<AlarmStore['raise']>[0];

/** One open alarm to a cause. */
export class SqliteAlarms implements AlarmStore {
  readonly #store: StoreFile;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(store: StoreFile) {
    this.#store = store;
    this.#sql = prepare(store);
  }

  raise(alarm: Raised, nowMs: number): ReturnType<AlarmStore['raise']> {
    return this.#store.write(() => {
      const { cause } = alarm;
      const { kind, side, text } = alarm;
      const isNew = this.#sql.again.run({ cause, side, text, nowMs }).changes === 0;
      if (isNew) this.#sql.add.run({ cause, kind, side, text, nowMs });
      const row = this.#sql.openOf.get({ cause });
      if (row === undefined) throw new Error('an alarm that was just raised is gone');
      return { alarm: alarmOf(row), isNew };
    });
  }

  reword(cause: string, change: (text: string) => string): Promise<void> {
    return this.#store.write(() => {
      const row = this.#sql.openOf.get({ cause });
      if (row !== undefined) this.#sql.reword.run({ id: row.id, text: change(row.text) });
    });
  }

  clear(cause: string, nowMs: number): Promise<Alarm | undefined> {
    return this.#store.write(() => {
      const row = this.#sql.openOf.get({ cause });
      if (row === undefined) return undefined;
      this.#sql.close.run({ id: row.id, nowMs });
      return alarmOf({ ...row, closed_ms: nowMs });
    });
  }

  open(): Promise<readonly Alarm[]> {
    return this.#store.read(() => this.#sql.open.all({}).map(alarmOf));
  }

  list({ beforeId = Number.MAX_SAFE_INTEGER, limit }: Parameters<AlarmStore['list']>[0]) {
    return this.#store.read(() => this.#sql.list.all({ beforeId, limit }).map(alarmOf));
  }
}

function alarmOf(row: Selectable<Tables['alarms']>): Alarm {
  return present<Alarm>({
    id: row.id,
    kind: row.kind as AlarmKind,
    cause: row.cause,
    side: row.side as Side,
    text: row.text,
    openedMs: row.opened_ms,
    lastMs: row.last_ms,
    count: row.count,
    closedMs: row.closed_ms,
  });
}

interface AlarmValues {
  readonly cause: string;
  readonly side: string;
  readonly text: string;
  readonly nowMs: number;
}

function prepare({ database }: StoreFile) {
  return {
    again: statement(database, (from, bind: Bind<AlarmValues>) =>
      from
        .updateTable('alarms')
        .set((each) => ({
          count: each('count', '+', 1),
          last_ms: bind('nowMs'),
          text: bind('text'),
          side: bind('side'),
        }))
        .where('cause', '=', bind('cause'))
        .where('closed_ms', 'is', null),
    ),
    add: statement(database, (from, bind: Bind<AlarmValues & { kind: string }>) =>
      from.insertInto('alarms').values({
        kind: bind('kind'),
        cause: bind('cause'),
        side: bind('side'),
        text: bind('text'),
        opened_ms: bind('nowMs'),
        last_ms: bind('nowMs'),
        count: 1,
      }),
    ),
    openOf: statement(database, (from, bind: Bind<{ cause: string }>) =>
      from.selectFrom('alarms').selectAll().where('cause', '=', bind('cause')).where('closed_ms', 'is', null),
    ),
    reword: statement(database, (from, bind: Bind<{ id: number; text: string }>) =>
      from
        .updateTable('alarms')
        .set({ text: bind('text') })
        .where('id', '=', bind('id')),
    ),
    close: statement(database, (from, bind: Bind<{ id: number; nowMs: number }>) =>
      from
        .updateTable('alarms')
        .set({ closed_ms: bind('nowMs') })
        .where('id', '=', bind('id')),
    ),
    open: statement(database, (from) =>
      from.selectFrom('alarms').selectAll().where('closed_ms', 'is', null).orderBy('id', 'desc'),
    ),
    list: statement(database, (from, bind: Bind<{ beforeId: number; limit: number }>) =>
      from
        .selectFrom('alarms')
        .selectAll()
        .where('id', '<', bind('beforeId'))
        .orderBy('id', 'desc')
        .limit(bind('limit')),
    ),
  };
}
