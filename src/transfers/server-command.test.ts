import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBatchFixture, type BatchRecord } from '../../test/platform/batch-fixture.js';
import { CheckingPools, serverSays, type CheckingHabits } from '../../test/platform/checking-place.js';
import { ftpEndpoint } from '../../test/platform/partner-endpoint.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import type { Outcome } from '../core/outcome.js';
import type { ServerCommand } from './server-command.js';
import type { TransferOptions } from './transfer-options.js';

const partner = ftpEndpoint({ host: 'partner', port: 21, user: 'u', password: 'p' });

interface Played extends BatchRecord {
  readonly outcome: Outcome | undefined;
  /** What the server was told, the looks left out. */
  readonly told: readonly string[];
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly folder: string;
}

async function play(
  transfer: Partial<TransferOptions>,
  habits: CheckingHabits = {},
  operation: 'upload' | 'download' = 'upload',
): Promise<Played> {
  const folder = await temporaryFolder();
  for (const name of ['from', 'to']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'from', 'a.xml'), 'crates');
  const platform = testPlatform();
  const pools = new CheckingPools(partner, platform, habits);
  let outcome: Outcome | undefined;
  const record = await runBatchFixture(platform, {
    source: join(folder, 'from', 'a.xml'),
    destination: join(folder, 'to', 'b.xml'),
    ...(operation === 'upload' ? { destinationEndpoint: partner } : { sourceEndpoint: partner }),
    operation,
    transfer,
    pools,
    observer: { fileSettled: (_file, settled) => (outcome = settled) },
  });
  return {
    ...record,
    outcome,
    told: pools.asked.filter((verb) => verb !== 'stat'),
    sources: await readdir(join(folder, 'from')),
    targets: await readdir(join(folder, 'to')),
    folder,
  };
}

const command = (text: string, continueOnFail = false): ServerCommand => ({
  kind: 'command',
  text,
  continueOnFail,
});
const refused = serverSays('COMMAND_REFUSED', 502);

describe('commands before and after a file', () => {
  it('run in order around the transfer, with the file as it stands on the server', async () => {
    const { told, lines, folder } = await play({
      before: [command('SITE ONE'), command('SITE TWO %SOURCE.FILE_NAME%')],
      after: [
        command('SITE CHMOD 640 %FS.PATH%'),
        command('SITE TAG %fs.base_file_name% %FS.FOLDER_NAME% 100%'),
      ],
    });
    expect(told).toEqual([
      'command SITE ONE',
      'command SITE TWO a.xml',
      'write',
      `command SITE CHMOD 640 ${folder}/to/b.xml`,
      `command SITE TAG b ${folder}/to 100%`,
    ]);
    expect(lines).toEqual(['0 226']);
  });

  it('run of a download on the server of the source', async () => {
    const { told, folder } = await play({ after: [command('SITE DONE %FS.PATH%')] }, {}, 'download');
    expect(told).toEqual(['read', `command SITE DONE ${folder}/from/a.xml`]);
  });

  it('make folders, give names and remove', async () => {
    const paths = '%FS.FOLDER_NAME%';
    const { targets, folder } = await play({
      before: [{ kind: 'makeFolder', path: `${paths}/done`, continueOnFail: false }],
      after: [
        {
          kind: 'rename',
          from: '%FS.PATH%',
          to: `${paths}/done/%FS.FILE_NAME%.ready`,
          continueOnFail: false,
        },
        { kind: 'remove', path: `${paths}/no-such-file`, continueOnFail: true },
      ],
    });
    expect(targets).toEqual(['done']);
    expect(await readFile(join(folder, 'to', 'done', 'b.xml.ready'), 'utf8')).toBe('crates');
  });

  it('are left out for a file that is skipped', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a'), 'x');
    await writeFile(join(folder, 'b'), 'y');
    const platform = testPlatform();
    const pools = new CheckingPools(partner, platform, {});
    const skipped = await runBatchFixture(platform, {
      source: join(folder, 'a'),
      destination: join(folder, 'b'),
      destinationEndpoint: partner,
      transfer: { overwrite: 'skip', before: [command('SITE ONE')], after: [command('SITE TWO')] },
      pools,
    });
    expect(skipped.result.skipped).toBe(1);
    expect(pools.asked.filter((verb) => verb.startsWith('command'))).toEqual([]);
  });

  it('a refused one before fails the attempt with the code of the server, and nothing is sent', async () => {
    const { result, told, lines, targets, sources } = await play(
      { before: [command('SITE ONE')], removeSource: true, retries: 2 },
      { command: () => refused },
    );
    expect(result.failures[0]).toMatchObject({
      delivered: false,
      error: { code: 'COMMAND_REFUSED', lastCode: 502, phase: 'command', side: 'partner' },
    });
    expect(result.failures[0]?.error.message).toContain('before the transfer (SITE ONE)');
    expect(told).toEqual(['command SITE ONE']);
    expect(lines).toEqual(['1 502']);
    expect([sources, targets]).toEqual([['a.xml'], []]);
  });

  it('continueOnFail notes the refusal and goes on', async () => {
    const { outcome, told, lines } = await play(
      { before: [command('SITE ONE', true), command('SITE TWO')], after: [command('SITE ONE', true)] },
      { command: (text) => (text === 'SITE ONE' ? refused : undefined) },
    );
    expect(told).toEqual(['command SITE ONE', 'command SITE TWO', 'write', 'command SITE ONE']);
    expect(outcome).toMatchObject({
      kind: 'succeeded',
      notes: [
        expect.stringContaining('before the transfer (SITE ONE) failed'),
        expect.stringContaining('after the transfer (SITE ONE) failed'),
      ],
    });
    expect(lines).toEqual(['0 226']);
  });

  it('a refused one after leaves the file delivered, on a line of its own, and is never sent again', async () => {
    const { result, told, lines, targets, sources } = await play(
      { after: [command('SITE ONE')], removeSource: true, retries: 2 },
      { command: () => refused },
    );
    expect(result).toMatchObject({ succeeded: 0, failed: 1 });
    expect(result.failures[0]).toMatchObject({
      delivered: true,
      error: { code: 'AFTER_COMMAND_FAILED', lastCode: 502 },
    });
    expect(lines).toEqual(['0 226', '1 502']);
    expect(told).toEqual(['write', 'command SITE ONE']);
    expect([sources, targets]).toEqual([[], ['b.xml']]);
  });

  it('what broke off is tried again alone: each command is carried out once, and the file is sent once', async () => {
    let breaks = 2;
    const broken = serverSays('CONNECTION_LOST', 10054).with({ sessionLost: true });
    const { outcome, told, lines } = await play(
      { after: [command('SITE ONE'), command('SITE TWO')], retries: 3 },
      { command: (text) => (text === 'SITE TWO' && breaks-- > 0 ? broken : undefined) },
    );
    expect(outcome?.kind).toBe('succeeded');
    expect(told).toEqual([
      'write',
      'command SITE ONE',
      'command SITE TWO',
      'command SITE TWO',
      'command SITE TWO',
    ]);
    expect(lines).toEqual(['0 226', '1 10054', '1 10054', '0 200']);
  });

  it('one before that succeeded is not repeated when the attempt is', async () => {
    let fails = 1;
    const lost = serverSays('CONNECTION_LOST', 10054).with({ sessionLost: true });
    const { told, lines } = await play(
      { before: [command('SITE ONE')], retries: 1 },
      { refuses: (verb) => (verb === 'write' && fails-- > 0 ? lost : undefined) },
    );
    expect(told).toEqual(['command SITE ONE', 'write', 'write']);
    expect(lines).toEqual(['1 10054', '0 226']);
  });

  it('a path with a line break in it never reaches a command line', async () => {
    const { result } = await play({ before: [{ kind: 'remove', path: 'a\nDELE b', continueOnFail: false }] });
    expect(result.failures[0]?.error.message).toContain('control character');
  });
});

