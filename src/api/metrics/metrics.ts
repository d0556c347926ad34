import { X509Certificate } from 'node:crypto';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { DaemonFace } from '../../engine/daemon/daemon-face.js';
import type { TokenRecord } from '../../store/access-store.js';
import type { LiveEvent } from '../../runs/live-events.js';
import { ERROR_TYPES, errorTypeOf } from './error-type.js';
import { LabelNames, MAX_LABEL_VALUES } from './label-names.js';
import { METRICS, type MetricName } from './metric-table.js';

const TRANSFER_SECONDS = [0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200];
const WAIT_SECONDS = [0.01, 0.1, 1, 10, 60, 300, 1800, 7200, 43_200];
const RESULTS = ['succeeded', 'failed'] as const;
const RUN_RESULTS = ['succeeded', 'failed', 'cancelled', 'skipped'] as const;
const OPERATIONS = ['upload', 'download'] as const;
const DIRECTIONS = { upload: 'sent', download: 'received' } as const;
const SIDES = ['us', 'partner', 'network', 'proxy'] as const;
const MAX_WAITING_RUNS = 100_000;

export interface MetricsOptions {
  /** Also what Node tells of itself. */
  readonly withProcess: boolean;
  /** PEM of what the API shows of itself. */
  readonly certificate?: Buffer | undefined;
}

/** Counts what happens, and looks at what is when it is asked. */
export class Metrics {
  readonly #face: DaemonFace;
  readonly #registry = new Registry();
  readonly #byName = new Map<MetricName, Counter | Gauge | Histogram>();
  readonly #rules: LabelNames;
  readonly #connections: LabelNames;
  readonly #createdMs = new Map<number, number>();
  readonly #stop: () => void;
  /** Of the API's certificate. */
  readonly #certificateEndsMs: number | undefined;
  #connectionNames: ReadonlySet<string> = new Set();

