import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startFtpPartner, type FtpPartner } from '../../src/simulator/ftp-partner.js';
import { startSftpPartner, type SftpPartner } from '../../src/simulator/sftp-partner.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally, tallyProgram, type TallyRun } from './tally-process.js';

const PASSWORD = 'pass word;x';

let folder: string;
let root: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  root = await temporaryFolder();
  for (const name of ['outbox', 'inbox']) await mkdir(join(folder, name));
  for (const name of ['in', 'out']) await mkdir(join(root, name));
});

async function ftpPartner(): Promise<FtpPartner> {
  const partner = await startFtpPartner({ root, user: 'orders', password: PASSWORD });
  onTestFinished(() => partner.stop());
  return partner;
}

async function sftpPartner(): Promise<SftpPartner> {
  const partner = await startSftpPartner({ root, user: 'orders', password: PASSWORD });
  onTestFinished(() => partner.stop());
  return partner;
}

function run(words: readonly string[], environment: Record<string, string> = {}): Promise<TallyRun> {
  return tally(words, { folder, environment: { TALLY_PASSWORD: PASSWORD, ...environment } });
}

function typeIntoShell(line: string): Promise<unknown> {
  const environment = { HOME: folder, TALLY_PASSWORD: PASSWORD };
  return promisify(execFile)('/bin/sh', ['-c', line], { cwd: folder, env: environment });
}

/** The lines of the only log file, each without its time. */
async function logLines(logFolder = join(folder, 'logs')): Promise<readonly string[]> {
  const names = await readdir(logFolder);
  const texts = await Promise.all(names.map((name) => readFile(join(logFolder, name), 'utf8')));
  return texts
    .flatMap((text) => text.trim().split('\n'))
    .map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d; /, ''));
}

describe('tally copy', () => {
  it('pushes by mask over FTP, with a line for each file', async () => {
    const partner = await ftpPartner();
    for (const name of ['a b.xml', 'ü; x.xml', 'c.txt']) await writeFile(join(folder, 'outbox', name), name);
    const { exitCode, stdout, stderr } = await run(['copy', 'outbox/*.xml', `${partner.url}/in/`]);
    expect([exitCode, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^2 sent, 16 B in .*\nclient log: .*\/logs\n$/);
    expect((await readdir(join(root, 'in'))).sort()).toEqual(['a b.xml', 'ü; x.xml']);
    const place = `ftp; 127.0.0.1; ${partner.port}; orders`;
    expect((await logLines()).toSorted()).toEqual([
      `${place}; ${folder}/outbox/a b.xml; /in/a b.xml; upload; 226;`,
      `${place}; ${folder}/outbox/ü%3B x.xml; /in/ü%3B x.xml; upload; 226;`,
    ]);
  });

  it('pushes over SFTP with a connection of the settings, and writes the tenth column', async () => {
    const partner = await sftpPartner();
    await writeFile(join(folder, 'outbox', 'a.bin'), Buffer.alloc(300_000, 7));
    await writeFile(
      join(folder, 'tallyman.yaml'),
      `clientLog: { folder: ./book, tenthColumn: true }
connections:
  acme:
    url: ${partner.url}
    password: { env: ACME_PASSWORD }
    hostKeys: ["${partner.hostKeyFingerprint}"]
`,
    );
    const { exitCode } = await tally(['copy', 'outbox/a.bin', 'acme:/in/b.bin'], {
      folder,
      environment: { ACME_PASSWORD: PASSWORD },
    });
    expect(exitCode).toBe(0);
    expect((await stat(join(root, 'in', 'b.bin'))).size).toBe(300_000);
    expect(await logLines(join(folder, 'book'))).toEqual([
      `sftp; 127.0.0.1; ${partner.port}; orders; ${folder}/outbox/a.bin; /in/b.bin; upload; 0; 0;`,
    ]);
  });

  it.each(['explicit', 'implicit'] as const)(
    'pushes over FTPS (%s) to a pinned certificate only',
    async (security) => {
      const partner = await startFtpPartner({ root, user: 'orders', password: PASSWORD, security });
      onTestFinished(() => partner.stop());
      await writeFile(join(folder, 'outbox', 'a'), Buffer.alloc(300_000, 1));
      const words = ['copy', 'outbox/a', `${partner.url}/in/`];
      const stranger = await run(words);
      expect(stranger.exitCode).toBe(4);
      expect(stranger.stderr).toContain('See: docs/reference/errors.md#CERTIFICATE_REJECTED');
      expect(await readdir(join(root, 'in'))).toEqual([]);
      const { exitCode } = await run([...words, '--pin', partner.certificate?.pin ?? '']);
      expect(exitCode).toBe(0);
      expect((await stat(join(root, 'in', 'a'))).size).toBe(300_000);
      expect(await logLines()).toEqual([
        expect.stringMatching(/^ftps; .*; upload; 10053;$/),
        expect.stringMatching(/^ftps; .*; upload; 226;$/),
      ]);
    },
  );

  it('gives its result as JSON, and as lines of JSON', async () => {
    const partner = await ftpPartner();
    await writeFile(join(folder, 'outbox', 'a'), 'x');
    const json = await run(['copy', 'outbox/a', `${partner.url}/in/`, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      schemaVersion: 1,
      command: 'copy',
      operation: 'upload',
      exitCode: 0,
      succeeded: 1,
      movedBytes: 1,
      failures: [],
    });
    const jsonl = await run(['copy', 'outbox/a', `${partner.url}/in/`, '--jsonl', '-q']);
    const lines = jsonl.stdout.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['file', 'result']);
    expect(jsonl.stderr).toBe('');
  });

  it('writes nothing in a dry run, not even a log', async () => {
    const partner = await ftpPartner();
    await writeFile(join(folder, 'outbox', 'a'), 'x');
    const { exitCode, stdout } = await run(['copy', 'outbox/*', `${partner.url}/in/`, '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`^copy\\t1\\t${folder}/outbox/a\\t${partner.url}/in/a\\t[^\\t]+\\n$`));
    expect(await readdir(join(root, 'in'))).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['inbox', 'outbox']);
  });

  it('gives a failure before the batch as JSON, too', async () => {
    const wrong = await run(['copy', 'a', 'sftp://u@h/', '--json', '--host-key', 'x']);
    expect(wrong.exitCode).toBe(2);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ schemaVersion: 1, error: { code: 'SETTINGS_INVALID' } });
    const partner = await ftpPartner();
    const words = ['download', `${partner.url}/none`, 'inbox/', '--json', '--dry-run'];
    const missing = await run(words);
    expect(missing.exitCode).toBe(3);
    expect(JSON.parse(missing.stdout)).toMatchObject({
      planned: [],
      exitCode: 3,
      stoppedBy: { code: 'NOT_FOUND' },
    });
  });

  it('copies locally, too', async () => {
    await writeFile(join(folder, 'outbox', 'a'), 'x');
    const { exitCode, stderr } = await run(['copy', 'outbox/a', 'inbox/']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('1 copied');
    expect(await logLines()).toEqual([
      expect.stringMatching(/^local; localhost; 0; .+; .*\/outbox\/a; .*\/inbox\/a; upload; 0;$/),
    ]);
  });
});

