import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startFtpPartner, type FtpPartner } from '../../src/simulator/ftp-partner.js';
import { startSftpPartner, type SftpPartner } from '../../src/simulator/sftp-partner.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { startOpenssh } from '../servers/openssh.js';
import { startVsftpd } from '../servers/vsftpd.js';
import { tally, tallyProgram, type TallyOptions, type TallyRun } from './tally-process.js';

const PASSWORD = 'pass word;x';
/** The folder that EFT's log calls C:\outbound. */
const MAP = String.raw`C:\outbound=./outbound`;

let folder: string;
let root: string;
let sftp: SftpPartner;
let ftp: FtpPartner;

beforeEach(async () => {
  folder = await temporaryFolder();
  root = await temporaryFolder();
  for (const name of ['outbound', 'inbound']) await mkdir(join(folder, name));
  for (const name of ['in', 'out']) await mkdir(join(root, name));
  sftp = await startSftpPartner({ root, user: 'orders', password: PASSWORD });
  ftp = await startFtpPartner({ root, user: 'ClientA', password: PASSWORD });
  onTestFinished(async () => void (await Promise.all([sftp.stop(), ftp.stop()])));
  await writeFile(
    join(folder, 'tallyman.yaml'),
    `clientLog: { folder: ./logs, tenthColumn: true }
connections:
  acme:
    url: ${sftp.url}
    password: { env: ACME }
    hostKeys: ["${sftp.hostKeyFingerprint}"]
  beta:
    url: ${ftp.url}
    password: { env: BETA }
`,
  );
});

function run(words: readonly string[], options: Partial<TallyOptions> = {}): Promise<TallyRun> {
  const environment = { ACME: PASSWORD, BETA: PASSWORD, ...options.environment };
  return tally(['log', 'retry', ...words], { folder, ...options, environment });
}

/** Lines of EFT's, nine columns: `02:00:00`, what failed with which code. */
async function eftLog(lines: readonly string[], name = 'cl260301.log'): Promise<void> {
  await writeFile(join(folder, name), lines.map((line) => `2026-03-01 ${line}\r\n`).join(''));
}

const sent = (name: string, code: number, time = '02:10:44') =>
  `${time}; sftp; 127.0.0.1; ${sftp.port}; orders; C:\\Outbound\\${name}; /in/${name}; upload; ${code};`;

const fetched = (name: string, code: number, time = '02:11:00') =>
  `${time}; ftp; 127.0.0.1; ${ftp.port}; ClientA; ${folder}/inbound/${name}; /out/${name}; download; ${code};`;

/** Columns of the plan in a pipe. */
function planOf({ stdout }: TallyRun): readonly (readonly string[])[] {
  return stdout
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));
}

/** `send a.xml`, `left out b.xml`, ... */
function actions(result: TallyRun): readonly string[] {
  return planOf(result).map(([action, file]) => `${action} ${file}`);
}

async function ownLines(): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'logs')).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, 'logs', name), 'utf8')));
  return texts.flatMap((text) => text.trim().split('\n')).map((line) => line.replace(/^[^;]+; /, ''));
}

