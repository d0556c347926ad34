import { sql } from 'kysely';
import { statement, type Bind } from './statement.js';
import type { StoreFile } from './store-file.js';

interface NewRunRow {
  readonly rule: number;
  readonly revision: string;
  readonly event: string;
  readonly eventKey: string;
  readonly trigger: string;
  readonly state: string;
  readonly reason: string | null;
  readonly isShadow: number;
  readonly createdMs: number;
  readonly notBeforeMs: number | null;
  readonly parentRun: number | null;
  readonly retryRun: number | null;
  readonly retryStep: string | null;
  readonly askedBy: string | null;
}

interface RunEndRow {
  readonly id: number;
  readonly fence: number;
  readonly state: string;
  readonly endedMs: number;
  readonly reason: string;
  readonly filesSucceeded: number;
  readonly filesFailed: number;
  readonly errorCode: string | null;
}

interface StepRowValues {
  readonly run: number;
  readonly path: string;
  readonly kind: string;
  readonly title: string;
  readonly state: string;
  readonly attempt: number;
  readonly startedMs: number;
  readonly endedMs: number | null;
  readonly text: string;
  readonly result: number | null;
  readonly errorCode: string | null;
  readonly detail: string | null;
}

interface Key {
  readonly rule: number;
  readonly key: string;
}

