import type { RunRetryPlan } from '../runs/run-retry.js';
import { nameUnknown } from '../core/name-unknown.js';
import { ManualClock } from '../client-log/manual-clock.testing.js';
import { parseQuery } from '../client-log/query/parse-query.js';
import type { Query } from '../client-log/query/query.js';
import type { Platform } from '../core/platform.js';
import type { TransferError } from '../core/transfer-error.js';
import type {
  ConnectionStatus,
  DaemonFace,
  DaemonFigures,
  DaemonStatus,
  HealthCheck,
  HookAnswer,
  HookCall,
  ReloadAnswer,
  RuleStatus,
} from '../engine/daemon/daemon-face.js';
import { createNodePlatform } from '../engine/platform/node-platform.js';
import { DEFAULT_API_SETTINGS, DEFAULT_STORE_SETTINGS, type ApiSettings } from '../rules/house-settings.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { Rule } from '../rules/rule.js';
import { LiveEventsHub } from '../runs/live-events-hub.js';
import { openMemoryStore } from '../store/memory-store.testing.js';
import type { NewRun } from '../store/run-store.js';

export const FAKE_START = '2026-03-01T02:10:44Z';

/** A daemon that runs nothing: real store and events, the rest as a test sets it. `asked` has what it was asked to do. */
export class FakeDaemon implements DaemonFace {
  readonly clock = new ManualClock(FAKE_START);
  readonly platform: Platform = { ...createNodePlatform(), clock: this.clock };
  readonly store = openMemoryStore();
  readonly live = new LiveEventsHub(this.clock, () => undefined);
  readonly version = '0.0.0-test';
  readonly stateFolder: string;
  readonly startedMs = this.clock.now();
  readonly asked: unknown[] = [];
  api: ApiSettings = DEFAULT_API_SETTINGS;
  ruleList: readonly RuleStatus[] = [fakeRule('send-orders'), fakeRule('fetch-prices')];
  connectionList: readonly ConnectionStatus[] = [fakeConnection('acme')];
  checks: readonly HealthCheck[] = [{ name: 'store', isOk: true, text: 'the store answers' }];
  hookAnswer: HookAnswer = { kind: 'taken', runs: [1] };
  reloadAnswer: ReloadAnswer = { ok: true, problems: [], added: [], removed: [], changed: [] };
  daemonStatus: DaemonStatus = {
    state: 'running',
    node: 'test-node',
    settingsFile: '/etc/tallyman/tallyman.yaml',
    settingsProblems: [],
    logFolder: '/var/log/tallyman',
    storeFile: '/var/lib/tallyman/store.sqlite',
    running: 1,
    waiting: 2,
  };
  daemonFigures: DaemonFigures = {
    clientLogLines: 7,
    clientLogErrors: 0,
    transfersInProgress: { acme: 2 },
    overdue: [{ rule: 'send-orders', expectation: 'by six' }],
  };

  constructor(stateFolder = '/nowhere') {
    this.stateFolder = stateFolder;
  }

  book(): RuleBook {
    return {
      rules: this.ruleList.map(({ name }) => ({ name }) as Rule),
      calendars: {},
      commands: { allow: [] },
      mail: undefined,
      api: this.api,
      store: DEFAULT_STORE_SETTINGS,
      files: [],
    };
  }

  readonly rules: DaemonFace['rules'] = {
    list: () => this.ruleList,
    status: (name) => this.#rule(name),
    pause: async (name, pause) => {
      this.#change(name, { pause });
    },
    resume: async (name) => {
      const { pause, ...rest } = this.#rule(name);
      this.ruleList = this.ruleList.map((rule) => (rule.name === name ? rest : rule));
      return pause !== undefined;
    },
  };

  readonly runs: DaemonFace['runs'] = {
    create: async (order) => {
      this.#rule(order.rule);
      this.asked.push(order);
      return this.addRun({ rule: order.rule, askedBy: order.by });
    },
    cancel: async (id) => {
      const run = await this.store.runs.get(id);
      if (run === undefined) throw notFound(`there is no run ${id}`);
      return (await this.store.runs.askCancel(id)) ? 'asked' : 'ended';
    },
    retryPlan: async (run) => this.#plan(run),
    retry: async (run, by) => {
      const { rule } = await this.#plan(run);
      return this.addRun({ rule, askedBy: by, retryOf: { run, fromStep: '0' } });
    },
  };

