import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { failingFiles, testPlatform } from '../../../test/platform/test-platform.js';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import type { Platform } from '../../core/platform.js';
import { nodeFiles } from '../../engine/platform/node-files.js';
import type { CompressAction } from '../../rules/actions/action.js';
import type { ActionEnd } from '../action-context.js';
import { actionContext, type ActionFixture } from './action-context.testing.js';
import { performCompress } from './compress.js';
import { contentBelow } from './folder-content.testing.js';

const run = promisify(execFile);

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

function compress(
  folder: string,
  action: Partial<CompressAction>,
  fixture: Partial<ActionFixture> = {},
): Promise<ActionEnd> {
  const whole: CompressAction = {
    kind: 'compress',
    from: 'in',
    to: 'a.zip',
    format: 'zip',
    removeSource: false,
    ...action,
  };
  return performCompress(whole, actionContext({ folder, ...fixture }));
}

function codeOf(end: ActionEnd): string {
  return end.kind === 'failed' ? end.error.code : end.kind;
}

async function unzipped(folder: string, archive: string): Promise<Record<string, string>> {
  const out = await temporaryFolder();
  await run('unzip', ['-q', join(folder, archive), '-d', out]);
  return contentBelow(out);
}

describe('compress', () => {
  it('packs a folder so that unzip gives back every file', async () => {
    const folder = await folderWith({
      'in/a.csv': 'aaa',
      'in/sub/ü b.csv': 'x'.repeat(100_000),
      'in/empty': '',
    });
    const end = await compress(folder, {});
    expect(end).toMatchObject({
      kind: 'succeeded',
      filesSucceeded: 3,
      text: `packed 3 files into ${folder}/a.zip`,
    });
    expect(await unzipped(folder, 'a.zip')).toEqual({
      'a.csv': 'aaa',
      'sub/ü b.csv': 'x'.repeat(100_000),
      empty: '',
    });
    await run('unzip', ['-t', join(folder, 'a.zip')]);
  });

  it('packs what fits a mask, in folders below only with **', async () => {
    const folder = await folderWith({
      'in/a.csv': '1',
      'in/b.txt': '2',
      'in/n/c.csv': '3',
      'in/n/m/d.csv': '4',
    });
    await compress(folder, { from: 'in/*.csv', to: 'flat.zip' });
    await compress(folder, { from: 'in/**/*.csv', to: 'deep.zip' });
    expect(Object.keys(await unzipped(folder, 'flat.zip'))).toEqual(['a.csv']);
    expect(Object.keys(await unzipped(folder, 'deep.zip')).sort()).toEqual(['a.csv', 'n/c.csv', 'n/m/d.csv']);
  });

  it('leaves out itself, links, and files that are on their way', async () => {
    const folder = await folderWith({ 'a.csv': '1', '.b.csv.abcdefgh.tally': 'part', 'all.zip': 'old' });
    await symlink('/etc/passwd', join(folder, 'link'));
    expect(codeOf(await compress(folder, { from: '*', to: 'all.zip' }))).toBe('succeeded');
    expect(await unzipped(folder, 'all.zip')).toEqual({ 'a.csv': '1' });
  });

  it('packs each file for itself with gzip into a folder', async () => {
    const folder = await folderWith({ 'in/a.csv': 'aaa', 'in/b.csv': 'bbb' });
    expect(
      await compress(folder, { from: 'in/*.csv', to: 'out/', format: 'gzip', removeSource: true }),
    ).toMatchObject({
      kind: 'succeeded',
      filesSucceeded: 2,
    });
    expect(gunzipSync(await readFile(join(folder, 'out/a.csv.gz'))).toString()).toBe('aaa');
    expect(Object.keys(await contentBelow(folder)).sort()).toEqual(['in/', 'out/a.csv.gz', 'out/b.csv.gz']);
  });

  it('packs no two files into one gzip file', async () => {
    const folder = await folderWith({ 'in/a.csv': 'aaa', 'in/b.csv': 'bbb' });
    expect(codeOf(await compress(folder, { to: 'all.gz', format: 'gzip' }))).toBe('REFUSED');
    expect(Object.keys(await contentBelow(folder))).toEqual(['in/a.csv', 'in/b.csv']);
  });

  it('finds nothing by a mask without failing, but names a file that is not there', async () => {
    const folder = await folderWith({ x: '' });
    expect(await compress(folder, { from: '*.csv' })).toMatchObject({ kind: 'succeeded' });
    expect(codeOf(await compress(folder, { from: 'gone.csv' }))).toBe('NOT_FOUND');
    expect(Object.keys(await contentBelow(folder))).toEqual(['x']);
  });

  it('removes the sources once the packed file is whole', async () => {
    const folder = await folderWith({ 'in/a.csv': 'aaa' });
    expect(codeOf(await compress(folder, { removeSource: true }))).toBe('succeeded');
    expect(Object.keys(await contentBelow(folder))).toEqual(['a.zip', 'in/']);
  });

  it('never replaces a packed file whose sources were removed', async () => {
    const folder = await folderWith({ 'in/a.csv': 'monday' });
    await compress(folder, { removeSource: true });
    await writeFile(join(folder, 'in/a.csv'), 'tuesday');
    expect(codeOf(await compress(folder, { removeSource: true }))).toBe('ALREADY_EXISTS');
    expect(await unzipped(folder, 'a.zip')).toEqual({ 'a.csv': 'monday' });
    expect((await contentBelow(folder))['in/a.csv']).toBe('tuesday');
  });

  it('goes on where a try before it came as far as the packed file', async () => {
    const folder = await folderWith({ 'in/a.csv': 'aaa', 'in/b.csv': 'bbb' });
    await compress(folder, {});
    expect(codeOf(await compress(folder, { removeSource: true }, { isResumed: true }))).toBe('succeeded');
    expect(Object.keys(await contentBelow(folder))).toEqual(['a.zip', 'in/']);
    expect(
      codeOf(await compress(folder, { from: 'in/a.csv', removeSource: true }, { isResumed: true })),
    ).toBe('succeeded');
  });

  it('does nothing in a shadow run', async () => {
    const folder = await folderWith({ 'in/a.csv': 'aaa' });
    const end = await compress(folder, { removeSource: true }, { isShadow: true });
    expect(end).toMatchObject({ kind: 'succeeded', text: `would pack 1 file into ${folder}/a.zip` });
    expect(Object.keys(await contentBelow(folder))).toEqual(['in/a.csv']);
  });

  it('refuses a file that a link leads to outside the roots, and places at a partner', async () => {
    const folder = await folderWith({ 'in/a.csv': 'aaa' });
    await symlink('/etc/hostname', join(folder, 'in/name'));
    await symlink('/etc', join(folder, 'etc'));
    expect(codeOf(await compress(folder, { from: 'in/name' }))).toBe('PATH_REFUSED');
    expect(codeOf(await compress(folder, { from: 'etc/hostname' }))).toBe('PATH_REFUSED');
    expect(codeOf(await compress(folder, { to: 'etc/x.zip' }))).toBe('PATH_REFUSED');
    expect(codeOf(await compress(folder, { from: 'acme:/in/a.csv' }))).toBe('UNSUPPORTED');
    expect(Object.keys(await contentBelow(folder)).sort()).toEqual(['etc', 'in/a.csv', 'in/name']);
  });

  it('fails and leaves everything as it was when a source changes meanwhile', async () => {
    const folder = await folderWith({ 'in/a.csv': 'aaa' });
    const platform = changingWhileRead(join(folder, 'in/a.csv'));
    expect(codeOf(await compress(folder, { removeSource: true }, { platform }))).toBe('SOURCE_CHANGED');
    expect(await contentBelow(folder)).toEqual({ 'in/a.csv': 'aaaX' });
  });

  it('ends when the run is cancelled, and leaves nothing', async () => {
    const folder = await folderWith({ 'in/a.csv': 'aaa' });
    expect(codeOf(await compress(folder, {}, { signal: AbortSignal.abort() }))).toBe('cancelled');
    expect(Object.keys(await contentBelow(folder))).toEqual(['in/a.csv']);
  });

  it.each(['zip', 'gzip'] as const)(
    'by %s loses nothing whichever call of the disk fails',
    async (format) => {
      let failed = 0;
      for (let failAt = 1; failAt < 100; failAt += 1) {
        const folder = await folderWith({ 'in/a.csv': 'a'.repeat(300_000) });
        const files = failingFiles(nodeFiles, failAt, 'ENOSPC');
        const platform = testPlatform({ files });
        const action = { from: 'in/a.csv', to: 'packed', format, removeSource: true };
        const end = await compress(folder, action, { platform });
        if (files.calls() < failAt) break;
        failed += 1;
        const left = await contentBelow(folder);
        if (left['packed'] === undefined) expect(left['in/a.csv']).toHaveLength(300_000);
        else if (format === 'gzip')
          expect(gunzipSync(Buffer.from(left['packed'], 'latin1'))).toHaveLength(300_000);
        else expect((await unzipped(folder, 'packed'))['a.csv']).toHaveLength(300_000);
        if (left['in/a.csv'] === undefined) expect(end.kind).toBe('succeeded');
      }
      expect(failed).toBeGreaterThan(10);
    },
  );
});

/** Somebody appends to the file when it is opened for the first time. */
function changingWhileRead(path: string): Platform {
  return testPlatform({
    files: {
      ...nodeFiles,
      open: async (opened, mode) => {
        const file = await nodeFiles.open(opened, mode);
        if (opened === path) await writeFile(path, 'aaaX');
        return file;
      },
    },
  });
}
