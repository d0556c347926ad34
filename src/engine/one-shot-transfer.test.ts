import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { TransferError } from '../core/transfer-error.js';
import { openEngine, type Engine, type EngineOptions } from './engine.js';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder, 'out'));
  await mkdir(join(folder, 'in'));
});

const engine = (options: EngineOptions = {}): Promise<Engine> =>
  openEngine({
    workFolder: folder,
    environment: { XDG_STATE_HOME: join(folder, 'state'), XDG_CONFIG_HOME: join(folder, 'config') },
    ...options,
  });

const copy = { verb: 'copy', source: 'out/a', destination: 'in/' } as const;

async function logText(): Promise<string> {
  const [name = ''] = await readdir(join(folder, 'logs'));
  return readFile(join(folder, 'logs', name), 'utf8');
}

describe('a transfer from a program', () => {
  it('has its line before the report is given', async () => {
    await writeFile(join(folder, 'out', 'a'), 'x');
    const { transfer } = await engine({ flags: { tenthColumn: true } });
    const report = await transfer(copy);
    expect(report.result).toMatchObject({ succeeded: 1, failed: 0 });
    expect(report.logFolder).toBe(join(folder, 'logs'));
    expect(await logText()).toMatch(/\/out\/a; .*\/in\/a; upload; 0; 0;\r?\n$/);
  });

  it('moves nothing when the log cannot be written', async () => {
    await writeFile(join(folder, 'out', 'a'), 'x');
    await writeFile(join(folder, 'logs'), 'a file, not a folder');
    const { transfer } = await engine();
    await expect(transfer(copy)).rejects.toMatchObject({ code: 'CLIENT_LOG_FAILED' });
    expect(await readdir(join(folder, 'in'))).toEqual([]);
  });

  it('refuses two remote sides before any secret is fetched', async () => {
    const { transfer } = await engine();
    const order = { verb: 'copy', source: 'ftp://u:pw@a/x', destination: 'sftp://u@b/y' } as const;
    const error = await transfer(order).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TransferError);
    expect((error as TransferError).message).toContain('both remote');
    expect((error as TransferError).message).not.toContain('pw');
  });

  it('keeps only the settling attempt of a file where that was asked for', async () => {
    const config = join(folder, 'tallyman.yaml');
    for (const [attempts, count] of [
      ['all', 3],
      ['last', 1],
    ] as const) {
      await writeFile(config, `clientLog: { folder: ./${attempts}, attempts: ${attempts} }\n`);
      const { transfer } = await engine({ config, flags: { retries: '2', retryDelay: '1ms', timeout: '1' } });
      const destination = 'ftp://127.0.0.1:1/';
      await writeFile(join(folder, 'out', 'a'), 'x');
      await transfer({ verb: 'copy', source: 'out/a', destination });
      const [name = ''] = await readdir(join(folder, attempts));
      const lines = (await readFile(join(folder, attempts, name), 'utf8')).trim().split('\n');
      expect(lines).toHaveLength(count);
    }
  });

  it('reads the tenth column from EFT’s own places', async () => {
    await writeFile(join(folder, 'ap.json'), '{"Enable10ColumnInClientLog": "1"}');
    const config = join(folder, 'tallyman.yaml');
    await writeFile(config, 'eft: { advancedProperties: ap.json }\n');
    await writeFile(join(folder, 'out', 'a'), 'x');
    await (await engine({ config })).transfer(copy);
    expect(await logText()).toMatch(/; upload; 0; 0;\r?\n$/);
  });
});

describe('a look from a program', () => {
  it('gives rows in turn, by mask and through folders', async () => {
    await mkdir(join(folder, 'out', 'b'));
    for (const name of ['a.csv', 'a.txt', 'b/c.csv']) await writeFile(join(folder, 'out', name), 'x');
    const { list } = await engine();
    const names: string[] = [];
    await list('out/*.csv', { recursive: true, entry: (_, path) => void names.push(path) });
    expect(names.toSorted()).toEqual(['a.csv', 'b/c.csv']);
    await expect(list('out/*/x', { entry: () => undefined })).rejects.toMatchObject({
      code: 'LOCATION_INVALID',
    });
  });

  it('tells a file, the one that a listing names, and what is not there', async () => {
    await writeFile(join(folder, 'out', 'a'), 'abc');
    const { list, stat } = await engine();
    expect(await stat('out/a')).toMatchObject({ kind: 'file', sizeBytes: 3 });
    expect(await stat('out/')).toMatchObject({ kind: 'folder' });
    const rows: unknown[] = [];
    await list('out/a', { entry: (entry, path) => void rows.push([path, entry.sizeBytes]) });
    expect(rows).toEqual([['a', 3]]);
    await expect(list('none', { entry: () => undefined })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(stat('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a program that prints a secret', () => {
  it('runs without a shell, within limits', async () => {
    const { nodeCommands } = await import('./node-commands.js');
    const limits = { timeoutMs: 5000, maxBytes: 100 };
    const say = (script: string) => nodeCommands.run([process.execPath, '-e', script], limits);
    expect(await say('console.log("a;b $HOME")')).toEqual({
      exitCode: 0,
      stdout: Buffer.from('a;b $HOME\n'),
    });
    expect((await say('process.exit(3)')).exitCode).toBe(3);
    await expect(say('console.log("x".repeat(1000))')).rejects.toMatchObject({
      code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER',
    });
    await expect(nodeCommands.run(['/no/such/program'], limits)).rejects.toMatchObject({ code: 'ENOENT' });
    const endless = nodeCommands.run([process.execPath, '-e', 'setInterval(() => {}, 1000)'], {
      ...limits,
      timeoutMs: 300,
    });
    await expect(endless).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });
});
