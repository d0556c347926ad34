import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTestKey } from '../../../test/servers/test-keys.js';
import { rehearseApi, type ApiRehearsal } from '../api-rehearsal.testing.js';
import { FakeDaemon, fakeConnection, fakeRule } from '../daemon-face.testing.js';
import { MAX_LABEL_VALUES } from './label-names.js';
import { METRICS, type MetricName } from './metric-table.js';
import { Metrics } from './metrics.js';
import { renderMetricsPage } from './metrics-page.testing.js';

let api: ApiRehearsal;
beforeEach(async () => {
  api = await rehearseApi();
});
afterEach(() => api.close());

const page = async () => (await api.ask('GET', '/metrics', { role: 'viewer' })).text;
const attempt = {
  type: 'attempt.ended',
  run: 1,
  rule: 'send-orders',
  partner: 'acme',
  operation: 'upload',
  protocol: 'sftp',
  succeeded: true,
  isLast: true,
  bytes: 1000,
  tookMs: 250,
  lastCode: 0,
  path: '/secret/payroll.xml',
} as const;

describe('metrics', () => {
  it('are those of the reference page, each there before anything happened', async () => {
    const text = await page();
    const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name, kind]);
    expect(names).toEqual(Object.entries(METRICS).map(([name, { kind }]) => [name, kind]));
    await expect(renderMetricsPage()).toMatchFileSnapshot('../../../docs/reference/metrics.md');
    expect(text).toContain('tally_transfers_total{connection="acme",operation="upload",result="failed"} 0');
    expect(text).toContain('tally_rule_runs_total{rule="send-orders",result="failed"} 0');
    expect(text).toContain('tally_expected_file_overdue{rule="send-orders"} 1');
    expect(text).toContain('tally_transfers_in_progress{connection="acme"} 2');
    expect(text).toContain('tally_client_log_lines_total 7');
  });

  it('count files once and attempts each, and never name a path or a host', async () => {
    const { live } = api.daemon;
    live.publish({ ...attempt, succeeded: false, isLast: false, errorCode: 'TIMEOUT', bytes: 0 });
    live.publish(attempt);
    live.publish({ ...attempt, partner: 'sftp.stranger.example' });
    const text = await page();
    expect(text).toContain(
      'tally_transfers_total{connection="acme",operation="upload",result="succeeded"} 1',
    );
    expect(text).toContain('tally_transfers_total{connection="acme",operation="upload",result="failed"} 0');
    expect(text).toContain('tally_transfer_attempts_total{connection="acme",result="failed"} 1');
    expect(text).toContain('tally_transfer_failures_total{connection="acme",error_type="timeout"} 1');
    expect(text).toContain('tally_transfer_bytes_total{connection="acme",direction="sent"} 1000');
    expect(text).toContain('connection="other"');
    expect(text).not.toMatch(/stranger|payroll/);
  });

  it('tell how long runs waited and when a rule last succeeded', async () => {
    const { live, clock } = api.daemon;
    live.publish({ type: 'run.created', run: 5, rule: 'send-orders' });
    clock.advance(2000);
    live.publish({ type: 'run.started', run: 5, rule: 'send-orders' });
    live.publish({
      type: 'run.ended',
      run: 5,
      rule: 'send-orders',
      state: 'succeeded',
      reason: '',
      tookMs: 1,
    });
    const text = await page();
    expect(text).toContain('tally_queue_wait_seconds_sum 2');
    const at = clock.now() / 1000;
    expect(text).toContain(`tally_rule_last_success_timestamp_seconds{rule="send-orders"} ${at}`);
  });

  it('show a parked connection as down, and forget it when it is gone from the settings', async () => {
    api.daemon.connectionList = [
      { ...fakeConnection('acme'), admission: { kind: 'parked', sinceMs: 0, reason: 'login refused' } },
    ];
    expect(await page()).toContain('tally_connection_up{connection="acme"} 0');
    api.daemon.connectionList = [];
    expect(await page()).not.toContain('tally_connection_up{connection="acme"}');
  });

  it('stay few, however many rules there are', async () => {
    const daemon = new FakeDaemon();
    daemon.ruleList = Array.from({ length: 3 * MAX_LABEL_VALUES }, (_, index) => fakeRule(`rule-${index}`));
    const many = await rehearseApi(daemon);
    const { text } = await many.ask('GET', '/metrics');
    const rules = new Set([...text.matchAll(/rule="([^"]*)"/g)].map(([, name]) => name));
    expect(rules.size).toBe(MAX_LABEL_VALUES + 1);
    await many.close();
  });

  it('tell when tokens and the certificate of the API end; a revoked token has no end any more', async () => {
    const { access } = api.daemon.store;
    const token = { name: 'ci', role: 'viewer', createdMs: 0, hash: 'ab12', expiresMs: 5_000_000 } as const;
    const id = await access.addToken(token);
    const line = 'tally_credential_expiry_timestamp_seconds{kind="api_token",name="ci"}';
    expect(await page()).toContain(`${line} 5000`);
    expect(await page()).not.toContain('kind="api_certificate"');
    await access.revoke(id, 1);
    expect(await page()).not.toContain(line);
    const certificate = Buffer.from(readTestKey('valid.crt'));
    const metrics = new Metrics(api.daemon, { withProcess: false, certificate });
    const ends = Date.parse(new X509Certificate(certificate).validTo) / 1000;
    expect(await metrics.page()).toContain(`{kind="api_certificate",name="api"} ${ends}`);
    metrics.close();
  });

  it('are all that the dashboard of contrib/ shows, by labels that they have', async () => {
    const file = new URL('../../../contrib/grafana/tallyman-dashboard.json', import.meta.url);
    const { panels, templating } = JSON.parse(await readFile(file, 'utf8')) as {
      panels: { title: string; targets: { expr: string; legendFormat: string }[] }[];
      templating: { list: { query: unknown }[] };
    };
    expect(panels.length).toBeGreaterThan(10);
    for (const { title, targets } of panels) {
      for (const { expr, legendFormat } of targets) {
        const used = metricsIn(expr);
        expect([title, used.length > 0, used.filter((name) => !Object.hasOwn(METRICS, name))]).toEqual([
          title,
          true,
          [],
        ]);
        const known = [
          'instance',
          'le',
          ...used.flatMap((name): readonly string[] => METRICS[name as MetricName].labels),
        ];
        const named = [
          ...legendFormat.matchAll(/\{\{(\w+)\}\}/g),
          ...expr.matchAll(/[({,]\s*(\w+)(?:=~)/g),
        ].map(([, label]) => label ?? '');
        const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels]) =>
          (labels ?? '').split(/,\s*/),
        );
        expect([title, [...named, ...grouped].filter((label) => !known.includes(label))]).toEqual([
          title,
          [],
        ]);
      }
    }
    expect(metricsIn(JSON.stringify(templating)).filter((name) => !Object.hasOwn(METRICS, name))).toEqual([]);
  });

  it('are all that the alert rules of contrib/ ask for', async () => {
    const file = new URL('../../../contrib/prometheus/tallyman-alerts.yaml', import.meta.url);
    const { groups } = parse(await readFile(file, 'utf8')) as {
      groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(7);
    for (const { alert, expr, annotations } of rules) {
      for (const [name] of expr.matchAll(/tally_\w+/g)) {
        expect([alert, Object.hasOwn(METRICS, name.replace(/_(sum|count|bucket)$/, ''))]).toEqual([
          alert,
          true,
        ]);
      }
      for (const [, name] of annotations.summary.matchAll(/\$labels\.(\w+)/g)) {
        const used = [...expr.matchAll(/tally_\w+/g)].map(
          ([metric]) => METRICS[metric as keyof typeof METRICS],
        );
        const known = used.flatMap(({ labels }) => labels as readonly string[]);
        expect([alert, [...known, 'instance'].includes(name ?? '')]).toEqual([alert, true]);
      }
    }
  });
});

function metricsIn(text: string): readonly string[] {
  return [...text.matchAll(/\btally_\w+/g)].map(([name]) => name.replace(/_(sum|count|bucket)$/, ''));
}
