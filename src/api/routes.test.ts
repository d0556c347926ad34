import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditEntry } from '../store/access-store.js';
import { rehearseApi, type ApiRehearsal } from './api-rehearsal.testing.js';
import { fakeConnection } from './daemon-face.testing.js';

let api: ApiRehearsal;
beforeEach(async () => {
  api = await rehearseApi();
});
afterEach(() => api.close());

const lastAudit = async () => (await api.daemon.store.access.audits({ limit: 1 }))[0];

describe('rules', () => {
  it('are listed, shown, and told apart from what is not there', async () => {
    expect((await api.ask('GET', '/v1/rules')).body).toMatchObject({
      schemaVersion: 1,
      rules: [{ name: 'send-orders', state: 'active' }, { name: 'fetch-prices' }],
    });
    expect(await api.ask('GET', '/v1/rules/send-order')).toMatchObject({
      status: 404,
      body: { code: 'NAME_UNKNOWN', side: 'us' },
    });
  });

  it('are paused with a reason and resumed, each with its entry in the audit', async () => {
    const paused = await api.ask('POST', '/v1/rules/send-orders/pause', {
      role: 'operator',
      body: { reason: 'maintenance', until: '2026-03-01T05:00:00+01:00' },
    });
    expect(paused.body).toMatchObject({
      rule: {
        state: 'paused',
        pause: { reason: 'maintenance', by: 'operator', until: '2026-03-01T04:00:00.000Z' },
      },
    });
    expect(await lastAudit()).toMatchObject({ who: 'operator', what: 'rule.pause', target: 'send-orders' });
    expect((await api.ask('POST', '/v1/rules/send-orders/resume')).status).toBe(200);
    expect(await api.ask('POST', '/v1/rules/send-orders/resume')).toMatchObject({
      status: 409,
      body: { code: 'REFUSED', detail: 'send-orders is not paused' },
    });
    const past = { reason: 'x', until: '2026-03-01T00:00:00Z' };
    expect((await api.ask('POST', '/v1/rules/send-orders/pause', { body: past })).status).toBe(409);
  });

  it('are run with values, of which the audit keeps the names only', async () => {
    const body = { values: { PIN: '4711-secret' }, file: '/out/a.xml' };
    const { status, body: answer } = await api.ask('POST', '/v1/rules/send-orders/run', { body });
    expect([status, answer]).toEqual([202, { schemaVersion: 1, run: 1 }]);
    expect(api.daemon.asked).toEqual([{ rule: 'send-orders', by: 'admin', ...body }]);
    expect(JSON.stringify(await lastAudit())).not.toContain('4711-secret');
    expect((await api.ask('POST', '/v1/rules/nothing/run', { body: {} })).status).toBe(404);
  });

  it('each change is in the audit with what came of it', async () => {
    await api.ask('POST', '/v1/rules/send-orders/run', { body: {} });
    await api.ask('POST', '/v1/rules/nothing/run', { body: {} });
    await api.ask('POST', '/v1/rules/send-orders/run', { body: {}, role: 'viewer' });
    const cut = { ...(await lastAudit()), what: 'run.cancel', isAllowed: true } as AuditEntry;
    await api.daemon.store.access.audit(cut);
    const { body } = await api.ask('GET', '/v1/audit');
    const entries = body['entries'] as { what: string; isAllowed: boolean; result?: unknown }[];
    expect(entries.map(({ isAllowed, result }) => [isAllowed, result])).toEqual([
      [true, { outcome: 'unknown' }],
      [false, undefined],
      [true, { outcome: 'failed', status: 404, code: 'NAME_UNKNOWN' }],
      [true, { outcome: 'done', status: 202 }],
    ]);
  });

  it('a change is answered as made when only its result cannot be kept', async () => {
    vi.spyOn(api.daemon.store.access, 'auditEnded').mockRejectedValue(new Error('disk'));
    expect((await api.ask('POST', '/v1/rules/send-orders/run', { body: {} })).status).toBe(202);
    expect(api.failures).toMatchObject([{ target: 'audit' }]);
  });

  it('are not changed when the audit cannot be written', async () => {
    await api.daemon.store.close();
    const { status } = await api.ask('POST', '/v1/rules/send-orders/run', { body: {} });
    expect(status).toBeGreaterThanOrEqual(500);
    expect(api.daemon.asked).toEqual([]);
  });
});

