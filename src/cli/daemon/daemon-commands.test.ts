import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTestKey, testKeyFile } from '../../../test/servers/test-keys.js';
import { addToken } from '../../api/api-rehearsal.testing.js';
import { FakeDaemon, fakeConnection } from '../../api/daemon-face.testing.js';
import { startApi, type StartedApi } from '../../api/start-api.js';
import { TransferError } from '../../core/transfer-error.js';
import type { RunRecord } from '../../store/run-store.js';
import { commandNamed } from '../command-table.js';
import type { FlagValue } from '../../settings/given-settings.js';
import { exitCodeOfError } from '../exit-codes.js';
import { MemoryOutput } from '../memory-output.testing.js';

let folder: string;
let daemon: FakeDaemon;
let api: StartedApi;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-commands-'));
  daemon = new FakeDaemon(folder);
  daemon.api = { ...daemon.api, port: 0 };
  api = await startApi(daemon, () => undefined);
});
afterEach(async () => {
  await api.close();
  await daemon.store.close();
  await rm(folder, { recursive: true });
});

interface Said {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** A command as the shell would call it, on this machine's daemon unless flags or environment name another. */
async function tally(
  name: string,
  args: readonly string[] = [],
  flags: Readonly<Record<string, FlagValue>> = {},
  { columns, environment = {} }: { columns?: number; environment?: Record<string, string> } = {},
): Promise<Said> {
  const stdout = new MemoryOutput(columns);
  const stderr = new MemoryOutput();
  const module = await commandNamed(name)?.load();
  const context = {
    stdout,
    stderr,
    environment: { HOME: folder, ...environment },
    canAsk: false,
    signal: new AbortController().signal,
  };
  const call = { name, args, flags: { stateFolder: folder, ...flags } };
  const exitCode = await module?.run(call, context).catch((error: unknown) => {
    if (!(error instanceof TransferError)) throw error;
    void stderr.write(`${error.code}: ${error.message}\n`);
    return exitCodeOfError(error);
  });
  return { exitCode: exitCode ?? -1, out: stdout.text, err: stderr.text };
}

describe('the commands that ask the daemon', () => {
  it('status says what is wrong and what to do about it', async () => {
    daemon.connectionList = [
      { ...fakeConnection('acme'), admission: { kind: 'parked', sinceMs: 0, reason: 'login refused' } },
    ];
    const { exitCode, out } = await tally('status');
    expect(exitCode).toBe(0);
    expect(out).toContain('2 rules; 1 run under way, 2 waiting');
    expect(out).toContain('acme is held back: tally connections release acme');
    expect((await tally('connections release', ['acme'])).exitCode).toBe(0);
    expect(await tally('connections release', ['acme'])).toMatchObject({ exitCode: 7 });
    expect((await tally('status')).out).toContain('nothing is wrong');
    const { out: json } = await tally('status', [], { json: true });
    expect(JSON.parse(json)).toMatchObject({ schemaVersion: 1, state: 'running' });
  });

  it('status says each trouble once, and never beside it that nothing is wrong', async () => {
    daemon.checks = [{ name: 'store', isOk: false, text: 'the disk is full' }];
    const { out } = await tally('status');
    expect(out).toContain('  store: the disk is full');
    expect(out).not.toContain('nothing is wrong');
  });

  it('runs list keeps the code and the reason on a terminal of 80 columns', async () => {
    await daemon.addRun();
    await finish(await nextRun(), 'failed');
    const { out } = await tally('runs list', [], {}, { columns: 80 });
    expect(out).toMatch(/RUN .*STATE .*CODE .*WHY/);
  });

  it('health is an exit code', async () => {
    expect((await tally('health')).exitCode).toBe(0);
    daemon.checks = [{ name: 'store', isOk: false, text: 'gone' }];
    expect(await tally('health')).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining('store') as string,
    });
  });

  it('rules are paused for a span, resumed and run with values', async () => {
    const paused = await tally('rules pause', ['send-orders'], { for: '2h', reason: 'maintenance' });
    // The pause is counted by this machine's clock, and the fake daemon lives in another year.
    expect([paused.exitCode, daemon.ruleList[0]?.pause?.reason]).toEqual([0, 'maintenance']);
    expect((await tally('rules resume', ['send-orders'])).exitCode).toBe(0);
    expect((await tally('rules resume', ['send-orders'])).exitCode).toBe(7);
    const ran = await tally('rules run', ['send-orders'], {
      values: ['A=1', '%B%=x=y'],
      file: 'acme:/out/a',
    });
    expect([ran.exitCode, daemon.asked]).toEqual([
      0,
      [{ rule: 'send-orders', values: { A: '1', B: 'x=y' }, file: 'acme:/out/a', by: 'cli' }],
    ]);
    expect((await tally('rules run', ['nothing'])).exitCode).toBe(3);
    expect((await tally('rules run', ['send-orders'], { values: ['A'] })).exitCode).toBe(2);
  });

