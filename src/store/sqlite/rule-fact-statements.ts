import { statement, type Bind } from './statement.js';
import type { StoreFile } from './store-file.js';

interface Key {
  readonly rule: number;
  readonly key: string;
}

/** What the tables of pauses, counts and failing files are asked. */
export function prepareRuleFacts({ database }: StoreFile) {
  return {
    countNothing: statement(
      database,
      (from, bind: Bind<{ rule: number; day: string; reason: string; count: number }>) =>
        from
          .insertInto('nothing_counts')
          .values({ rule_id: bind('rule'), day: bind('day'), reason: bind('reason'), count: bind('count') })
          .onConflict((on) =>
            on.columns(['rule_id', 'day', 'reason']).doUpdateSet((each) => ({
              count: each('nothing_counts.count', '+', each.ref('excluded.count')),
            })),
          ),
    ),
    nothingCounts: statement(database, (from) =>
      from
        .selectFrom('nothing_counts')
        .selectAll()
        .orderBy('day', 'desc')
        .orderBy('rule_id')
        .orderBy('reason'),
    ),
    pause: statement(
      database,
      (from, bind: Bind<{ rule: number; untilMs: number | null; reason: string; by: string }>) => {
        const facts = { until_ms: bind('untilMs'), reason: bind('reason'), paused_by: bind('by') };
        return from
          .insertInto('pauses')
          .values({ rule_id: bind('rule'), ...facts })
          .onConflict((on) => on.column('rule_id').doUpdateSet(facts));
      },
    ),
    unpause: statement(database, (from, bind: Bind<{ rule: number }>) =>
      from.deleteFrom('pauses').where('rule_id', '=', bind('rule')),
    ),
    pauses: statement(database, (from) => from.selectFrom('pauses').selectAll()),
    countFailure: statement(database, (from, bind: Bind<Key & { reason: string; nowMs: number }>) =>
      from
        .insertInto('file_failures')
        .values({
          rule_id: bind('rule'),
          file_key: bind('key'),
          failures: 1,
          reason: bind('reason'),
          last_ms: bind('nowMs'),
        })
        .onConflict((on) =>
          on.columns(['rule_id', 'file_key']).doUpdateSet((each) => ({
            failures: each('file_failures.failures', '+', 1),
            reason: bind('reason'),
            last_ms: bind('nowMs'),
          })),
        ),
    ),
    failures: statement(database, (from, bind: Bind<Key>) =>
      from
        .selectFrom('file_failures')
        .select('failures')
        .where('rule_id', '=', bind('rule'))
        .where('file_key', '=', bind('key')),
    ),
    clearFailures: statement(database, (from, bind: Bind<Key>) =>
      from
        .deleteFrom('file_failures')
        .where('rule_id', '=', bind('rule'))
        .where('file_key', '=', bind('key')),
    ),
    quarantine: statement(
      database,
      (
        from,
        bind: Bind<{
          rule: number;
          fileKey: string;
          path: string;
          reason: string;
          failures: number;
          sinceMs: number;
        }>,
      ) => {
        const facts = {
          path: bind('path'),
          reason: bind('reason'),
          failures: bind('failures'),
          since_ms: bind('sinceMs'),
        };
        return from
          .insertInto('quarantine')
          .values({ rule_id: bind('rule'), file_key: bind('fileKey'), ...facts })
          .onConflict((on) => on.columns(['rule_id', 'file_key']).doUpdateSet(facts));
      },
    ),
    quarantined: statement(database, (from) =>
      from.selectFrom('quarantine').selectAll().orderBy('since_ms', 'desc').orderBy('file_key'),
    ),
    release: statement(database, (from, bind: Bind<Key>) =>
      from.deleteFrom('quarantine').where('rule_id', '=', bind('rule')).where('file_key', '=', bind('key')),
    ),
    forgetEvent: statement(database, (from, bind: Bind<Key>) =>
      from.deleteFrom('events').where('rule_id', '=', bind('rule')).where('key', '=', bind('key')),
    ),
  };
}