describe('runs', () => {
  it('come in pages, newest first, without a gap or a repetition', async () => {
    for (let count = 0; count < 5; count += 1) await api.daemon.addRun();
    const seen: number[] = [];
    let cursor = '';
    do {
      const { body } = await api.ask('GET', `/v1/runs?limit=2${cursor}`);
      seen.push(...(body['runs'] as { run: number }[]).map(({ run }) => run));
      cursor = typeof body['nextCursor'] === 'string' ? `&cursor=${body['nextCursor']}` : '';
    } while (cursor !== '');
    expect(seen).toEqual([5, 4, 3, 2, 1]);
  });

  it('are filtered by rule, state and time', async () => {
    await api.daemon.addRun({ rule: 'other' });
    await api.daemon.addRun();
    const of = async (query: string) =>
      ((await api.ask('GET', `/v1/runs?${query}`)).body['runs'] as object[]).length;
    expect(await of('rule=other')).toBe(1);
    expect(await of('state=waiting,running')).toBe(2);
    expect(await of('state=failed')).toBe(0);
    expect(await of('since=2026-03-01T02:10:44Z')).toBe(2);
    expect(await of('since=2026-03-01T02:10:45Z')).toBe(0);
    expect((await api.ask('GET', '/v1/runs?state=lost')).status).toBe(400);
  });

  it('are shown with steps and attempts, cancelled and retried; 404 for a strange number', async () => {
    const run = await api.daemon.addRun();
    expect((await api.ask('GET', `/v1/runs/${run}`)).body).toMatchObject({
      run: { run },
      steps: [],
      transfers: [],
    });
    expect((await api.ask('POST', `/v1/runs/${run}/cancel`)).body).toMatchObject({ outcome: 'asked' });
    expect((await api.ask('GET', `/v1/runs/${run}/retry-plan`)).body).toMatchObject({
      sentTwice: [{ target: 'acme:/in/a.xml' }],
    });
    expect((await api.ask('POST', `/v1/runs/${run}/retry`)).body).toMatchObject({ run: run + 1 });
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/retry-plan'],
      ['GET', '/story'],
      ['POST', '/cancel'],
      ['POST', '/retry'],
    ] as const) {
      expect([path, (await api.ask(method, `/v1/runs/4711${path}`)).status]).toEqual([path, 404]);
      expect([path, (await api.ask(method, `/v1/runs/x${path}`)).status]).toEqual([path, 400]);
    }
  });
});

describe('transfers', () => {
  it('are found by the query language, and a mistake in it is told with a suggestion', async () => {
    await addAttempts(3);
    const { body } = await api.ask('GET', '/v1/transfers?q=result:failed&count=true');
    expect(body).toMatchObject({ transfers: [{ result: 'failed' }], count: { rows: 1, isExact: true } });
    const wrong = await api.ask('GET', '/v1/transfers?q=resullt:failed');
    expect(wrong).toMatchObject({ status: 400, body: { code: 'QUERY_INVALID' } });
    expect(wrong.text).toContain('result');
    expect((await api.ask('GET', "/v1/transfers?q=user:'%3B+DROP+TABLE+attempts--")).status).toBe(200);
  });

  it('and deliveries come in pages', async () => {
    await addAttempts(3);
    const first = await api.ask('GET', '/v1/transfers?limit=2');
    expect(first.body['nextCursor']).toBeDefined();
    const next = await api.ask('GET', `/v1/transfers?limit=2&cursor=${String(first.body['nextCursor'])}`);
    expect((next.body['transfers'] as object[]).length).toBe(1);
    expect(next.body['nextCursor']).toBeUndefined();
    expect((await api.ask('GET', '/v1/deliveries?mask=*.xml')).body).toEqual({
      schemaVersion: 1,
      deliveries: [],
    });
    expect((await api.ask('GET', '/v1/deliveries?limit=0')).status).toBe(400);
  });
});

describe('connections', () => {
  it('are released once, and tested without a change', async () => {
    api.daemon.connectionList = [
      { ...fakeConnection('acme'), admission: { kind: 'parked', sinceMs: 0, reason: 'login refused' } },
    ];
    expect((await api.ask('GET', '/v1/connections')).body).toMatchObject({
      connections: [{ name: 'acme', state: 'parked', reason: 'login refused' }],
    });
    expect((await api.ask('POST', '/v1/connections/acme/release', { role: 'operator' })).status).toBe(200);
    expect((await api.ask('POST', '/v1/connections/acme/release')).status).toBe(409);
    expect((await api.ask('POST', '/v1/connections/nobody/release')).status).toBe(404);
    expect((await api.ask('POST', '/v1/connections/acme/test')).body).toMatchObject({ test: { isOk: true } });
  });
});

