import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ReadRecord } from '../../client-log/reading/log-line.js';
import { localTime } from '../../client-log/local-time.js';
import { FailureBook } from '../../log-tools/retry/failure-book.js';
import { FileIdentifier } from '../../log-tools/retry/file-identity.js';
import { failed, linesOf } from '../../log-tools/retry/log-lines.testing.js';
import { startFtpPartner, type FtpPartner } from '../../simulator/ftp-partner.js';
import { startSftpPartner, type SftpPartner } from '../../simulator/sftp-partner.js';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import type { FlagValue } from '../../settings/given-settings.js';
import { nodeSurroundings, readSettings } from '../surroundings.js';
import { planRetry } from './plan-retry.js';
import { retryContext, type RetryFlags } from './retry-context.js';
import type { RetryRow } from './retry-plan.js';

let folder: string;
let root: string;
let ftp: FtpPartner;
let sftp: SftpPartner;

beforeEach(async () => {
  folder = await temporaryFolder();
  root = await temporaryFolder();
  await mkdir(join(folder, 'out'));
  await mkdir(join(root, 'in'));
  ftp = await startFtpPartner({ root, user: 'u', password: 'p' });
  sftp = await startSftpPartner({ root, user: 'u', password: 'p' });
  onTestFinished(async () => void (await Promise.all([ftp.stop(), sftp.stop()])));
});

const connections = () => `connections:
  acme:
    url: ${sftp.url}
    password: { env: ACME }
    hostKeys: ["${sftp.hostKeyFingerprint}"]
  beta:
    url: ${ftp.url}
    password: { env: BETA }
`;

interface Asking extends Partial<RetryFlags> {
  readonly settings?: string;
  readonly environment?: Record<string, string>;
  readonly flags?: Record<string, FlagValue>;
  readonly resendsExisting?: boolean;
  readonly signal?: AbortSignal;
}

async function planOf(records: readonly ReadRecord[], asking: Asking = {}): Promise<readonly RetryRow[]> {
  const { maps = [], connections: choices = [], signal, resendsExisting = false } = asking;
  await writeFile(join(folder, 'tallyman.yaml'), asking.settings ?? connections());
  const surroundings = nodeSurroundings({
    warn: () => undefined,
    environment: { HOME: folder, ACME: 'p', BETA: 'p', ...asking.environment },
    workFolder: folder,
  });
  const inForce = await readSettings(asking.flags ?? {}, surroundings);
  const context = retryContext({ maps, connections: choices }, inForce);
  const book = new FailureBook({ query: undefined, identifier: new FileIdentifier(context) });
  for (const line of linesOf(records)) book.take(line);
  const order = { findings: book.findings(), context, resendsExisting };
  const plan = await planRetry(order, inForce, surroundings, {
    signal: signal ?? new AbortController().signal,
  });
  return plan.rows;
}

/** `send`, `leave arrived`, `refuse unmapped`, ... */
function actions(rows: readonly RetryRow[]): readonly string[] {
  return rows.map(({ plan }) => ('why' in plan ? `${plan.action} ${plan.why}` : plan.action));
}

const push = (name: string, changes: Partial<ReadRecord> = {}) =>
  failed({
    host: '127.0.0.1',
    port: sftp.port,
    user: 'u',
    localPath: join(folder, 'out', name),
    remotePath: `/in/${name}`,
    ...changes,
  });

const pull = (name: string, changes: Partial<ReadRecord> = {}) =>
  push(name, {
    operation: 'download',
    protocol: 'ftp',
    port: ftp.port,
    localPath: join(folder, name),
    ...changes,
  });

async function put(path: string, content: string, modified?: string): Promise<void> {
  await writeFile(path, content);
  if (modified !== undefined) await utimes(path, new Date(modified), new Date(modified));
}

