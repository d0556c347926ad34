import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import { failingFiles, seededRandom } from '../../../test/platform/test-platform.js';
import type { Files } from '../../core/files.js';
import { TransferError } from '../../core/transfer-error.js';
import { nodeFiles } from '../platform/node-files.js';
import { OutputFile } from './output-file.js';

interface Scene {
  readonly path: string;
  readonly inputs?: readonly string[];
  readonly files?: Files;
}

const open = ({ path, inputs = [], files = nodeFiles }: Scene) =>
  OutputFile.open({ path, inputs, files, random: seededRandom(1) });

async function write(scene: Scene, text: string): Promise<void> {
  const file = await open(scene);
  try {
    for (const part of text.match(/.{1,3}/gs) ?? []) await file.write(Buffer.from(part));
    await file.finish();
  } catch (error) {
    throw await file.giveUp(error);
  }
}

describe('a result', () => {
  it('replaces what stood there only when it is whole', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out.csv');
    await writeFile(path, 'old');
    const file = await open({ path });
    await file.write(Buffer.from('half'));
    expect(await readFile(path, 'utf8')).toBe('old');
    await file.finish();
    expect(await readFile(path, 'utf8')).toBe('half');
    expect(await readdir(folder)).toEqual(['out.csv']);
  });

  it('is whole or absent, and nothing else is left, whichever call of the disk fails', async () => {
    const counting = failingFiles(nodeFiles, 0, 'EIO');
    await write({ path: join(await temporaryFolder(), 'out.csv'), files: counting }, 'new text');
    expect(counting.calls()).toBeGreaterThan(6);
    for (let failAt = 1; failAt <= counting.calls(); failAt += 1) {
      const folder = await temporaryFolder();
      await writeFile(join(folder, 'out.csv'), 'old');
      const failing = failingFiles(nodeFiles, failAt, 'ENOSPC');
      const failure: unknown = await write(
        { path: join(folder, 'out.csv'), files: failing },
        'new text',
      ).catch((error: unknown) => error);
      expect(failure, `call ${failAt}`).toBeInstanceOf(TransferError);
      expect(failure).toMatchObject({ code: 'NO_SPACE', side: 'us' });
      expect(await readdir(folder)).toEqual(['out.csv']);
      expect(['old', 'new text']).toContain(await readFile(join(folder, 'out.csv'), 'utf8'));
    }
  });

  it('names what it could not remove', async () => {
    const folder = await temporaryFolder();
    const files = { ...nodeFiles, remove: () => Promise.reject(new Error('no')) };
    const file = await open({ path: join(folder, 'out.csv'), files });
    const failure = await file.giveUp(new Error('the reason'));
    expect(failure.message).toMatch(/^the reason; .*\.out\.csv\.\w{8}\.tally is left behind/);
  });

  it('goes where a link points, and the link stays', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'real.csv'), 'old');
    await symlink('real.csv', join(folder, 'link.csv'));
    await write({ path: join(folder, 'link.csv') }, 'new');
    expect(await readFile(join(folder, 'real.csv'), 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['link.csv', 'real.csv']);
  });

  it('never takes the place of a device', async () => {
    await write({ path: '/dev/null' }, 'gone');
    expect((await nodeFiles.stat('/dev/null')).kind).toBe('other');
  });
});

describe('refused are', () => {
  it('a file that is being read, also under another name', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'cl260301.log'), 'log');
    await symlink('cl260301.log', join(folder, 'other'));
    const inputs = [join(folder, 'cl260301.log')];
    for (const name of ['cl260301.log', 'other']) {
      await expect(open({ path: join(folder, name), inputs })).rejects.toMatchObject({
        code: 'SETTINGS_INVALID',
        isUsage: true,
        message: expect.stringContaining('is one of the files that are read') as string,
      });
    }
  });

  it('an archive in which a log is being read', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'logs.zip'), 'zip');
    const inputs = [join(folder, 'logs.zip/2026/cl260301.log')];
    await expect(open({ path: join(folder, 'logs.zip'), inputs })).rejects.toMatchObject({ isUsage: true });
    await (await open({ path: join(folder, 'other.csv'), inputs })).giveUp(new Error('enough'));
    expect(await readdir(folder)).toEqual(['logs.zip']);
  });

  it('a folder', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'sub'));
    await expect(open({ path: join(folder, 'sub') })).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });

  it('a name in a folder that does not exist', async () => {
    const folder = await temporaryFolder();
    await expect(open({ path: join(folder, 'no/out.csv') })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(`the folder ${join(folder, 'no')} does not exist`) as string,
    });
  });
});