describe('what is kept', () => {
  it('alarms: open ones, and past ones in pages', async () => {
    const { alarms } = api.daemon.store;
    await alarms.raise({ kind: 'ruleFailed', cause: 'rule:a', side: 'us', text: 'a fails' }, 1000);
    await alarms.raise({ kind: 'ruleFailed', cause: 'rule:b', side: 'partner', text: 'b fails' }, 2000);
    await alarms.clear('rule:a', 3000);
    expect((await api.ask('GET', '/v1/alarms?open=true')).body['alarms']).toMatchObject([
      { cause: 'rule:b' },
    ]);
    expect((await api.ask('GET', '/v1/alarms')).body['alarms']).toHaveLength(2);
    expect((await api.ask('GET', '/v1/alarms?open=perhaps')).status).toBe(400);
  });

  it('quarantine: listed and released, and 404 for what is not there', async () => {
    const entry = { rule: 'send-orders', fileKey: 'file:local:/out/a.xml:1:2', path: '/out/a.xml' };
    await api.daemon.store.runs.quarantine({ ...entry, reason: 'NAME_REFUSED', failures: 3, sinceMs: 1000 });
    expect((await api.ask('GET', '/v1/quarantine?rule=send-orders')).body['files']).toMatchObject([entry]);
    const { rule, fileKey } = entry;
    expect((await api.ask('POST', '/v1/quarantine/release', { body: { rule, fileKey } })).status).toBe(200);
    expect((await api.ask('POST', '/v1/quarantine/release', { body: { rule, fileKey } })).status).toBe(404);
  });

  it('tokens: made once per name, listed without their text, revoked at once', async () => {
    const body = { name: 'ops', role: 'operator', days: 1 };
    const made = await api.ask('POST', '/v1/tokens', { body });
    expect(made.status).toBe(201);
    const headers = { authorization: `Bearer ${String(made.body['token'])}` };
    expect((await api.ask('GET', '/v1/rules', { headers })).status).toBe(200);
    expect((await api.ask('POST', '/v1/tokens', { body })).status).toBe(409);
    expect((await api.ask('POST', '/v1/tokens', { body: { ...body, name: 'cli' } })).status).toBe(400);
    expect((await api.ask('GET', '/v1/tokens')).text).not.toContain(String(made.body['token']).slice(4));
    expect((await api.ask('DELETE', `/v1/tokens/${String(made.body['id'])}`)).status).toBe(200);
    expect((await api.ask('GET', '/v1/rules', { headers })).status).toBe(401);
    expect((await api.ask('DELETE', `/v1/tokens/${String(made.body['id'])}`)).status).toBe(404);
    expect(JSON.stringify(await api.daemon.store.access.audits({ limit: 50 }))).not.toContain('tly_');
  });

  it('tokens expire', async () => {
    expect((await api.ask('GET', '/v1/rules', { role: 'viewer' })).status).toBe(200);
    api.daemon.clock.advance(86_400_000);
    expect((await api.ask('GET', '/v1/rules', { role: 'viewer' })).status).toBe(401);
  });
});

describe('the daemon', () => {
  it('says whether it is ready, without words that tell strangers anything', async () => {
    api.daemon.checks = [{ name: 'clientLog', isOk: false, text: 'cannot write /var/log/secret-place' }];
    const answer = await api.app.inject('/readyz?verbose');
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      { status: 'failed', checks: [{ name: 'clientLog', isOk: false }] },
    ]);
    expect((await api.app.inject('/livez')).statusCode).toBe(200);
    expect((await api.ask('GET', '/v1/status')).text).toContain('secret-place');
  });

  it('reloads for editors and drains for admins', async () => {
    api.daemon.reloadAnswer = { ok: false, problems: ['a.yaml:3:1 x'], added: [], removed: [], changed: [] };
    expect((await api.ask('POST', '/v1/settings/reload', { role: 'editor' })).body).toMatchObject({
      ok: false,
    });
    expect((await api.ask('POST', '/v1/settings/reload', { role: 'operator' })).status).toBe(403);
    expect((await api.ask('POST', '/v1/drain')).status).toBe(202);
    expect((await api.ask('GET', '/v1/status')).body).toMatchObject({ state: 'draining' });
  });

  it('takes webhooks as they come, without a token, and says the same of all it refuses', async () => {
    const payload = '{"a": 1}\n';
    const headers = { 'content-type': 'application/xml', 'x-tally-signature': 'sha256=00' };
    const call = () => api.app.inject({ method: 'POST', url: '/v1/hooks/orders?n=1', payload, headers });
    expect((await call()).json()).toEqual({ schemaVersion: 1, state: 'taken', runs: [1] });
    expect(api.daemon.asked[0]).toMatchObject({
      hook: 'orders',
      query: { n: '1' },
      body: Buffer.from(payload),
    });
    api.daemon.hookAnswer = { kind: 'refused', reason: 'forged' };
    const refused = await call();
    expect([refused.statusCode, refused.body.includes('forged')]).toEqual([403, false]);
    expect(await lastAudit()).toMatchObject({ what: 'hook', isAllowed: false, detail: { reason: 'forged' } });
    const big = Buffer.alloc(1024 * 1024 + 1);
    expect((await api.app.inject({ method: 'POST', url: '/v1/hooks/orders', payload: big })).statusCode).toBe(
      413,
    );
  });
});

async function addAttempts(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const succeeded = index > 0;
    await api.daemon.store.transfers.add({
      run: undefined,
      step: '0',
      rule: 'send-orders',
      partner: 'acme',
      endedMs: api.daemon.clock.now(),
      protocol: 'sftp',
      host: 'sftp.acme.example',
      port: 22,
      user: 'orders',
      localPath: `/out/${index}.xml`,
      remotePath: `/in/${index}.xml`,
      operation: 'upload',
      lastCode: succeeded ? 0 : 4,
      succeeded,
      isLast: true,
      attemptNumber: 1,
    });
  }
}
