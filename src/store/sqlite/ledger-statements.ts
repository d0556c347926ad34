import { statement, type Bind } from './statement.js';
import type { StoreFile } from './store-file.js';

interface KeyRow {
  readonly rule: number;
  readonly source: string;
  readonly sourceIdentity: string;
  readonly target: string;
}

interface ClaimRow {
  readonly run: number;
  readonly step: string;
  readonly nowMs: number;
  readonly day: number;
}

interface SettledRow {
  readonly id: number;
  readonly state: string;
  readonly nowMs: number;
  readonly bytes: number | null;
  readonly proof: string | null;
  readonly proofFacts: string | null;
  readonly finalTarget: string | null;
}

/** What the table of deliveries is asked. */
export function prepareLedger({ database }: StoreFile) {
  return {
    ofKey: statement(database, (from, bind: Bind<KeyRow>) =>
      from
        .selectFrom('deliveries')
        .selectAll()
        .where('rule_id', '=', bind('rule'))
        .where('source', '=', bind('source'))
        .where('target', '=', bind('target'))
        .where('source_identity', '=', bind('sourceIdentity')),
    ),
    eventKey: statement(database, (from, bind: Bind<{ run: number }>) =>
      from.selectFrom('runs').select('event_key').where('id', '=', bind('run')),
    ),
    /** Only of a run that is running. */
    lease: statement(database, (from, bind: Bind<{ run: number }>) =>
      from
        .selectFrom('runs')
        .select('lease_until_ms')
        .where('id', '=', bind('run'))
        .where('state', '=', 'running'),
    ),
    add: statement(database, (from, bind: Bind<KeyRow & ClaimRow & { eventKey: string }>) =>
      from.insertInto('deliveries').values({
        rule_id: bind('rule'),
        source: bind('source'),
        source_identity: bind('sourceIdentity'),
        target: bind('target'),
        state: 'claimed',
        run: bind('run'),
        step: bind('step'),
        event_key: bind('eventKey'),
        claimed_ms: bind('nowMs'),
        final_target: bind('target'),
        seen_day: bind('day'),
      }),
    ),
    takeOver: statement(database, (from, bind: Bind<ClaimRow & { id: number }>) =>
      from
        .updateTable('deliveries')
        .set((each) => ({
          state: 'claimed',
          run: bind('run'),
          step: bind('step'),
          claimed_ms: bind('nowMs'),
          settled_ms: null,
          bytes: null,
          proof: null,
          proof_facts: null,
          final_target: each.ref('target'),
          seen_day: bind('day'),
        }))
        .where('id', '=', bind('id')),
    ),
    seen: statement(database, (from, bind: Bind<{ id: number; day: number }>) =>
      from
        .updateTable('deliveries')
        .set({ seen_day: bind('day') })
        .where('id', '=', bind('id')),
    ),
    // A later word (`disposed` after `delivered`) keeps what it does not say anew.
    settle: statement(database, (from, bind: Bind<SettledRow>) =>
      from
        .updateTable('deliveries')
        .set((each) => ({
          state: bind('state'),
          settled_ms: bind('nowMs'),
          bytes: each.fn.coalesce(each.val(bind('bytes')), 'bytes'),
          proof: each.fn.coalesce(each.val(bind('proof')), 'proof'),
          proof_facts: each.fn.coalesce(each.val(bind('proofFacts')), 'proof_facts'),
          final_target: each.fn.coalesce(each.val(bind('finalTarget')), 'final_target'),
        }))
        .where('id', '=', bind('id')),
    ),
    ofTarget: statement(database, (from, bind: Bind<{ rule: number; target: string }>) =>
      from
        .selectFrom('deliveries')
        .selectAll()
        .where('rule_id', '=', bind('rule'))
        .where('final_target', '=', bind('target'))
        .orderBy('id', 'desc'),
    ),
    ofRun: statement(database, (from, bind: Bind<{ run: number }>) =>
      from.selectFrom('deliveries').selectAll().where('run', '=', bind('run')).orderBy('id'),
    ),
    page: statement(database, (from, bind: Bind<{ before: number; limit: number }>) =>
      from
        .selectFrom('deliveries')
        .selectAll()
        .where('id', '<', bind('before'))
        .orderBy('id', 'desc')
        .limit(bind('limit')),
    ),
    pageOfRule: statement(database, (from, bind: Bind<{ rule: number; before: number; limit: number }>) =>
      from
        .selectFrom('deliveries')
        .selectAll()
        .where('rule_id', '=', bind('rule'))
        .where('id', '<', bind('before'))
        .orderBy('id', 'desc')
        .limit(bind('limit')),
    ),
  };
}
