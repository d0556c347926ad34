import { sql } from 'kysely';
import { statement, type Bind } from './statement.js';
import type { StoreFile } from './store-file.js';

interface NewAttemptRow {
  readonly run: number | null;
  readonly step: string;
  readonly rule: number;
  readonly endpoint: number;
  readonly endedMs: number;
  readonly localPath: string;
  readonly remotePath: string;
  readonly lastCode: number;
  readonly succeeded: number;
  readonly isLast: number;
  readonly attemptNumber: number;
  readonly sizeBytes: number | null;
  readonly tookMs: number | null;
  readonly errorCode: string | null;
  readonly message: string | null;
}

/** What the table of attempts is asked again and again. */
export function prepareAttempts({ database }: StoreFile) {
  return {
    add: statement(database, (from, bind: Bind<NewAttemptRow>) =>
      from.insertInto('attempts').values({
        run: bind('run'),
        step: bind('step'),
        rule_id: bind('rule'),
        endpoint_id: bind('endpoint'),
        ended_ms: bind('endedMs'),
        local_path: bind('localPath'),
        remote_path: bind('remotePath'),
        last_code: bind('lastCode'),
        succeeded: bind('succeeded'),
        is_last: bind('isLast'),
        attempt_number: bind('attemptNumber'),
        size_bytes: bind('sizeBytes'),
        took_ms: bind('tookMs'),
        error_code: bind('errorCode'),
        message: bind('message'),
        is_logged: 0,
      }),
    ),
    logged: statement(database, (from, bind: Bind<{ id: number }>) =>
      from.updateTable('attempts').set({ is_logged: 1 }).where('id', '=', bind('id')),
    ),
    unlogged: statement(database, (from, bind: Bind<{ limit: number }>) =>
      from
        .selectFrom('attempts')
        .selectAll()
        .where('is_logged', '=', sql.lit(0))
        .orderBy('id')
        .limit(bind('limit')),
    ),
    ofRun: statement(database, (from, bind: Bind<{ run: number }>) =>
      from.selectFrom('attempts').selectAll().where('run', '=', bind('run')).orderBy('id'),
    ),
    get: statement(database, (from, bind: Bind<{ id: number }>) =>
      from.selectFrom('attempts').selectAll().where('id', '=', bind('id')),
    ),
    page: statement(database, (from, bind: Bind<{ from: number; before: number; limit: number }>) =>
      from
        .selectFrom('attempts')
        .selectAll()
        .where('id', '>=', bind('from'))
        .where('id', '<', bind('before'))
        .orderBy('id', 'desc')
        .limit(bind('limit')),
    ),
    addToSpan: statement(database, (from, bind: Bind<{ span: number; endedMs: number }>) =>
      from
        .insertInto('attempt_spans')
        .values({ span: bind('span'), first_ms: bind('endedMs'), last_ms: bind('endedMs') })
        .onConflict((on) =>
          on.column('span').doUpdateSet({
            first_ms: sql<number>`min(first_ms, excluded.first_ms)`,
            last_ms: sql<number>`max(last_ms, excluded.last_ms)`,
          }),
        ),
    ),
  };
}