  it('a run that is waited for tells its steps and ends with its result', async () => {
    const waiting = tally('rules run', ['send-orders'], { wait: true });
    await finish(await nextRun(), 'failed');
    const { exitCode, out } = await waiting;
    expect(out).toContain('x 0   copy a.xml - the server said no');
    expect(out).toContain('run 1 of send-orders failed (0 of 1 file): step 0 failed');
    expect(exitCode).toBe(4);
    expect(await tally('runs watch', ['1'])).toMatchObject({ exitCode: 4 });
    expect((await tally('runs watch', ['99'])).exitCode).toBe(3);
  });

  it('runs are listed, filtered, and shown as a story at any width', async () => {
    await daemon.addRun({ rule: 'other' });
    await daemon.addRun();
    await finish(await nextRun(2), 'failed');
    const listed = await tally('runs list', [], { states: ['failed'] });
    expect(listed.out.split('\n')[1]).toMatch(/^2\tsend-orders\tfailed\t/);
    expect((await tally('runs list', ['other'], { jsonl: true })).out.split('\n')).toHaveLength(2);
    expect((await tally('runs list', [], { states: ['lost'] })).exitCode).toBe(2);
    for (const columns of [60, 80, 200]) {
      const { out } = await tally('runs show', ['2'], {}, { columns });
      expect(out).toContain('Run 2 of send-orders: failed');
      expect(out).toContain('FAIL 0 copy a.xml');
      expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
    expect((await tally('runs show', ['x'])).exitCode).toBe(2);
    expect((await tally('runs show', ['99'])).exitCode).toBe(3);
    const { out: json } = await tally('runs show', ['2'], { json: true });
    expect(JSON.parse(json)).toMatchObject({ schemaVersion: 1, story: { run: 2, steps: [{ path: '0' }] } });
  });

  it('a retry says what may go twice, and does nothing before somebody agreed', async () => {
    const run = await daemon.addRun();
    const planned = await tally('runs retry', [String(run)], { dryRun: true });
    expect(planned.out).toContain('may go twice: local:/out/a.xml to acme:/in/a.xml');
    const refused = await tally('runs retry', [String(run)]);
    expect([refused.exitCode, refused.err]).toEqual([7, expect.stringContaining('sent twice')]);
    expect(await daemon.store.runs.get(run + 1)).toBeUndefined();
    expect((await tally('runs retry', [String(run)], { yes: true })).exitCode).toBe(0);
    expect(await daemon.store.runs.get(run + 1)).toBeDefined();
    expect((await tally('runs cancel', [String(run)])).out).toContain('stops once');
  });

  it('files are released from quarantine by path, or all of a rule', async () => {
    for (const name of ['a', 'b', 'c']) {
      const file = { rule: 'send-orders', fileKey: `key-${name}`, path: `/out/${name}.xml` };
      await daemon.store.runs.quarantine({ ...file, reason: 'no', failures: 3, sinceMs: 0 });
    }
    expect((await tally('quarantine release', ['send-orders', '/out/a.xml'])).exitCode).toBe(0);
    expect((await tally('quarantine list')).out).not.toContain('/out/a.xml');
    expect((await tally('quarantine release', ['send-orders', '/out/a.xml'])).exitCode).toBe(3);
    expect((await tally('quarantine release', ['send-orders'])).exitCode).toBe(0);
    expect((await tally('quarantine list')).err).toBe('no file is put aside\n');
  });

  it('tokens are made for a file, listed and revoked; the audit and settings have their commands too', async () => {
    const made = await tally('tokens create', ['prometheus'], { days: '7' });
    expect(made.out).toMatch(/^tly_[\w-]{43}\n$/);
    expect(made.err).toContain('role viewer');
    expect((await tally('tokens create', ['bad name'])).exitCode).toBe(2);
    expect((await tally('tokens list')).out).toContain('prometheus\tviewer\tvalid');
    expect((await tally('tokens revoke', ['1'])).exitCode).toBe(0);
    expect((await tally('tokens revoke', ['1'])).exitCode).toBe(3);
    daemon.reloadAnswer = { ok: false, problems: ['a.yaml:1:2 no'], added: [], removed: [], changed: [] };
    expect(await tally('reload')).toMatchObject({ exitCode: 8 });
    expect((await tally('drain')).out).toContain('1 under way');
    expect((await tally('alarms')).err).toBe('no alarm is open\n');
    expect(JSON.parse((await tally('api', ['get', '/v1/audit'])).out)).toMatchObject({ schemaVersion: 1 });
    expect((await tally('api', ['GET', '/v1/runs/7'])).exitCode).toBe(3);
    expect((await tally('api', ['BREW', '/coffee'])).exitCode).toBe(2);
  });
});