describe('tally move', () => {
  it('removes the source once its copy is proven', async () => {
    const partner = await ftpPartner();
    await writeFile(join(root, 'out', 'a.csv'), 'prices');
    const { exitCode, stderr } = await run(['move', `${partner.url}/out/*.csv`, 'inbox/']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('1 moved');
    expect(await readFile(join(folder, 'inbox', 'a.csv'), 'utf8')).toBe('prices');
    expect(await readdir(join(root, 'out'))).toEqual([]);
  });
});

describe('what goes wrong', () => {
  it('a wrong password is refused: 530, exit code 4, tried once', async () => {
    const partner = await ftpPartner();
    await writeFile(join(folder, 'outbox', 'a'), 'x');
    const words = ['copy', 'outbox/a', `${partner.url}/in/`];
    const { exitCode, stderr } = await run(words, { TALLY_PASSWORD: 'hunter2' });
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/Why: The server refused the login\..*530/);
    expect(stderr).toContain('Our side: Check user and password');
    expect(stderr).toContain('See: docs/reference/errors.md#AUTH_REJECTED');
    expect(stderr).not.toContain('hunter2');
    expect(partner.acceptedConnections).toBe(1);
    expect(await logLines()).toEqual([expect.stringMatching(/; \/in\/; upload; 530;$/)]);
  });

  it('an unknown host key is refused before anything is sent', async () => {
    const partner = await sftpPartner();
    await writeFile(join(folder, 'outbox', 'a'), 'x');
    const { exitCode, stderr } = await run(['copy', 'outbox/a', `${partner.url}/in/`]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain(partner.hostKeyFingerprint);
    expect(await logLines()).toEqual([expect.stringMatching(/; upload; 10053;$/)]);
  });

  it('a file that is not there: 550, exit code 3; with --missing-source-ok it is fine', async () => {
    const partner = await ftpPartner();
    const words = ['download', `${partner.url}/out/none.csv`, 'inbox/'];
    expect((await run(words)).exitCode).toBe(3);
    expect((await run([...words, '--missing-source-ok'])).exitCode).toBe(0);
    expect(await logLines()).toEqual([
      expect.stringMatching(/; download; 550;$/),
      expect.stringMatching(/; download; \d+;$/),
    ]);
  });

  it('a mask that matches nothing says so: exit code 9', async () => {
    const partner = await ftpPartner();
    const { exitCode, stderr } = await run(['download', `${partner.url}/out/*.none`, 'inbox/']);
    expect(exitCode).toBe(9);
    expect(stderr).toContain('nothing there to move');
  });

  it('nobody listens: 10061 for each attempt, exit code 5', async () => {
    const partner = await ftpPartner();
    await partner.stop();
    await writeFile(join(folder, 'outbox', 'a'), 'x');
    const words = ['copy', 'outbox/a', `${partner.url}/in/`, '--retries', '1', '--retry-delay', '10ms'];
    const { exitCode, stderr } = await run(words);
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/^retry /);
    expect(await logLines()).toEqual([
      expect.stringMatching(/; upload; 10061;$/),
      expect.stringMatching(/; upload; 10061;$/),
    ]);
  });

  it('some files fail: exit code 6, and the command that is named sends the rest', async () => {
    const partner = await ftpPartner();
    await writeFile(join(folder, 'outbox', 'good.txt'), 'x');
    await writeFile(join(folder, 'outbox', "bad 'ü %.txt"), 'x');
    const refusal = { kind: 'reply', code: 553, text: 'Not this one' } as const;
    partner.inject({ at: { command: 'STOR', argumentIncludes: 'bad' }, do: refusal });
    const { exitCode, stderr } = await run(['copy', 'outbox/*', `${partner.url}/in/`, '--retries', '0']);
    expect(exitCode).toBe(6);
    expect(stderr).toContain('1 sent, 1 failed');
    const again = /Again: tally (.*)/.exec(stderr)?.[1];
    expect(again).toMatch(/^copy .* --retries 0$/);
    partner.clearFaults();
    await typeIntoShell(`${process.execPath} ${tallyProgram} ${again}`);
    expect(await readdir(join(root, 'in'))).toContain("bad 'ü %.txt");
  });

  it('a log that cannot be written: nothing moves, exit code 1', async () => {
    await writeFile(join(folder, 'outbox', 'a'), 'x');
    await writeFile(join(folder, 'file'), '');
    const { exitCode, stderr } = await run(['copy', 'outbox/a', 'inbox/', '--log-folder', 'file/logs']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('client log could not be written');
    expect(await readdir(join(folder, 'inbox'))).toEqual([]);
  });

  it.each([
    [['copy', 'a', 'b', '--retries', 'x'], 2],
    [['copy', 'ftp://a/x', 'ftp://b/y'], 2],
    [['download', 'a', 'b'], 2],
    [['copy', 'a', 'acme:/in/'], 2],
    [['copy', 'a', 'gopher://h/'], 2],
    [['copy', 'a', 'sftp://h/'], 2],
    [['nonsense'], 2],
  ])('%j is a mistake of usage', async (words, exitCode) => {
    expect((await run(words)).exitCode).toBe(exitCode);
    expect((await readdir(folder)).sort()).toEqual(['inbox', 'outbox']);
  });

  it('settings with mistakes: exit code 8, every mistake with its line', async () => {
    await writeFile(join(folder, 'tallyman.yaml'), 'transfers:\n  retries: x\n  overwrit: skip\n');
    const { exitCode, stderr } = await run(['copy', 'a', 'b']);
    expect(exitCode).toBe(8);
    expect(stderr).toContain('tallyman.yaml:2:12  "retries" must be a whole number');
    expect(stderr).toContain(
      'tallyman.yaml:3:3  "overwrit" is not a key of transfers (did you mean "overwrite"?)',
    );
  });
});

describe('a signal', () => {
  /** The first file is made at the partner, under whatever name. */
  async function fileArrives(): Promise<void> {
    const folderOfPartner = watch(join(root, 'in'));
    await once(folderOfPartner, 'change');
    folderOfPartner.close();
  }

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s rolls the file under way back and says so: exit code %i', async (name, expected) => {
    const partner = await ftpPartner();
    await writeFile(join(folder, 'outbox', 'big'), Buffer.alloc(4_000_000));
    const { exitCode, stderr } = await tally(
      ['copy', 'outbox/big', `${partner.url}/in/`, '--bandwidth', '500k'],
      {
        folder,
        environment: { TALLY_PASSWORD: PASSWORD },
        started: (child) => void fileArrives().then(() => child.kill(name)),
      },
    );
    expect(exitCode).toBe(expected);
    expect(stderr).toContain('Stopping: files under way are finished or rolled back');
    expect(stderr).toMatch(/rolled back +.*\/outbox\/big/);
    expect(await readdir(join(root, 'in'))).toEqual([]);
    expect(await logLines()).toHaveLength(1);
  });

  it('a second one ends it at once', async () => {
    const partner = await ftpPartner();
    await writeFile(join(folder, 'outbox', 'big'), Buffer.alloc(4_000_000));
    const { exitCode } = await tally(['copy', 'outbox/big', `${partner.url}/in/`, '--bandwidth', '1k'], {
      folder,
      environment: { TALLY_PASSWORD: PASSWORD },
      started: (child) =>
        void fileArrives().then(() => {
          child.stderr?.once('data', () => child.kill('SIGINT'));
          child.kill('SIGINT');
        }),
    });
    expect(exitCode).toBe(130);
  });
});