describe('both ends are looked at', () => {
  it('over SFTP and FTP, in both directions, with one login for each connection', async () => {
    for (const name of ['a', 'b', 'half']) await put(join(folder, 'out', name), 'long content');
    await put(join(root, 'in', 'half'), 'long', '2026-03-01T02:10:00Z');
    await put(join(root, 'in', 'c'), 'prices');
    await put(join(root, 'in', 'd'), 'prices');
    await put(join(folder, 'd'), 'prices', '2026-03-01T02:10:30Z');
    const rows = await planOf([
      push('a'),
      push('b'),
      push('half'),
      push('gone'),
      pull('c'),
      pull('d'),
      pull('gone'),
    ]);
    expect(actions(rows)).toEqual([
      'send',
      'send',
      'send',
      'refuse source-gone',
      'send',
      'leave arrived',
      'refuse source-gone',
    ]);
    expect(rows[2]).toMatchObject({
      look: { source: { kind: 'file', sizeBytes: 12 }, target: { kind: 'file', sizeBytes: 4 } },
      plan: { overwrite: 'overwrite' },
    });
    expect([sftp.acceptedConnections, ftp.acceptedConnections]).toEqual([1, 1]);
    expect(await readdir(folder), 'nothing is written, no log either').toEqual(['d', 'out', 'tallyman.yaml']);
  });

  it('of a target that is a folder, the file in it', async () => {
    await put(join(folder, 'out', 'a'), 'x');
    const [row] = await planOf([push('a', { remotePath: '/in' })]);
    expect(row).toMatchObject({ route: { target: '/in/a' }, plan: { action: 'send' } });
  });

  it('where both are here', async () => {
    await put(join(folder, 'out', 'a'), 'x');
    await mkdir(join(folder, 'done'));
    const local = { protocol: 'local', host: 'localhost', port: 0, user: 'svc' };
    const rows = await planOf([
      push('a', { ...local, remotePath: join(folder, 'done', 'a') }),
      push('a', { ...local, remotePath: join(folder, 'nowhere', 'a') }),
    ]);
    expect(actions(rows)).toEqual(['send', 'refuse no-folder']);
  });

  it('and a folder that a download would need is missed', async () => {
    await put(join(root, 'in', 'c'), 'prices');
    const rows = await planOf([pull('c', { localPath: join(folder, 'inbox', 'c') })]);
    expect(actions(rows)).toEqual(['refuse no-folder']);
  });

  it('with paths of Windows where the mappings say they lie', async () => {
    await put(join(folder, 'out', 'a.xml'), 'x');
    const rows = await planOf([push('a.xml', { localPath: 'C:\\Outbound\\a.xml' })], {
      maps: ['c:\\outbound=./out'],
    });
    expect(rows).toMatchObject([
      { route: { source: join(folder, 'out', 'a.xml') }, plan: { action: 'send' } },
    ]);
  });
});