/** What the table of runs is asked again and again. */
export function prepareRuns({ database }: StoreFile) {
  return {
    addRevision: statement(
      database,
      (from, bind: Bind<{ rule: number; revision: string; ruleJson: string }>) =>
        from
          .insertInto('rule_revisions')
          .values({ rule_id: bind('rule'), revision: bind('revision'), rule_json: bind('ruleJson') })
          .onConflict((on) => on.doNothing()),
    ),
    revision: statement(database, (from, bind: Bind<{ rule: number; revision: string }>) =>
      from
        .selectFrom('rule_revisions')
        .select('rule_json')
        .where('rule_id', '=', bind('rule'))
        .where('revision', '=', bind('revision')),
    ),
    addEvent: statement(database, (from, bind: Bind<Key & { nowMs: number; day: number }>) =>
      from
        .insertInto('events')
        .values({
          rule_id: bind('rule'),
          key: bind('key'),
          run: null,
          seen_ms: bind('nowMs'),
          seen_day: bind('day'),
        })
        .onConflict((on) => on.doNothing()),
    ),
    nameEventRun: statement(database, (from, bind: Bind<Key & { run: number }>) =>
      from
        .updateTable('events')
        .set({ run: bind('run') })
        .where('rule_id', '=', bind('rule'))
        .where('key', '=', bind('key')),
    ),
    eventRun: statement(database, (from, bind: Bind<Key>) =>
      from
        .selectFrom('events')
        .innerJoin('runs', 'runs.id', 'events.run')
        .selectAll('runs')
        .where('events.rule_id', '=', bind('rule'))
        .where('events.key', '=', bind('key')),
    ),
    add: statement(database, (from, bind: Bind<NewRunRow>) =>
      from.insertInto('runs').values({
        rule_id: bind('rule'),
        revision: bind('revision'),
        event: bind('event'),
        event_key: bind('eventKey'),
        trigger_name: bind('trigger'),
        state: bind('state'),
        reason: bind('reason'),
        is_shadow: bind('isShadow'),
        created_ms: bind('createdMs'),
        not_before_ms: bind('notBeforeMs'),
        parent_run: bind('parentRun'),
        retry_of_run: bind('retryRun'),
        retry_from_step: bind('retryStep'),
        asked_by: bind('askedBy'),
        fence: 0,
        cancel_asked: 0,
        files_succeeded: 0,
        files_failed: 0,
      }),
    ),
    get: statement(database, (from, bind: Bind<{ id: number }>) =>
      from.selectFrom('runs').selectAll().where('id', '=', bind('id')),
    ),
    lease: statement(database, (from, bind: Bind<{ id: number }>) =>
      from.selectFrom('runs').select(['fence', 'state']).where('id', '=', bind('id')),
    ),
    counts: statement(database, (from) => from.selectFrom('run_counts').selectAll().where('count', '>', 0)),
    waitingOf: statement(database, (from, bind: Bind<{ rule: number; nowMs: number; limit: number }>) =>
      from
        .selectFrom('runs')
        .selectAll()
        .where('state', '=', sql.lit('waiting'))
        .where('rule_id', '=', bind('rule'))
        .where((each) =>
          each.or([each('not_before_ms', 'is', null), each('not_before_ms', '<=', bind('nowMs'))]),
        )
        .orderBy('id')
        .limit(bind('limit')),
    ),
    nextDue: statement(database, (from, bind: Bind<{ rule: number }>) =>
      from
        .selectFrom('runs')
        .select((each) => each.fn.min<number | null>(each.fn.coalesce('not_before_ms', sql.lit(0))).as('due'))
        .where('state', '=', sql.lit('waiting'))
        .where('rule_id', '=', bind('rule')),
    ),
    claim: statement(
      database,
      (from, bind: Bind<{ id: number; owner: string; nowMs: number; untilMs: number }>) =>
        from
          .updateTable('runs')
          .set((each) => ({
            state: 'running',
            lease_owner: bind('owner'),
            lease_until_ms: bind('untilMs'),
            fence: each('fence', '+', 1),
            started_ms: each.fn.coalesce('started_ms', each.val(bind('nowMs'))),
          }))
          .where('id', '=', bind('id'))
          .where((each) =>
            each.or([
              each('state', '=', 'waiting'),
              each.and([each('state', '=', 'running'), each('lease_until_ms', '<=', bind('nowMs'))]),
            ]),
          ),
    ),
    heartbeat: statement(database, (from, bind: Bind<{ id: number; owner: string; untilMs: number }>) =>
      from
        .updateTable('runs')
        .set({ lease_until_ms: bind('untilMs') })
        .where('id', '=', bind('id'))
        .where('lease_owner', '=', bind('owner'))
        .where('state', '=', 'running'),
    ),
    abandoned: statement(database, (from, bind: Bind<{ nowMs: number }>) =>
      from
        .selectFrom('runs')
        .selectAll()
        .where('state', '=', sql.lit('running'))
        .where('lease_until_ms', '<=', bind('nowMs'))
        .orderBy('id'),
    ),
    giveBack: statement(
      database,
      (from, bind: Bind<{ id: number; fence: number; reason: string; notBeforeMs: number }>) =>
        from
          .updateTable('runs')
          .set({
            state: 'waiting',
            lease_owner: null,
            lease_until_ms: null,
            reason: bind('reason'),
            not_before_ms: bind('notBeforeMs'),
          })
          .where('id', '=', bind('id'))
          .where('fence', '=', bind('fence'))
          .where('state', '=', 'running'),
    ),
    end: statement(database, (from, bind: Bind<RunEndRow>) =>
      from
        .updateTable('runs')
        .set({
          state: bind('state'),
          ended_ms: bind('endedMs'),
          reason: bind('reason'),
          files_succeeded: bind('filesSucceeded'),
          files_failed: bind('filesFailed'),
          error_code: bind('errorCode'),
          lease_owner: null,
          lease_until_ms: null,
        })
        .where('id', '=', bind('id'))
        .where('fence', '=', bind('fence'))
        .where('state', '=', 'running'),
    ),
    askCancel: statement(database, (from, bind: Bind<{ id: number }>) =>
      from
        .updateTable('runs')
        .set({ cancel_asked: 1 })
        .where('id', '=', bind('id'))
        .where('state', 'in', ['waiting', 'running']),
    ),
    saveStep: statement(database, (from, bind: Bind<StepRowValues>) => {
      const facts = {
        kind: bind('kind'),
        title: bind('title'),
        state: bind('state'),
        attempt: bind('attempt'),
        started_ms: bind('startedMs'),
        ended_ms: bind('endedMs'),
        text: bind('text'),
        result: bind('result'),
        error_code: bind('errorCode'),
        detail: bind('detail'),
      };
      return from
        .insertInto('steps')
        .values({ run: bind('run'), path: bind('path'), ...facts })
        .onConflict((on) => on.columns(['run', 'path']).doUpdateSet(facts));
    }),
    steps: statement(database, (from, bind: Bind<{ run: number }>) =>
      from.selectFrom('steps').selectAll().where('run', '=', bind('run')).orderBy('id'),
    ),
  };
}
