import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOCK_OUT_LIMITS } from './access/lock-out.js';
import { REFUSALS_PER_MINUTE } from './access/refusal-audit.js';
import { newToken } from './access/token-text.js';
import { rehearseApi, type ApiRehearsal } from './api-rehearsal.testing.js';
import { FakeDaemon } from './daemon-face.testing.js';

let api: ApiRehearsal;
beforeEach(async () => {
  const daemon = new FakeDaemon();
  daemon.api = { ...daemon.api, trustedProxies: ['10.0.0.1'], hostNames: ['tally.example'] };
  api = await rehearseApi(daemon);
});
afterEach(() => api.close());

const audits = () => api.daemon.store.access.audits({ limit: 500 });
const withToken = (token: string) => ({ authorization: `Bearer ${token}` });

describe('what is sent with ill will', () => {
  it.each([
    ['{"reason":"x","extra":1}', 400],
    ['{"reason":5}', 400],
    ['{"reason":"a\\nb"}', 400],
    ['{"reason":', 400],
    ['[]', 400],
    ['null', 400],
    ['', 400],
    ['{"__proto__":{"isAdmin":true},"reason":"x"}', 400],
    ['{"constructor":{"prototype":{}},"reason":"x"}', 400],
    [`{"reason":"${'x'.repeat(70_000)}"}`, 413],
    [`${'['.repeat(30_000)}`, 400],
  ])('the body %.40s is refused and changes nothing', async (payload, status) => {
    const answer = await api.app.inject({
      method: 'POST',
      url: '/v1/rules/send-orders/pause',
      headers: { ...withToken(api.tokens.admin), 'content-type': 'application/json' },
      payload,
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).not.toMatch(/node_modules|\.ts:|at Object/);
    expect(api.daemon.ruleList[0]?.pause).toBeUndefined();
  });

  it('other types of body are refused', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
    ]) {
      const { status } = await api.ask('POST', '/v1/rules/send-orders/pause', {
        body: 'reason=x',
        headers: { 'content-type': type },
      });
      expect([type, status]).toEqual([type, 415]);
    }
  });

  it.each([
    '/v1/runs?limit=1000000',
    '/v1/runs?limit=-1',
    '/v1/runs?limit=1e9',
    '/v1/runs?limit=',
    '/v1/runs?limit=1&limit=2',
    '/v1/runs?cursor=%27%20OR%201',
    '/v1/runs?unknown=1',
    '/v1/runs/99999999999999999999',
    '/v1/runs/1%00',
    '/v1/runs?since=yesterday',
    `/v1/transfers?q=${'x'.repeat(3000)}`,
  ])('%.50s is a request that is told to be wrong', async (url) => {
    expect((await api.ask('GET', url)).status).toBe(400);
  });

  it('paths that try to leave the routes find nothing', async () => {
    for (const url of [
      '/v1/../livez/../v1/tokens/%2e%2e',
      '/v1/rules/..%2f..%2fetc%2fpasswd',
      '//v1/rules',
      '/V1/RULES',
    ]) {
      expect([url, (await api.ask('GET', url)).status]).toEqual([url, 404]);
    }
  });

  it('what was not foreseen is told by its number only, and in full to the log', async () => {
    api.daemon.health = () => Promise.reject(new Error('the secret inside /root'));
    const { status, body, text } = await api.ask('GET', '/v1/status');
    expect([status, body['code']]).toEqual([500, 'UNEXPECTED']);
    expect(text).not.toContain('secret inside');
    expect(api.failures).toMatchObject([{ requestId: body['requestId'], target: 'GET /v1/status' }]);
  });

  it('every answer forbids browsers to make anything of it', async () => {
    for (const url of ['/livez', '/v1/rules', '/nowhere']) {
      const { headers } = await api.app.inject(url);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('who is at the door', () => {
  it('a page of a stranger whose name points here is sent away', async () => {
    const ask = async (host: string) =>
      (await api.app.inject({ url: '/livez', headers: { host } })).statusCode;
    for (const host of [
      'evil.example',
      'evil.example:4480',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      ' ',
    ]) {
      expect([host, await ask(host)]).toEqual([host, 421]);
    }
    for (const host of ['localhost:4480', '127.0.0.1', '[::1]:4480', 'TALLY.example', '192.168.7.7:1']) {
      expect([host, await ask(host)]).toEqual([host, 200]);
    }
  });

  it('no token but the right one is let in', async () => {
    const good = api.tokens.viewer;
    const wrong = [
      good.slice(0, -1),
      `${good}x`,
      good.toUpperCase(),
      'tly_',
      newToken(),
      'undefined',
      "' OR 1=1",
    ];
    for (const token of wrong) {
      expect((await api.app.inject({ url: '/v1/rules', headers: withToken(token) })).statusCode).toBe(401);
    }
    for (const authorization of [good, `Basic ${good}`, `Bearer  ${good}`, `Bearer ${good} ${good}`]) {
      expect((await api.app.inject({ url: '/v1/rules', headers: { authorization } })).statusCode).not.toBe(
        200,
      );
    }
  });

  it('the local token counts only from this machine', async () => {
    const ask = async (remoteAddress: string, headers = {}) =>
      (
        await api.app.inject({
          url: '/v1/tokens',
          remoteAddress,
          headers: { ...withToken(api.localToken), ...headers },
        })
      ).statusCode;
    expect(await ask('127.0.0.1')).toBe(200);
    expect(await ask('::1')).toBe(200);
    expect(await ask('192.0.2.7')).toBe(401);
    expect(await ask('10.0.0.1', { 'x-forwarded-for': '127.0.0.1' })).toBe(401);
  });

  it('who tries one token after another is locked out, others and the local commands are not', async () => {
    const ask = async (token: string, remoteAddress: string) =>
      api.app.inject({ url: '/v1/rules', remoteAddress, headers: withToken(token) });
    for (let count = 0; count < LOCK_OUT_LIMITS.badTokens; count += 1) {
      expect((await ask(newToken(), '127.0.0.1')).statusCode).toBe(401);
    }
    const locked = await ask(api.tokens.admin, '127.0.0.1');
    expect([locked.statusCode, locked.headers['retry-after']]).toEqual([429, '600']);
    expect((await ask(api.localToken, '127.0.0.1')).statusCode).toBe(200);
    expect((await ask(api.tokens.admin, '192.0.2.7')).statusCode).toBe(200);
    api.daemon.clock.advance(LOCK_OUT_LIMITS.lockMs);
    expect((await ask(api.tokens.admin, '127.0.0.1')).statusCode).toBe(200);
  });

  it('a stranger cannot say to be somebody else, a trusted proxy can', async () => {
    const knock = (remoteAddress: string, forwarded: string) =>
      api.app.inject({
        url: '/v1/rules',
        remoteAddress,
        headers: { ...withToken(newToken()), 'x-forwarded-for': forwarded },
      });
    await knock('192.0.2.7', '203.0.113.9');
    await knock('10.0.0.1', '203.0.113.9');
    await knock('10.0.0.1', '<script>alert(1)</script>');
    const [script, proxied, direct] = await audits();
    expect(direct).toMatchObject({ peer: '192.0.2.7' });
    expect(direct?.claimedPeer).toBeUndefined();
    expect(proxied).toMatchObject({ peer: '10.0.0.1', claimedPeer: '203.0.113.9' });
    expect(JSON.stringify(script)).not.toContain('script>');
  });

  it('refusals cannot fill the store', async () => {
    for (let count = 0; count < 100; count += 1) await api.app.inject('/v1/rules');
    expect((await audits()).length).toBe(REFUSALS_PER_MINUTE);
    api.daemon.clock.advance(60_000);
    await api.app.inject('/v1/rules');
    expect((await audits())[0]).toMatchObject({
      who: '-',
      isAllowed: false,
      target: 'GET /v1/rules',
      detail: { leftOutBefore: 100 - REFUSALS_PER_MINUTE },
    });
  });

  it('a line break in what is sent never becomes a line of the audit', async () => {
    await api.ask('POST', '/v1/quarantine/release', { body: { rule: 'a\nadmin did it', fileKey: 'k' } });
    await api.app.inject({ method: 'GET', url: '/v1/rules/%0aadmin%20did%20it' });
    const text = JSON.stringify(await audits());
    expect(text).not.toMatch(/\n/);
    expect((await audits())[0]?.target).toBe('GET /v1/rules/:rule');
  });

  it('of 10,000 requests at once no more are served than the limit says', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10_000 }, () =>
        api.app.inject({ url: '/v1/rules', headers: withToken(api.tokens.viewer) }),
      ),
    );
    const served = answers.filter(({ statusCode }) => statusCode === 200).length;
    expect(served).toBe(api.daemon.api.requestsPerMinute);
    const refused = answers.find(({ statusCode }) => statusCode === 429);
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
    expect(answers.every(({ statusCode }) => statusCode === 200 || statusCode === 429)).toBe(true);
  });
});