describe("EFT's log of last night", () => {
  beforeEach(async () => {
    for (const name of ['a.xml', 'b.xml', 'there.xml']) {
      await writeFile(join(folder, 'outbound', name), `content of ${name}`);
    }
    await writeFile(join(root, 'in', 'there.xml'), 'content of there.xml');
    await writeFile(join(root, 'out', 'prices.csv'), 'prices');
    await eftLog([
      sent('a.xml', 10_060, '02:00:00'),
      sent('a.xml', 10_060, '02:00:30'),
      sent('b.xml', 10_060, '02:01:00'),
      sent('b.xml', 0, '02:01:40'),
      sent('there.xml', 7),
      sent('gone.xml', 10_060),
      sent('*.pdf', 10_060),
      fetched('prices.csv', 425),
      `02:12:00; sftp; elsewhere.example; 22; orders; C:\\outbound\\x.xml; /in/x.xml; upload; 10060;`,
      String.raw`02:13:00; ftp; 127.0.0.1; ${ftp.port}; ClientA; D:\other\y.xml; /in/y.xml; upload; 550;`,
    ]);
  });

  it('becomes a plan: nothing is sent, and the command to send is told', async () => {
    const result = await run(['', 'cl260301.log', '--map', MAP]);
    expect(result.exitCode, result.stderr).toBe(0);
    expect(actions(result)).toEqual([
      'send a.xml',
      'send prices.csv',
      'left out there.xml',
      'cannot gone.xml',
      'cannot *.pdf',
      'cannot x.xml',
      'cannot y.xml',
    ]);
    expect(planOf(result)[0]).toEqual([
      'send',
      'a.xml',
      `${folder}/outbound -> acme:/in`,
      '2026-03-01 02:00:30, 2 attempts',
      '10060 no answer to the connection attempt (inferred)',
      expect.stringMatching(/^16 B of .*, changed since$/),
      'not there',
      'it is not there',
    ]);
    expect(result.stderr).toContain(
      '2 to send (22 B), 1 left out, 4 that cannot be planned, 1 succeeded later.',
    );
    expect(result.stderr).toContain(String.raw`--map 'D:\other=`);
    expect(result.stderr).toContain('url: sftp://orders@elsewhere.example');
    expect(result.stderr).toContain(
      String.raw`To send: tally log retry '' cl260301.log --yes --map 'C:\outbound=./outbound'`,
    );
    expect(await readdir(join(root, 'in'))).toEqual(['there.xml']);
    expect(await readdir(folder)).not.toContain('logs');
  });

  it('is sent with --yes, each attempt with its line; then there is nothing left to do', async () => {
    const words = ['op:upload', 'cl260301.log', 'logs', '--map', MAP];
    await mkdir(join(folder, 'logs'));
    await writeFile(join(folder, 'logs', 'cl260228.log'), '');
    const result = await run([...words, '--yes']);
    expect(result.exitCode, result.stderr).toBe(6);
    expect(result.stderr).toContain('1 sent');
    expect(result.stderr).toContain('Sources stay where they are');
    expect(await readFile(join(root, 'in', 'a.xml'), 'utf8')).toBe('content of a.xml');
    expect((await readdir(join(folder, 'outbound'))).sort()).toEqual(['a.xml', 'b.xml', 'there.xml']);
    expect(await ownLines()).toEqual([
      '',
      `sftp; 127.0.0.1; ${sftp.port}; orders; ${folder}/outbound/a.xml; /in/a.xml; upload; 0; 0;`,
    ]);
    await rm(join(root, 'in', 'a.xml'));
    const again = await run([...words, '--yes']);
    expect(actions(again)).not.toContain('send a.xml');
    expect(again.stderr).toContain('Nothing to send');
    expect(await readdir(join(root, 'in')), 'the partner has taken it, and gets no second one').toEqual([
      'there.xml',
    ]);
  });

  it('sends what is there already only when it is told to', async () => {
    const words = ['there.xml', 'cl260301.log', '--map', MAP, '--yes'];
    const careful = await run(words);
    expect([careful.exitCode, actions(careful)]).toEqual([9, ['left out there.xml']]);
    expect(await ownLines()).toEqual([]);
    const again = await run([...words, '--resend-existing']);
    expect([again.exitCode, actions(again)]).toEqual([0, ['send there.xml']]);
    expect(await ownLines()).toHaveLength(1);
  });

  it('is planned for the failures that the query names, and for no others', async () => {
    expect(actions(await run(['code:425', 'cl260301.log']))).toEqual(['send prices.csv']);
    const none = await run(['code:999', 'cl260301.log']);
    expect([none.exitCode, none.stdout]).toEqual([9, '']);
    expect(none.stderr).toContain('No failure matches code:999.');
    const recovered = await run(['b.xml', 'cl260301.log', '--map', MAP]);
    expect([recovered.exitCode, recovered.stdout]).toEqual([9, '']);
    expect(recovered.stderr).toContain('Nothing to send, 1 succeeded later.');
  });

  it('is given as data, and what became of it', async () => {
    const { stdout, exitCode } = await run(['', 'cl260301.log', '--map', MAP, '--json', '--yes', '-q']);
    expect(exitCode).toBe(6);
    const document = JSON.parse(stdout) as { plan: { action: string }[] };
    expect(document).toMatchObject({
      schemaVersion: 1,
      query: '',
      toSend: 2,
      leftOut: 1,
      cannot: 4,
      recovered: 1,
      exitCode: 6,
      sent: {
        batches: [
          { connection: 'acme', operation: 'upload', succeeded: 1, failed: 0 },
          { connection: 'beta', operation: 'download', succeeded: 1, failed: 0 },
        ],
        logFolder: join(folder, 'logs'),
      },
    });
    expect(document.plan[0]).toMatchObject({
      action: 'send',
      connection: 'acme',
      from: `${folder}/outbound/a.xml`,
      to: 'acme:/in/a.xml',
      attempts: 2,
      overwrite: 'skip',
      source: { state: 'file', sizeBytes: 16 },
      target: { state: 'missing' },
      lastAttempt: {
        time: '2026-03-01 02:00:30',
        code: 10_060,
        inferred: true,
        file: 'cl260301.log',
        line: 2,
      },
    });
    const lines = (await run(['prices.csv', 'cl260301.log', '--jsonl'])).stdout.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['planned', 'result']);
  });

  it('is sent by the very command that the plan tells', async () => {
    const told = await run(['a.xml', 'cl260301.log', '--map', MAP]);
    const command = /To send: tally (.*)\n/.exec(told.stderr)?.[1] ?? '';
    const environment = { HOME: folder, ACME: PASSWORD, BETA: PASSWORD, TZ: 'UTC' };
    await promisify(execFile)('/bin/sh', ['-c', `"${process.execPath}" "${tallyProgram}" ${command}`], {
      cwd: folder,
      env: environment,
    });
    expect(await readFile(join(root, 'in', 'a.xml'), 'utf8')).toBe('content of a.xml');
  });

  it('a query that was left out is missed', async () => {
    const { exitCode, stderr } = await run(['cl260301.log']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('tally log retry QUERY cl260301.log');
  });
});