describe('which daemon is asked', () => {
  it('another one by --server, with the token of a file or of the environment', async () => {
    const token = await addToken(daemon, 'far', 'viewer', 10_000_000);
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, `${token}\n`);
    const flags = { server: api.url, stateFolder: '/nowhere' };
    expect((await tally('status', [], { ...flags, tokenFile })).exitCode).toBe(0);
    expect((await tally('status', [], flags, { environment: { TALLY_TOKEN: token } })).exitCode).toBe(0);
    expect(await tally('status', [], flags)).toMatchObject({ exitCode: 4 });
    expect(await tally('drain', [], { ...flags, tokenFile })).toMatchObject({ exitCode: 4 });
    expect((await tally('status', [], { ...flags, tokenFile: '/nowhere' })).exitCode).toBe(8);
  });

  it('a token never goes over the line in clear, nor a login in the address', async () => {
    for (const server of [
      'http://tally.example:4480',
      'http://a:b@127.0.0.1',
      'ftp://127.0.0.1',
      'nonsense',
    ]) {
      expect((await tally('status', [], { server })).exitCode).toBe(2);
    }
  });

  it('over TLS it is known by the certificate of daemon.json, and another one is not believed', async () => {
    await api.close();
    const tls = { certificate: testKeyFile('valid.crt'), key: testKeyFile('valid.key') };
    daemon.api = { ...daemon.api, tls };
    api = await startApi(daemon, () => undefined);
    expect(api.url).toMatch(/^https:/);
    expect((await tally('status')).exitCode).toBe(0);
    const path = join(folder, 'daemon.json');
    const file = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...file, certificate: readTestKey('self-signed.crt') }));
    expect(await tally('status')).toMatchObject({
      err: expect.stringContaining('another certificate') as string,
    });
    // Without daemon.json a CA must vouch for it, and none of this machine's does.
    expect((await tally('status', [], { server: api.url })).exitCode).toBe(10);
    daemon.api = { ...daemon.api, tls: { ...tls, key: testKeyFile('self-signed.key') } };
    await expect(startApi(daemon, () => undefined)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });

  it('nobody there is exit code 10, in words; what is no daemon is told', async () => {
    await api.close();
    const gone = await tally('status');
    expect([gone.exitCode, gone.err]).toEqual([10, expect.stringContaining('no daemon runs here')]);
    const far = await tally('status', [], { server: api.url });
    expect([far.exitCode, far.err]).toEqual([10, expect.stringContaining(`no daemon answers at ${api.url}`)]);
    expect((await tally('runs list', [], { server: api.url })).exitCode).toBe(10);
    expect((await tally('runs list')).exitCode).toBe(10);
  });
});

async function nextRun(id = 1): Promise<RunRecord> {
  for (;;) {
    const run = await daemon.store.runs.get(id);
    if (run !== undefined) return run;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What an executor would do with a run. */
async function finish({ id, rule }: RunRecord, state: 'succeeded' | 'failed'): Promise<void> {
  const { runs } = daemon.store;
  const nowMs = daemon.clock.now();
  const claimed = await runs.claim(id, 'test', nowMs, nowMs + 60_000);
  const fence = claimed?.lease?.fence ?? 0;
  await runs.saveStep(
    {
      run: id,
      path: '0',
      kind: 'copy',
      title: 'copy a.xml',
      state,
      attempt: 1,
      startedMs: nowMs,
      endedMs: nowMs,
      text: 'the server said no',
    },
    fence,
  );
  const counts = { filesSucceeded: 0, filesFailed: 1, errorCode: 'AUTH_REJECTED' as const };
  await runs.end(id, fence, { state, endedMs: nowMs, reason: 'step 0 failed', ...counts });
  daemon.live.publish({ type: 'run.ended', run: id, rule, state, reason: '', tookMs: 1 });
}