  constructor(face: DaemonFace, { withProcess, certificate }: MetricsOptions) {
    this.#face = face;
    this.#certificateEndsMs =
      certificate === undefined ? undefined : Date.parse(new X509Certificate(certificate).validTo);
    this.#rules = new LabelNames((name) => face.book().rules.some((rule) => rule.name === name));
    this.#connections = new LabelNames((name) => name === 'local' || this.#connectionNames.has(name));
    for (const name of Object.keys(METRICS) as MetricName[]) this.#byName.set(name, this.#make(name));
    if (withProcess) collectDefaultMetrics({ register: this.#registry });
    this.#readConnections();
    this.#set('tally_build_info', { version: face.version, node_version: process.version }, 1);
    this.#stop = face.live.listen((event, atMs) => this.#take(event, atMs));
  }

  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;

  /** Reads from the store when rules last succeeded, so that a restart does not look like silence. */
  async begin(): Promise<void> {
    for (const { name } of this.#face.book().rules.slice(0, MAX_LABEL_VALUES)) {
      const filter = { rule: name, states: ['succeeded'] as const, limit: 1 };
      const [last] = await this.#face.store.runs.list(filter);
      if (last?.endedMs !== undefined) this.#setSuccess(name, last.endedMs);
    }
  }

  /** The page for Prometheus. */
  async page(): Promise<string> {
    this.#setZeros();
    this.#setFigures();
    await this.#setStored();
    return this.#registry.metrics();
  }

  close(): void {
    this.#stop();
    this.#registry.clear();
  }

  #make(name: MetricName): Counter | Gauge | Histogram {
    const { kind, labels, help } = METRICS[name];
    const facts = { name, help, labelNames: [...labels], registers: [this.#registry] };
    switch (kind) {
      case 'counter':
        return new Counter(facts);
      case 'gauge':
        return new Gauge(facts);
      case 'histogram':
        return new Histogram({
          ...facts,
          buckets: name === 'tally_queue_wait_seconds' ? WAIT_SECONDS : TRANSFER_SECONDS,
        });
    }
  }

  #count(name: MetricName, labels: Readonly<Record<string, string>>, by = 1): void {
    (this.#byName.get(name) as Counter).inc(labels, by);
  }

  #set(name: MetricName, labels: Readonly<Record<string, string>>, value: number): void {
    (this.#byName.get(name) as Gauge).set(labels, value);
  }

  #observe(name: MetricName, labels: Readonly<Record<string, string>>, value: number): void {
    (this.#byName.get(name) as Histogram).observe(labels, value);
  }

  /** Counters of the daemon's own, which only it can add to. */
  #setCounter(name: MetricName, value: number): void {
    const counter = this.#byName.get(name) as Counter;
    counter.reset();
    counter.inc(value);
  }

  #take(event: LiveEvent, atMs: number): void {
    switch (event.type) {
      case 'run.created':
        if (this.#createdMs.size < MAX_WAITING_RUNS) this.#createdMs.set(event.run, atMs);
        return;
      case 'run.started':
        this.#started(event.run, atMs);
        return;
      case 'run.ended':
        this.#createdMs.delete(event.run);
        this.#count('tally_rule_runs_total', { rule: this.#rules.label(event.rule), result: event.state });
        if (event.state === 'succeeded') this.#setSuccess(event.rule, atMs);
        return;
      case 'attempt.ended':
        this.#attempted(event);
        return;
      case 'trigger.failed':
        this.#count('tally_watch_errors_total', { rule: this.#rules.label(event.rule) });
        return;
      case 'settings.reloaded':
        this.#readConnections();
        return;
      case 'step.changed':
      case 'alarm.opened':
      case 'alarm.closed':
      case 'partner.parked':
      case 'partner.released':
      case 'trigger.looked':
      case 'trigger.recovered':
        return;
    }
  }

  #started(run: number, atMs: number): void {
    const createdMs = this.#createdMs.get(run);
    if (createdMs === undefined) return;
    this.#createdMs.delete(run);
    this.#observe('tally_queue_wait_seconds', {}, Math.max(0, atMs - createdMs) / 1000);
  }

  #attempted(event: Extract<LiveEvent, { type: 'attempt.ended' }>): void {
    const { operation, succeeded, bytes, tookMs, errorCode, isLast } = event;
    const connection = this.#connections.label(event.partner);
    const result = succeeded ? 'succeeded' : 'failed';
    this.#count('tally_transfer_attempts_total', { connection, result });
    if (isLast) this.#count('tally_transfers_total', { connection, operation, result });
    if (succeeded) {
      this.#count('tally_transfer_bytes_total', { connection, direction: DIRECTIONS[operation] }, bytes);
    } else {
      this.#count('tally_transfer_failures_total', { connection, error_type: errorTypeOf(errorCode) });
    }
    const protocol = event.protocol.toLowerCase();
    this.#observe('tally_transfer_duration_seconds', { operation, protocol }, tookMs / 1000);
  }