describe('what goes wrong', () => {
  const content = Buffer.alloc(300_000, 'content ');
  beforeEach(async () => {
    for (const name of ['a.xml', 'b.xml', 'c.xml']) await writeFile(join(folder, 'outbound', name), content);
    await eftLog([sent('a.xml', 10_060), sent('b.xml', 10_060), sent('c.xml', 10_060)]);
  });
  const words = ['', 'cl260301.log', '--map', MAP];

  it('two connections that fit are told, and one is chosen by a flag', async () => {
    const settings = join(folder, 'tallyman.yaml');
    const twin = `  acme2:\n    url: ${sftp.url}\n    password: { env: ACME }\n    hostKeys: ["${sftp.hostKeyFingerprint}"]\n`;
    await writeFile(settings, (await readFile(settings, 'utf8')) + twin);
    const unsure = await run([...words, '--yes']);
    expect([unsure.exitCode, actions(unsure)]).toEqual([6, ['cannot a.xml', 'cannot b.xml', 'cannot c.xml']]);
    expect(unsure.stderr).toContain(`--connection orders@127.0.0.1:${sftp.port}=acme`);
    expect(sftp.acceptedConnections).toBe(0);
    const chosen = await run([...words, '--yes', '--connection', '127.0.0.1=acme2']);
    expect([chosen.exitCode, chosen.stderr]).toEqual([0, expect.stringContaining('3 sent')]);
  });

  it('a refused login is tried once, told once, and nothing is sent or logged', async () => {
    const { exitCode, stdout, stderr } = await run([...words, '--yes'], { environment: { ACME: 'wrong' } });
    expect(exitCode).toBe(4);
    expect(stdout.match(/^cannot/gm)).toHaveLength(3);
    expect(stderr.match(/Check user and password/g)).toHaveLength(1);
    expect(sftp.acceptedConnections).toBe(1);
    expect(await ownLines()).toEqual([]);
  });

  it('two ways to read a line are both shown, and neither is sent', async () => {
    const [host, paths] = [`sftp; 127.0.0.1; ${sftp.port}; orders`, `/a; b; /c; /d`];
    await eftLog([`02:00:00; ${host}; ${paths}; upload; 7;`]);
    const result = await run([...words, '--yes']);
    expect(result.exitCode).toBe(6);
    const [row, ...others] = planOf(result);
    expect(others).toEqual([]);
    expect([row?.[0], row?.at(-1)]).toEqual([
      'cannot',
      expect.stringMatching(/can be read in \d ways: .*; or /),
    ]);
    expect(await readdir(join(root, 'in'))).toEqual([]);
  });

  it('a target that appears between the look and the transfer is left alone, and said', async () => {
    // The second STAT of the target is the transfer's own look, right before it sends.
    sftp.inject({
      at: { command: 'STAT', argumentIncludes: '/in/b.xml', nth: 2 },
      do: { kind: 'delay', ms: 500 },
    });
    const running = run([...words, '--yes', '--parallel', '1'], {
      started: () => {
        void sftp.seen('OPEN').then(() => writeFile(join(root, 'in', 'b.xml'), 'by somebody else'));
      },
    });
    const { exitCode, stderr } = await running;
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/b\.xml was not sent: the target exists/)]);
    expect(stderr).toContain('2 sent, 1 skipped');
    expect(await readFile(join(root, 'in', 'b.xml'), 'utf8')).toBe('by somebody else');
    expect(await ownLines()).toHaveLength(2);
  });

  it('a partner whose disk is full: the failure has its line, nothing half is left, and it can be asked for again', async () => {
    sftp.inject({ at: { command: 'OPEN' }, do: { kind: 'diskFull', afterBytes: 1000 } });
    const full = await run([...words, '--yes', '--retries', '0']);
    expect(full.exitCode).toBe(7);
    expect(await readdir(join(root, 'in'))).toEqual([]);
    expect(await ownLines()).toEqual(Array(3).fill(expect.stringMatching(/; upload; 4; 1;$/)));
    expect(full.stderr).toContain(`Again: tally copy ${folder}/outbound/`);
    sftp.clearFaults();
    const again = await run(['', 'logs', 'cl260301.log', '--map', MAP, '--yes']);
    expect([again.exitCode, again.stderr]).toEqual([0, expect.stringContaining('3 sent')]);
    expect(planOf(again)[0]?.[3]).toMatch(/, 2 attempts$/);
  });

  it('killed in the middle: whole or absent, and the next run completes and clears what was left', async () => {
    sftp.inject({ at: { command: 'OPEN', nth: 1 }, do: { kind: 'stall', afterBytes: 1000 } });
    await run([...words, '--yes', '--parallel', '1'], {
      started: (child) => void sftp.seen('WRITE').then(() => child.kill('SIGKILL')),
    });
    sftp.clearFaults();
    await sftp.whenIdle();
    expect(await readdir(join(root, 'in'))).toEqual([expect.stringMatching(/^\.a\.xml\..*\.tally$/)]);
    const next = await run([...words, '--yes']);
    expect(next.exitCode, next.stderr).toBe(0);
    expect((await readdir(join(root, 'in'))).sort()).toEqual(['a.xml', 'b.xml', 'c.xml']);
  });

  it('logs in no more often than the transfers need: once to look, once for each file at a time', async () => {
    const { exitCode } = await run([...words, '--yes', '--parallel', '1']);
    expect(exitCode).toBe(0);
    expect(sftp.acceptedConnections).toBe(2);
  });

  it('a log folder that cannot be written: nothing is sent', async () => {
    await mkdir(join(folder, 'logs'));
    await writeFile(join(folder, 'logs', 'cl260228.log'), 'x');
    await writeFile(join(folder, 'blocked'), '');
    const { exitCode } = await run([...words, '--yes', '--log-folder', 'blocked/logs']);
    expect(exitCode).toBe(1);
    expect(await readdir(join(root, 'in'))).toEqual([]);
  });

  it('a name that steers terminals does not, and a pipe that closes early is no failure', async () => {
    await eftLog([
      sent('\u001b[31mred\u202e.xml', 10_060),
      ...Array.from({ length: 3000 }, (_, i) => sent(`${i}.xml`, 530)),
    ]);
    const all = await run(words);
    expect(all.stdout + all.stderr).not.toMatch(/[\u001b\u202e]/);
    const line = `"${process.execPath}" "${tallyProgram}" log retry '' cl260301.log | head -2`;
    const shell = await promisify(execFile)('/bin/sh', ['-c', line], {
      cwd: folder,
      env: { HOME: folder, ACME: '' },
    });
    expect(shell.stdout.split('\n')).toHaveLength(3);
    expect(shell.stderr).not.toContain('UNEXPECTED');
  });
});