describe('a connection that cannot be used', () => {
  it('with a refused login is tried once, and costs only its own files', async () => {
    for (const name of ['a', 'b', 'c']) await put(join(folder, 'out', name), 'x');
    await put(join(root, 'in', 'd'), 'x');
    const rows = await planOf([push('a'), push('b'), push('c'), pull('d')], {
      environment: { ACME: 'wrong' },
    });
    expect(actions(rows)).toEqual(['refuse unreachable', 'refuse unreachable', 'refuse unreachable', 'send']);
    expect(rows[0]?.plan).toMatchObject({ error: { code: 'AUTH_REJECTED' } });
    expect(sftp.acceptedConnections).toBe(1);
  });

  it('without its password is told, and nobody is called', async () => {
    await put(join(folder, 'out', 'a'), 'x');
    const rows = await planOf([push('a')], { environment: { ACME: '' } });
    expect(rows[0]?.plan).toMatchObject({ why: 'unreachable', error: { code: 'SETTINGS_INVALID' } });
    expect(sftp.acceptedConnections).toBe(0);
  });

  it('that breaks off once is used again; twice in a row ends the looks', async () => {
    for (const name of ['a', 'b']) await put(join(folder, 'out', name), 'x');
    sftp.inject({ at: { command: 'STAT', nth: 1 }, do: { kind: 'close' } });
    expect(actions(await planOf([push('a'), push('b')]))).toEqual(['send', 'send']);
    sftp.inject({ at: { command: 'STAT' }, do: { kind: 'close' } });
    expect(actions(await planOf([push('a'), push('b')]))).toEqual([
      'refuse unreachable',
      'refuse unreachable',
    ]);
    expect(sftp.acceptedConnections).toBe(4);
  });

  it('that does not answer costs its time limit, not more', async () => {
    await put(join(folder, 'out', 'a'), 'x');
    sftp.inject({ at: { command: 'STAT' }, do: { kind: 'silence' } });
    const rows = await planOf([push('a'), push('b')], { flags: { timeout: '1' } });
    expect(actions(rows)).toEqual(['refuse unreachable', 'refuse unreachable']);
    expect(rows[0]?.plan).toMatchObject({ error: { code: 'TIMEOUT' } });
  });

  it('stops when it is cancelled', async () => {
    await put(join(folder, 'out', 'a'), 'x');
    await expect(planOf([push('a')], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('one login for several partners', () => {
  it('is refused: a password meant for one would be shown to the other', async () => {
    for (const environment of [{ TALLY_PASSWORD: 'p' }, { TALLY_PASSWORD_FILE: 'secret' }]) {
      await expect(planOf([push('a'), pull('b')], { environment })).rejects.toThrow(/acme and beta alike/);
    }
    expect([sftp.acceptedConnections, ftp.acceptedConnections]).toEqual([0, 0]);
  });

  it('is fine for one', async () => {
    await put(join(folder, 'out', 'a'), 'x');
    const environment = { ACME: '', TALLY_PASSWORD: 'p' };
    expect(actions(await planOf([push('a')], { environment }))).toEqual(['send']);
  });
});

describe('two files of one name', () => {
  it('do not both go to one target: the one of the later attempt does', async () => {
    for (const name of ['one', 'two']) {
      await mkdir(join(folder, name));
      await put(join(folder, name, 'a'), name);
    }
    const rows = await planOf([
      push('a', { localPath: join(folder, 'one', 'a') }),
      push('a', { localPath: join(folder, 'two', 'a') }),
    ]);
    expect(actions(rows)).toEqual(['refuse same-target', 'send']);
  });

  it('that turn out to be the same, under its folder and under its name, go once', async () => {
    await put(join(folder, 'out', 'a'), 'x');
    const twin = { ...push('a'), localPath: `${folder}/./out/a` };
    expect(actions(await planOf([twin, push('a')]))).toEqual(['refuse same-target', 'send']);
  });
});

describe('the advice', () => {
  it('of settings to add makes the file plannable', async () => {
    await put(join(folder, 'out', 'a'), 'x');
    const [row] = await planOf([push('a')], { settings: 'connections: {}' });
    const advice = row !== undefined && 'advice' in row.plan ? (row.plan.advice ?? '') : '';
    const yaml = advice.split('\n').slice(1).join('\n').replace('SHA256:...', sftp.hostKeyFingerprint);
    const variable = /env: (\w+)/.exec(yaml)?.[1] ?? '';
    const rows = await planOf([push('a')], { settings: yaml, environment: { [variable]: 'p' } });
    expect(actions(rows)).toEqual(['send']);
  });

  it('of a connection to choose makes it plannable, too', async () => {
    await put(join(folder, 'out', 'a'), 'x');
    const twins = `${connections()}  twin:\n    url: ${sftp.url}\n    password: { env: ACME }\n    hostKeys: ["${sftp.hostKeyFingerprint}"]\n`;
    const [row] = await planOf([push('a')], { settings: twins });
    expect(row?.plan).toMatchObject({ why: 'several-connections' });
    const advice = row !== undefined && 'advice' in row.plan ? (row.plan.advice ?? '') : '';
    const choice = /--connection (\S+)/.exec(advice)?.[1] ?? '';
    expect(actions(await planOf([push('a')], { settings: twins, connections: [choice] }))).toEqual(['send']);
  });
});

describe('flags that cannot be understood', () => {
  it.each([
    [{ maps: ['C:\\out'] }, /--map.*must be FROM=TO/],
    [{ maps: ['C:\\out=/a', 'c:/OUT=/b'] }, /--map.*give one of them/],
    [{ connections: ['h'] }, /--connection.*must be HOST/],
    [{ connections: ['h=acne'] }, /there is no connection "acne" \(did you mean "acme"\?\)/],
  ])('%j', async (asking, message) => {
    await expect(planOf([], asking)).rejects.toThrow(message);
  });
});

it('the time of a failure is one of the zone of its log', async () => {
  await put(join(folder, 'out', 'a'), 'content');
  await put(join(root, 'in', 'a'), 'content', '2026-03-01T02:10:00Z');
  const { time } = localTime(Date.parse('2026-03-01T02:10:00Z'), 'UTC');
  expect(actions(await planOf([push('a', { time })]))).toEqual(['leave arrived']);
  expect(actions(await planOf([push('a', { time: time.replace('02:', '05:') })]))).toEqual(['send']);
});
