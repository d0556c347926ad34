/** One metric of ours. What the process and Node tell of themselves (`process_*`, `nodejs_*`) comes besides. */
export interface MetricFacts {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly MetricLabel[];
  readonly help: string;
}

/** No path, user, file or host is ever in a label. */
export type MetricLabel =
  | 'connection'
  | 'direction'
  | 'error_type'
  | 'kind'
  | 'name'
  | 'node'
  | 'node_version'
  | 'operation'
  | 'protocol'
  | 'result'
  | 'rule'
  | 'side'
  | 'state'
  | 'version';

/** The metrics, by name: registration, the reference page and the check of the alert rules read this table. */
export const METRICS = {
  tally_transfers_total: {
    kind: 'counter',
    labels: ['connection', 'operation', 'result'],
    help: 'Files, by what became of them after their last attempt',
  },
  tally_transfer_attempts_total: {
    kind: 'counter',
    labels: ['connection', 'result'],
    help: 'Attempts at files; each has its line in the client log',
  },
  tally_transfer_failures_total: {
    kind: 'counter',
    labels: ['connection', 'error_type'],
    help: 'Attempts that failed, by kind of failure',
  },
  tally_transfer_bytes_total: {
    kind: 'counter',
    labels: ['connection', 'direction'],
    help: 'Bytes of files that arrived',
  },
  tally_transfer_duration_seconds: {
    kind: 'histogram',
    labels: ['operation', 'protocol'],
    help: 'How long attempts took',
  },
  tally_transfers_in_progress: {
    kind: 'gauge',
    labels: ['connection'],
    help: 'Files that move right now',
  },
  tally_rule_runs_total: {
    kind: 'counter',
    labels: ['rule', 'result'],
    help: 'Runs of rules that ended',
  },
  tally_rule_last_success_timestamp_seconds: {
    kind: 'gauge',
    labels: ['rule'],
    help: 'When a run of the rule last succeeded; 0 = never',
  },
  tally_rule_next_run_timestamp_seconds: {
    kind: 'gauge',
    labels: ['rule'],
    help: 'When a schedule of the rule fires next; 0 = it has none',
  },
  tally_expected_file_overdue: {
    kind: 'gauge',
    labels: ['rule'],
    help: 'Expectations of the rule that are not met now',
  },
  tally_queue_items: {
    kind: 'gauge',
    labels: ['state'],
    help: 'Runs that wait or are under way',
  },
  tally_queue_wait_seconds: {
    kind: 'histogram',
    labels: [],
    help: 'How long runs waited for their turn',
  },
  tally_watch_errors_total: {
    kind: 'counter',
    labels: ['rule'],
    help: 'Looks of triggers that failed',
  },
  tally_quarantined_files: {
    kind: 'gauge',
    labels: ['rule'],
    help: 'Files that were put aside',
  },
  tally_connection_up: {
    kind: 'gauge',
    labels: ['connection'],
    help: '0 while the connection is parked or shut, else 1; nobody is asked',
  },
  tally_alarms_open: {
    kind: 'gauge',
    labels: ['side'],
    help: 'Open alarms, by whose side must act',
  },
  tally_credential_expiry_timestamp_seconds: {
    kind: 'gauge',
    labels: ['kind', 'name'],
    help: 'When a credential ends: `api_token` by its name, and `api_certificate`',
  },
  tally_client_log_lines_total: {
    kind: 'counter',
    labels: [],
    help: 'Lines written to the client log',
  },
  tally_client_log_write_errors_total: {
    kind: 'counter',
    labels: [],
    help: 'Lines that could not be written to the client log',
  },
  tally_config_last_reload_successful: {
    kind: 'gauge',
    labels: [],
    help: '1 while the settings files are in force as they stand, 0 while the last good ones are',
  },
  tally_node_heartbeat_timestamp_seconds: {
    kind: 'gauge',
    labels: ['node'],
    help: 'The time at which this was asked',
  },
  tally_build_info: {
    kind: 'gauge',
    labels: ['version', 'node_version'],
    help: 'Always 1',
  },
} as const satisfies Readonly<Record<`tally_${string}`, MetricFacts>>;

export type MetricName = keyof typeof METRICS;