describe('our own log', () => {
  it('a move whose source could not be removed is delivered already, and not sent again', async () => {
    await writeFile(join(root, 'out', 'prices.csv'), 'prices');
    ftp.inject({ at: { command: 'DELE' }, do: { kind: 'reply', code: 550 } });
    const environment = { ACME: PASSWORD, BETA: PASSWORD };
    const move = await tally(['move', 'beta:/out/prices.csv', 'inbound/'], { folder, environment });
    expect(move.exitCode, move.stderr).toBe(7);
    await rm(join(folder, 'inbound', 'prices.csv'));
    const result = await run(['', '--yes']);
    expect([result.exitCode, actions(result)]).toEqual([9, ['left out prices.csv']]);
    expect(planOf(result)[0]?.at(-1)).toContain('it was delivered just before');
  });

  it('an attempt that failed before it knew its files is planned into the folder that it named', async () => {
    await writeFile(join(folder, 'outbound', 'a.xml'), 'x');
    const refused = await tally(['copy', 'outbound/a.xml', 'acme:/in/'], {
      folder,
      environment: { ACME: 'wrong', BETA: PASSWORD },
    });
    expect(refused.exitCode).toBe(4);
    const result = await run(['', '--yes']);
    expect([result.exitCode, actions(result)]).toEqual([0, ['send a.xml']]);
    expect(await readFile(join(root, 'in', 'a.xml'), 'utf8')).toBe('x');
    expect((await run([''])).exitCode).toBe(9);
  });
});

