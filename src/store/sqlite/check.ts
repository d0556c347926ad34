import { sql } from 'kysely';
import { printable } from '../../core/printable.js';
import { sqlBuilder } from './statement.js';
import type { StoreFile } from './store-file.js';

/** Facts that contradict each other; each gives one row for each of its problems, in words. */
const CONTRADICTIONS = [
  sql<{ problem: string }>`
    SELECT 'run ' || id || ' is running without a lease' AS problem
    FROM runs WHERE state = 'running' AND (lease_owner IS NULL OR lease_until_ms IS NULL)`,
  sql<{ problem: string }>`
    SELECT 'run ' || id || ' is ' || state || ' and has a lease all the same' AS problem
    FROM runs WHERE state <> 'running' AND lease_owner IS NOT NULL`,
  sql<{ problem: string }>`
    SELECT 'run ' || id || ' is ' || state || ' and has no end' AS problem
    FROM runs WHERE state IN ('succeeded', 'failed', 'cancelled') AND ended_ms IS NULL`,
  sql<{ problem: string }>`
    SELECT 'run ' || runs.id || ' names a revision of its rule that is not kept' AS problem
    FROM runs LEFT JOIN rule_revisions USING (rule_id, revision) WHERE rule_revisions.rule_id IS NULL`,
  sql<{ problem: string }>`
    SELECT 'the event key of run ' || runs.id || ' is not kept' AS problem
    FROM runs LEFT JOIN events ON events.rule_id = runs.rule_id AND events.key = runs.event_key
    WHERE events.key IS NULL AND runs.state IN ('waiting', 'running')`,
  sql<{ problem: string }>`
    SELECT 'delivery ' || id || ' is ' || state || ' and has no time of it' AS problem
    FROM deliveries WHERE state <> 'claimed' AND settled_ms IS NULL`,
  sql<{ problem: string }>`
    SELECT 'delivery ' || deliveries.id || ' is claimed by run ' || run || ', which is not kept' AS problem
    FROM deliveries LEFT JOIN runs ON runs.id = run WHERE deliveries.state = 'claimed' AND runs.id IS NULL`,
  sql<{ problem: string }>`
    SELECT 'attempt ' || id || ' is of a time that its span does not have' AS problem
    FROM attempts LEFT JOIN attempt_spans ON span = id >> 10
    WHERE span IS NULL OR ended_ms < first_ms OR ended_ms > last_ms`,
  sql<{ problem: string }>`
    SELECT 'the count of runs of rule ' || coalesce(a.rule_id, b.rule_id) || ' that are ' ||
      coalesce(a.state, b.state) || ' is ' || coalesce(b.count, 0) || ' and should be ' || coalesce(a.count, 0) AS problem
    FROM (SELECT rule_id, state, count(*) AS count FROM runs GROUP BY rule_id, state) AS a
    FULL JOIN run_counts AS b ON a.rule_id = b.rule_id AND a.state = b.state
    WHERE coalesce(a.count, 0) <> coalesce(b.count, 0)`,
];

/** Of each kind; the first ones say what is wrong, and a damaged file has thousands. */
const MOST = 20;

/** What is wrong with the store; empty when it is sound. Takes seconds for each million rows. */
export function problemsOf(store: StoreFile): readonly string[] {
  const { database } = store;
  const found = database.pragma(`integrity_check(${MOST})`) as readonly {
    readonly integrity_check: string;
  }[];
  const problems = found.map(({ integrity_check }) => integrity_check).filter((text) => text !== 'ok');
  // What a damaged file says of itself means nothing.
  if (problems.length > 0) return problems.map((text) => `SQLite: ${printable(text)}`);
  const orphans = database.pragma('foreign_key_check') as readonly {
    readonly table: string;
    readonly rowid: number | null;
    readonly parent: string;
  }[];
  return [
    ...orphans
      .slice(0, MOST)
      .map(
        ({ table, rowid, parent }) =>
          `row ${rowid ?? '?'} of ${table} names a row of ${parent} that is not there`,
      ),
    ...CONTRADICTIONS.flatMap((each) => contradictions(store, each.compile(sqlBuilder).sql)),
  ];
}

function contradictions({ database }: StoreFile, query: string): readonly string[] {
  const rows = database.prepare<[], { problem: string }>(`${query} LIMIT ${MOST}`).all();
  return rows.map(({ problem }) => problem);
}
