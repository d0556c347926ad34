import type { Generated } from 'kysely';

/** The tables of the newest version, as Kysely sees them; what the columns mean stands in the migrations. */
export interface Tables {
  readonly rules: RuleTable;
  readonly rule_revisions: RevisionTable;
  readonly runs: RunTable;
  readonly run_counts: RunCountTable;
  readonly steps: StepTable;
  readonly nothing_counts: NothingCountTable;
  readonly pauses: PauseTable;
  readonly file_failures: FileFailureTable;
  readonly quarantine: QuarantineTable;
  readonly events: EventTable;
  readonly nonces: NonceTable;
  readonly trigger_states: TriggerStateTable;
  readonly deliveries: DeliveryTable;
  readonly endpoints: EndpointTable;
  readonly attempts: AttemptTable;
  readonly attempt_spans: AttemptSpanTable;
  readonly attempt_words: AttemptWordTable;
  readonly attempt_words_docsize: AttemptWordSizeTable;
  readonly parks: ParkTable;
  readonly breakers: BreakerTable;
  readonly alarms: AlarmTable;
  readonly tokens: TokenTable;
  readonly audits: AuditTable;
}

interface RuleTable {
  id: Generated<number>;
  name: string;
  scan_days: number;
  last_scan_day: number;
  claim_days: number;
  last_claim_day: number;
}

interface RevisionTable {
  rule_id: number;
  revision: string;
  rule_json: string;
}

interface RunTable {
  id: Generated<number>;
  rule_id: number;
  revision: string;
  event: string;
  event_key: string;
  trigger_name: string;
  state: string;
  reason: string | null;
  is_shadow: number;
  created_ms: number;
  not_before_ms: number | null;
  parent_run: number | null;
  retry_of_run: number | null;
  retry_from_step: string | null;
  asked_by: string | null;
  started_ms: number | null;
  ended_ms: number | null;
  lease_owner: string | null;
  lease_until_ms: number | null;
  fence: number;
  cancel_asked: number;
  files_succeeded: number;
  files_failed: number;
  error_code: string | null;
}

interface RunCountTable {
  rule_id: number;
  state: string;
  count: number;
}

interface StepTable {
  id: Generated<number>;
  run: number;
  path: string;
  kind: string;
  title: string;
  state: string;
  attempt: number;
  started_ms: number;
  ended_ms: number | null;
  text: string;
  result: number | null;
  error_code: string | null;
  detail: string | null;
}

interface NothingCountTable {
  rule_id: number;
  day: string;
  reason: string;
  count: number;
}

interface PauseTable {
  rule_id: number;
  until_ms: number | null;
  reason: string;
  paused_by: string;
}

interface FileFailureTable {
  rule_id: number;
  file_key: string;
  failures: number;
  reason: string;
  last_ms: number;
}

interface QuarantineTable {
  rule_id: number;
  file_key: string;
  path: string;
  reason: string;
  failures: number;
  since_ms: number;
}

interface EventTable {
  rule_id: number;
  key: string;
  run: number | null;
  seen_ms: number;
  seen_day: number;
}

interface NonceTable {
  hook: string;
  nonce: string;
  taken_ms: number;
}

interface TriggerStateTable {
  rule_id: number;
  trigger_name: string;
  state: string;
}

interface DeliveryTable {
  id: Generated<number>;
  rule_id: number;
  source: string;
  source_identity: string;
  target: string;
  state: string;
  run: number;
  step: string;
  event_key: string;
  claimed_ms: number;
  settled_ms: number | null;
  bytes: number | null;
  proof: string | null;
  proof_facts: string | null;
  final_target: string;
  seen_day: number;
}

interface EndpointTable {
  id: Generated<number>;
  partner: string;
  protocol: string;
  host: string;
  port: number;
  user: string;
  operation: string;
}

interface AttemptTable {
  id: Generated<number>;
  run: number | null;
  step: string;
  rule_id: number;
  endpoint_id: number;
  ended_ms: number;
  local_path: string;
  remote_path: string;
  last_code: number;
  succeeded: number;
  is_last: number;
  attempt_number: number;
  size_bytes: number | null;
  took_ms: number | null;
  error_code: string | null;
  message: string | null;
  is_logged: number;
}

interface AttemptSpanTable {
  span: number;
  first_ms: number;
  last_ms: number;
}

interface AttemptWordTable {
  rowid: number;
  paths: string;
}

/** Made by FTS5: one row for each attempt that is indexed. */
interface AttemptWordSizeTable {
  id: number;
}

interface ParkTable {
  connection: string;
  since_ms: number;
  error_code: string;
  reason: string;
  settings_mark: string;
}

interface BreakerTable {
  connection: string;
  failures: number;
  open_until_ms: number | null;
  last_error_code: string | null;
  last_reason: string | null;
  since_ms: number;
}

interface AlarmTable {
  id: Generated<number>;
  kind: string;
  cause: string;
  side: string;
  text: string;
  opened_ms: number;
  last_ms: number;
  count: number;
  closed_ms: number | null;
}

interface TokenTable {
  id: Generated<number>;
  name: string;
  role: string;
  hash: string;
  created_ms: number;
  expires_ms: number;
  last_used_ms: number | null;
  revoked_ms: number | null;
}

interface AuditTable {
  id: Generated<number>;
  at_ms: number;
  who: string;
  peer: string;
  claimed_peer: string | null;
  what: string;
  target: string;
  is_allowed: number;
  detail: string | null;
  status: number | null;
  error_code: string | null;
}