describe('real servers', () => {
  it('push to OpenSSH and pull from vsftpd', async () => {
    const ssh = await startOpenssh();
    const vsftpd = await startVsftpd();
    onTestFinished(async () => void (await Promise.all([ssh.stop(), vsftpd.stop()])));
    await writeFile(
      join(folder, 'tallyman.yaml'),
      `clientLog: { folder: ./logs, tenthColumn: true }
connections:
  ssh:
    url: sftp://${ssh.user}@${ssh.host}:${ssh.port}
    password: { env: SSH_WORD }
    hostKeys: [${ssh.hostKeys.map((key) => JSON.stringify(key)).join(', ')}]
  ftp:
    url: ftp://${vsftpd.user}@${vsftpd.host}:${vsftpd.port}
    password: { env: FTP_WORD }
`,
    );
    const content = Buffer.alloc(3_000_000, 7);
    for (const name of ['new.bin', 'half.bin', 'done.bin'])
      await writeFile(join(folder, 'outbound', name), content);
    const put = async (server: { readonly root: string }, name: string, bytes: Buffer, time?: string) => {
      const path = join(server.root, name);
      await writeFile(path, bytes);
      await chmod(path, 0o666);
      if (time !== undefined) await utimes(path, new Date(time), new Date(time));
    };
    await put(ssh, 'half.bin', content.subarray(0, 1000), '2026-03-01T02:10:40Z');
    await put(ssh, 'done.bin', content, '2026-03-01T02:10:40Z');
    await put(vsftpd, 'prices.csv', Buffer.from('prices'));
    const over = (server: typeof ssh | typeof vsftpd, protocol: string) =>
      `${protocol}; ${server.host}; ${server.port}; ${server.user}`;
    const up = (name: string) =>
      `02:10:44; ${over(ssh, 'sftp')}; C:\\outbound\\${name}; ${ssh.remoteRoot}/${name}; upload; 7;`;
    const down = (name: string) =>
      `02:11:00; ${over(vsftpd, 'ftp')}; ${folder}/inbound/${name}; ${vsftpd.remoteRoot}/${name}; download; 426;`;
    await eftLog([
      up('new.bin'),
      up('half.bin'),
      up('done.bin'),
      up('gone.bin'),
      down('prices.csv'),
      down('none.csv'),
    ]);
    const environment = { SSH_WORD: ssh.password, FTP_WORD: vsftpd.password };
    const result = await run(['', 'cl260301.log', '--map', MAP, '--yes'], { environment });
    expect(actions(result)).toEqual([
      'send new.bin',
      'send half.bin',
      'send prices.csv',
      'left out done.bin',
      'cannot gone.bin',
      'cannot none.csv',
    ]);
    expect(result.exitCode, result.stderr).toBe(6);
    for (const name of ['new.bin', 'half.bin']) {
      expect((await readFile(join(ssh.root, name))).equals(content), name).toBe(true);
    }
    expect(await readFile(join(folder, 'inbound', 'prices.csv'), 'utf8')).toBe('prices');
    expect((await ownLines()).map((line) => line.replace(/^.*; (\w+; \d+; \d;)$/, '$1')).sort()).toEqual([
      'download; 226; 0;',
      'upload; 0; 0;',
      'upload; 0; 0;',
    ]);
  });
});