describe('renameTo', () => {
  it.each([
    ['%FS.BASE_FILE_NAME%.done', 'a.done'],
    ['%source.file_name%.%FS.FILE_NAME%', 'a.xml.a.xml'],
    ['fixed', 'fixed'],
  ])('%s makes the final name, and no other name is left', async (renameTo, name) => {
    const { targets, result, attempts } = await play({ renameTo });
    expect(targets).toEqual([name]);
    expect(result.succeeded).toBe(1);
    expect(attempts[0]?.remotePath.endsWith(`/to/${name}`)).toBe(true);
  });

  it('leads into a folder below the target, and to an absolute path', async () => {
    const folder = await temporaryFolder();
    for (const name of ['from', 'to', 'to/sub', 'else']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'from', 'a'), 'x');
    const send = (renameTo: string) =>
      runBatchFixture(testPlatform(), {
        source: join(folder, 'from', 'a'),
        destination: `${join(folder, 'to')}/`,
        transfer: { renameTo },
      });
    await send('sub/%FS.FILE_NAME%.1');
    await send(`${folder}/else/%FS.FILE_NAME%.2`);
    expect(await readdir(join(folder, 'to', 'sub'))).toEqual(['a.1']);
    expect(await readdir(join(folder, 'else'))).toEqual(['a.2']);
  });

  async function many(renameTo: string, dryRun = false) {
    const folder = await temporaryFolder();
    for (const name of ['from', 'to']) await mkdir(join(folder, name));
    for (const name of ['a.txt', 'a.xml', 'b.xml']) await writeFile(join(folder, 'from', name), name);
    const record = await runBatchFixture(testPlatform(), {
      source: join(folder, 'from', '*'),
      destination: `${join(folder, 'to')}/`,
      transfer: { renameTo, parallel: 1 },
      dryRun,
    });
    return { ...record, there: (await readdir(join(folder, 'to'))).sort() };
  }

  it('one name for several files is refused before anything is moved', async () => {
    const { result, there } = await many('fixed');
    expect(result.stoppedBy).toMatchObject({ code: 'SETTINGS_INVALID' });
    expect(there).toEqual([]);
  });

  it('a name that two files of a batch get goes to the first; the second fails and is named', async () => {
    const { result, there, lines } = await many('%FS.BASE_FILE_NAME%.in');
    expect(there).toEqual(['a.in', 'b.in']);
    expect(result).toMatchObject({ succeeded: 2, failed: 1 });
    expect(result.failures[0]?.error).toMatchObject({ code: 'ALREADY_EXISTS', side: 'us' });
    expect([...lines].sort()).toEqual(['0 0', '0 0', '1 -1']);
    const plan = await many('%FS.BASE_FILE_NAME%.in', true);
    expect(plan.planned.map(({ action }) => action).sort()).toEqual(['copy', 'copy', 'fail']);
  });
});