  #setSuccess(rule: string, atMs: number): void {
    this.#set('tally_rule_last_success_timestamp_seconds', { rule: this.#rules.label(rule) }, atMs / 1000);
  }

  #readConnections(): void {
    this.#connectionNames = new Set(this.#face.connections.list().map(({ name }) => name));
  }

  /** A series that begins at its first event hides that event from `increase()`. */
  #setZeros(): void {
    for (const name of ['local', ...this.#connectionNames]) {
      const connection = this.#connections.label(name);
      for (const result of RESULTS) {
        this.#count('tally_transfer_attempts_total', { connection, result }, 0);
        for (const operation of OPERATIONS) {
          this.#count('tally_transfers_total', { connection, operation, result }, 0);
        }
      }
      for (const direction of Object.values(DIRECTIONS)) {
        this.#count('tally_transfer_bytes_total', { connection, direction }, 0);
      }
      for (const error_type of Object.keys(ERROR_TYPES)) {
        this.#count('tally_transfer_failures_total', { connection, error_type }, 0);
      }
    }
    for (const { name } of this.#face.book().rules) {
      const rule = this.#rules.label(name);
      this.#count('tally_watch_errors_total', { rule }, 0);
      for (const result of RUN_RESULTS) this.#count('tally_rule_runs_total', { rule, result }, 0);
    }
  }

  #setFigures(): void {
    const { clientLogLines, clientLogErrors, transfersInProgress, overdue } = this.#face.figures();
    const { running, waiting, settingsProblems, node } = this.#face.status();
    this.#setCounter('tally_client_log_lines_total', clientLogLines);
    this.#setCounter('tally_client_log_write_errors_total', clientLogErrors);
    this.#set('tally_queue_items', { state: 'waiting' }, waiting);
    this.#set('tally_queue_items', { state: 'running' }, running);
    this.#set('tally_config_last_reload_successful', {}, settingsProblems.length === 0 ? 1 : 0);
    this.#set('tally_node_heartbeat_timestamp_seconds', { node }, this.#face.platform.clock.now() / 1000);
    this.#setConnections(transfersInProgress);
    this.#setRules(overdue.map(({ rule }) => rule));
  }

  #setConnections(inProgress: Readonly<Record<string, number>>): void {
    const up = this.#emptied('tally_connection_up');
    for (const { name, admission } of this.#face.connections.list()) {
      const connection = this.#connections.label(name);
      const isHeld = admission.kind === 'parked' || admission.kind === 'shut';
      if (connection !== 'other') up.set({ connection }, isHeld ? 0 : 1);
    }
    const moving = this.#emptied('tally_transfers_in_progress');
    for (const name of ['local', ...this.#connectionNames]) {
      moving.inc({ connection: this.#connections.label(name) }, 0);
    }
    for (const [name, count] of Object.entries(inProgress)) {
      moving.inc({ connection: this.#connections.label(name) }, count);
    }
  }

  #setRules(overdueRules: readonly string[]): void {
    const next = this.#emptied('tally_rule_next_run_timestamp_seconds');
    const overdue = this.#emptied('tally_expected_file_overdue');
    const success = this.#byName.get('tally_rule_last_success_timestamp_seconds') as Gauge;
    for (const { name, nextTimesMs } of this.#face.rules.list()) {
      const rule = this.#rules.label(name);
      if (rule === 'other') continue;
      next.set({ rule }, (nextTimesMs[0] ?? 0) / 1000);
      overdue.set({ rule }, 0);
      success.inc({ rule }, 0);
    }
    for (const rule of overdueRules) overdue.inc({ rule: this.#rules.label(rule) });
  }

  async #setStored(): Promise<void> {
    const { access, alarms, runs } = this.#face.store;
    const [open, quarantined, tokens] = await Promise.all([
      alarms.open(),
      runs.quarantined(),
      access.tokens(),
    ]);
    this.#setCredentials(tokens);
    const bySide = this.#emptied('tally_alarms_open');
    for (const side of SIDES) bySide.set({ side }, 0);
    for (const { side } of open) bySide.inc({ side });
    const aside = this.#emptied('tally_quarantined_files');
    for (const { name } of this.#face.book().rules) aside.inc({ rule: this.#rules.label(name) }, 0);
    for (const { rule } of quarantined) aside.inc({ rule: this.#rules.label(rule) });
  }

  /** A token that has ended counts until it is revoked or another one of its name was made. */
  #setCredentials(tokens: readonly TokenRecord[]): void {
    const ends = this.#emptied('tally_credential_expiry_timestamp_seconds');
    if (this.#certificateEndsMs !== undefined) {
      ends.set({ kind: 'api_certificate', name: 'api' }, this.#certificateEndsMs / 1000);
    }
    // Oldest first: of one name the newest stays.
    for (const { name, expiresMs, revokedMs } of tokens.slice(-MAX_LABEL_VALUES)) {
      if (revokedMs === undefined) ends.set({ kind: 'api_token', name }, expiresMs / 1000);
    }
  }

  /** What is gone from the settings has no value any more. */
  #emptied(name: MetricName): Gauge {
    const gauge = this.#byName.get(name) as Gauge;
    gauge.reset();
    return gauge;
  }
}