  readonly connections: DaemonFace['connections'] = {
    list: () => this.connectionList,
    release: async (name) => {
      const { admission } = this.#connection(name);
      this.connectionList = this.connectionList.map((each) =>
        each.name === name ? { ...each, admission: { kind: 'open' } } : each,
      );
      return admission.kind === 'parked' || admission.kind === 'shut';
    },
    test: async (name) => {
      this.#connection(name);
      const steps = [{ name: 'login', verdict: 'ok', lines: ['logged in'], elapsedMs: 3 }] as const;
      return { location: `${name}:`, steps, failure: undefined, protocol: 'sftp', code: 0 };
    },
  };

  query(text: string): Query {
    return parseQuery(text, { nowMs: this.clock.now(), timeZone: 'UTC', partners: [], records: 'store' });
  }

  async receiveHook(call: HookCall): Promise<HookAnswer> {
    this.asked.push(call);
    return this.hookAnswer;
  }

  async releaseFile(rule: string, fileKey: string): Promise<boolean> {
    return this.store.runs.release(rule, fileKey);
  }

  async reload(): Promise<ReloadAnswer> {
    return this.reloadAnswer;
  }

  async drain(): Promise<void> {
    this.daemonStatus = { ...this.daemonStatus, state: 'draining' };
  }

  status(): DaemonStatus {
    return this.daemonStatus;
  }

  async health(): Promise<readonly HealthCheck[]> {
    return this.checks;
  }

  figures(): DaemonFigures {
    return this.daemonFigures;
  }

  /** A waiting run in the store. */
  async addRun(changes: Partial<NewRun> = {}): Promise<number> {
    const key = `manual:${this.platform.random.token(12)}`;
    const [id] = await this.store.runs.create([
      {
        rule: 'send-orders',
        revision: '0123456789abcdef',
        ruleJson: '{"steps":[],"otherwise":[]}',
        event: {},
        eventKey: key,
        trigger: 'manual',
        state: 'waiting',
        isShadow: false,
        createdMs: this.clock.now(),
        ...changes,
      },
    ]);
    return id ?? 0;
  }

  #rule(name: string): RuleStatus {
    const found = this.ruleList.find((rule) => rule.name === name);
    if (found === undefined) throw notFound(`there is no rule ${name}`);
    return found;
  }

  #change(name: string, changes: Partial<RuleStatus>): void {
    this.#rule(name);
    this.ruleList = this.ruleList.map((rule) => (rule.name === name ? { ...rule, ...changes } : rule));
  }

  #connection(name: string): ConnectionStatus {
    const found = this.connectionList.find((each) => each.name === name);
    if (found === undefined) throw notFound(`there is no connection ${name}`);
    return found;
  }

  async #plan(run: number): Promise<RunRetryPlan> {
    const record = await this.store.runs.get(run);
    if (record === undefined) throw notFound(`there is no run ${run}`);
    return {
      run,
      rule: record.rule,
      fromStep: '0',
      sentTwice: [{ source: 'local:/out/a.xml', target: 'acme:/in/a.xml', reason: 'it may be there' }],
      notSent: [],
      text: ['a.xml may be sent twice.'],
    };
  }
}

export function fakeRule(name: string): RuleStatus {
  return {
    name,
    description: '',
    sentence: `When somebody asks, ${name} does its work.`,
    enabled: true,
    shadow: false,
    revision: '0123456789abcdef',
    source: { file: '/etc/tallyman/tallyman.yaml', line: 12 },
    triggers: [{ trigger: '0', kind: 'schedule', state: 'ready' }],
    nextTimesMs: [Date.parse('2026-03-01T06:00:00Z')],
    running: 0,
    waiting: 0,
  };
}

export function fakeConnection(name: string): ConnectionStatus {
  return {
    name,
    protocol: 'sftp',
    host: 'sftp.acme.example',
    port: 22,
    user: 'orders',
    trust: 'host-keys',
    pinned: 1,
    proxies: [],
    maxConnections: 4,
    admission: { kind: 'open' },
    failures: 0,
  };
}

function notFound(message: string): TransferError {
  return nameUnknown(message);
}
