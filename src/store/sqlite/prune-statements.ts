import { sql, type RawBuilder } from 'kysely';
import { statement, type Bind, type SqlBuilder } from './statement.js';
import type { StoreFile } from './store-file.js';

/** What is older than these times goes; milliseconds since 1970. */
export interface Cutoffs {
  readonly failedMs: number;
  readonly succeededMs: number;
  readonly auditMs: number;
  /** For event keys and deliveries: as many days of their rule's work. */
  readonly keptDays: number;
}

/** Walks over a table in the order of its ids. */
interface Walk {
  readonly after: number;
  readonly limit: number;
}

type CutoffBind = Bind<Cutoffs>;

/** A run that has ended long enough ago, with nothing left to find out. */
function isOldRun(run: string, bind: CutoffBind): RawBuilder<boolean> {
  const each = sql.table(run);
  return sql<boolean>`(
    (${each}.state IN ('succeeded', 'skipped')
      AND coalesce(${each}.ended_ms, ${each}.created_ms) < ${bind('succeededMs')}
    OR ${each}.state IN ('failed', 'cancelled')
      AND coalesce(${each}.ended_ms, ${each}.created_ms) < ${bind('failedMs')})
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.run = ${each}.id AND deliveries.state = 'claimed'))`;
}

/** An attempt whose line is written and which is old by itself; whether its run is kept is another question. */
function isOldAttempt(bind: CutoffBind): RawBuilder<boolean> {
  return sql<boolean>`(is_logged = 1
    AND (succeeded = 1 AND ended_ms < ${bind('succeededMs')} OR succeeded = 0 AND ended_ms < ${bind('failedMs')}))`;
}

/** A file that lies where it lay is seen at every scan; any other event happens once. */
function isOldEvent(bind: CutoffBind): RawBuilder<boolean> {
  return sql<boolean>`(
    CASE WHEN key GLOB 'file:*'
      THEN seen_day + ${bind('keptDays')} < (SELECT scan_days FROM rules WHERE rules.id = events.rule_id)
      ELSE seen_ms < ${bind('failedMs')} AND seen_ms < ${bind('succeededMs')}
    END
    AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = events.run)
    AND NOT EXISTS (SELECT 1 FROM quarantine AS q WHERE q.rule_id = events.rule_id AND q.file_key = events.key))`;
}

function isOldDelivery(bind: CutoffBind): RawBuilder<boolean> {
  return sql<boolean>`(state <> 'claimed'
    AND seen_day + ${bind('keptDays')} < (SELECT claim_days FROM rules WHERE rules.id = deliveries.rule_id)
    AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = deliveries.run)
    AND NOT EXISTS (SELECT 1 FROM events AS e
      WHERE e.rule_id = deliveries.rule_id AND e.key = deliveries.event_key))`;
}

/** What retention asks; each walk gives the ids that it looked at and whether they go. */
export function preparePrune({ database }: StoreFile) {
  const raw = <P extends object, Row>(build: (bind: Bind<P>, from: SqlBuilder) => RawBuilder<Row>) =>
    statement<P, Row>(database, (from, bind) => ({ compile: () => build(bind, from).compile(from) }));
  return {
    runs: raw<Cutoffs & Walk, { id: number; old: number }>(
      (bind) => sql`SELECT id, ${isOldRun('runs', bind)} AS old FROM runs
        WHERE id > ${bind('after')} ORDER BY id LIMIT ${bind('limit')}`,
    ),
    removeRun: raw<{ id: number }, never>((bind) => sql`DELETE FROM runs WHERE id = ${bind('id')}`),
    attempts: raw<Cutoffs & Walk, { id: number; old: number }>(
      (bind) => sql`SELECT id, ${isOldAttempt(bind)}
          AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = attempts.run) AS old FROM attempts
        WHERE id > ${bind('after')} ORDER BY id LIMIT ${bind('limit')}`,
    ),
    removeAttempt: raw<{ id: number }, never>((bind) => sql`DELETE FROM attempts WHERE id = ${bind('id')}`),
    removeWords: raw<{ id: number }, never>(
      (bind) => sql`DELETE FROM attempt_words WHERE rowid = ${bind('id')}`,
    ),
    removeSpans: raw<object, never>(
      () => sql`DELETE FROM attempt_spans
        WHERE NOT EXISTS (SELECT 1 FROM attempts WHERE id >= span << 10 AND id < (span + 1) << 10)`,
    ),
    events: raw<Cutoffs & { rule: number; after: string; limit: number }, { key: string; old: number }>(
      (bind) => sql`SELECT key, ${isOldEvent(bind)} AS old FROM events
        WHERE rule_id = ${bind('rule')} AND key > ${bind('after')} ORDER BY key LIMIT ${bind('limit')}`,
    ),
    removeEvent: raw<{ rule: number; key: string }, never>(
      (bind) => sql`DELETE FROM events WHERE rule_id = ${bind('rule')} AND key = ${bind('key')}`,
    ),
    deliveries: raw<Cutoffs & Walk, { id: number; old: number }>(
      (bind) => sql`SELECT id, ${isOldDelivery(bind)} AS old FROM deliveries
        WHERE id > ${bind('after')} ORDER BY id LIMIT ${bind('limit')}`,
    ),
    removeDelivery: raw<{ id: number }, never>(
      (bind) => sql`DELETE FROM deliveries WHERE id = ${bind('id')}`,
    ),
    alarms: raw<Cutoffs, never>((bind) => sql`DELETE FROM alarms WHERE closed_ms < ${bind('failedMs')}`),
    audits: raw<Cutoffs, never>((bind) => sql`DELETE FROM audits WHERE at_ms < ${bind('auditMs')}`),
    nonces: raw<Cutoffs, never>((bind) => sql`DELETE FROM nonces WHERE taken_ms < ${bind('succeededMs')}`),
    failures: raw<Cutoffs, never>(
      (bind) => sql`DELETE FROM file_failures WHERE last_ms < ${bind('failedMs')}`,
    ),
    nothing: raw<Cutoffs, never>(
      (bind) => sql`DELETE FROM nothing_counts
        WHERE day < strftime('%Y-%m-%d', ${bind('auditMs')} / 1000, 'unixepoch')`,
    ),
    countRuns: raw<Cutoffs, { count: number }>(
      (bind) => sql`SELECT count(*) AS count FROM runs WHERE ${isOldRun('runs', bind)}`,
    ),
    countAttempts: raw<Cutoffs, { count: number }>(
      (bind) => sql`SELECT count(*) AS count FROM attempts WHERE ${isOldAttempt(bind)}
        AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = attempts.run AND NOT ${isOldRun('runs', bind)})`,
    ),
  };
}
