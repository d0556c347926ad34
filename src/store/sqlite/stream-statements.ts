import { sql } from 'kysely';
import { statement, type Bind } from './statement.js';
import type { StoreFile } from './store-file.js';

interface Ids {
  readonly from: number;
  readonly before: number;
  readonly limit: number;
}

export type StreamStatements = ReturnType<typeof prepareStreams>;

/** Ids of attempts by what is indexed, newest first. */
export function prepareStreams({ database }: StoreFile) {
  return {
    ofEndpoint: statement(database, (from, bind: Bind<Ids & { endpoint: number; succeeded: number }>) =>
      from
        .selectFrom('attempts')
        .select('id')
        .where('endpoint_id', '=', bind('endpoint'))
        .where('succeeded', '=', bind('succeeded'))
        .where('id', '>=', bind('from'))
        .where('id', '<', bind('before'))
        .orderBy('id', 'desc')
        .limit(bind('limit')),
    ),
    ofRule: statement(database, (from, bind: Bind<Ids & { rule: number; succeeded: number }>) =>
      from
        .selectFrom('attempts')
        .select('id')
        .where('rule_id', '=', bind('rule'))
        .where('succeeded', '=', bind('succeeded'))
        .where('id', '>=', bind('from'))
        .where('id', '<', bind('before'))
        .orderBy('id', 'desc')
        .limit(bind('limit')),
    ),
    ofRun: statement(database, (from, bind: Bind<Ids & { run: number }>) =>
      from
        .selectFrom('attempts')
        .select('id')
        .where('run', '=', bind('run'))
        .where('id', '>=', bind('from'))
        .where('id', '<', bind('before'))
        .orderBy('id', 'desc')
        .limit(bind('limit')),
    ),
    ofCode: statement(database, (from, bind: Bind<Ids & { code: number }>) =>
      from
        .selectFrom('attempts')
        .select('id')
        .where('last_code', '=', bind('code'))
        .where('id', '>=', bind('from'))
        .where('id', '<', bind('before'))
        .orderBy('id', 'desc')
        .limit(bind('limit')),
    ),
    failed: statement(database, (from, bind: Bind<Ids>) =>
      from
        .selectFrom('attempts')
        .select('id')
        .where('succeeded', '=', sql.lit(0))
        .where('id', '>=', bind('from'))
        .where('id', '<', bind('before'))
        .orderBy('id', 'desc')
        .limit(bind('limit')),
    ),
    ofWords: statement(database, (from, bind: Bind<Ids & { expression: string }>) =>
      from
        .selectFrom('attempt_words')
        .select('rowid as id')
        .where(sql<boolean>`attempt_words MATCH ${bind('expression')}`)
        .where('rowid', '>=', bind('from'))
        .where('rowid', '<', bind('before'))
        .orderBy('rowid', 'desc')
        .limit(bind('limit')),
    ),
    // Steps from code to code within the index: there are few, of many attempts.
    codes: statement(database, (from) => ({
      compile: () =>
        sql<{ code: number }>`
          WITH RECURSIVE step (code) AS (
            SELECT min(last_code) FROM attempts
            UNION ALL
            SELECT (SELECT min(last_code) FROM attempts WHERE last_code > step.code)
            FROM step WHERE step.code IS NOT NULL
          ) SELECT code FROM step WHERE code IS NOT NULL`.compile(from),
    })),
    spansWithin: statement(database, (from, bind: Bind<{ sinceMs: number; untilMs: number }>) =>
      from
        .selectFrom('attempt_spans')
        .select((each) => [
          each.fn.min<number | null>('span').as('first'),
          each.fn.max<number | null>('span').as('last'),
        ])
        .where('last_ms', '>=', bind('sinceMs'))
        .where('first_ms', '<', bind('untilMs')),
    ),
    indexedUpTo: statement(database, (from) =>
      from.selectFrom('attempt_words_docsize').select((each) => each.fn.max<number | null>('id').as('id')),
    ),
  };
}
