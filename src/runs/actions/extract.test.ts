import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failingFiles, testPlatform } from '../../../test/platform/test-platform.js';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import { nodeFiles } from '../../engine/platform/node-files.js';
import type { ExtractAction } from '../../rules/actions/action.js';
import type { ActionEnd } from '../action-context.js';
import { actionContext, type ActionFixture } from './action-context.testing.js';
import { performExtract } from './extract.js';
import { contentBelow } from './folder-content.testing.js';
import { oddZip, type OddEntry } from './odd-zip.testing.js';

const run = promisify(execFile);

function extract(
  folder: string,
  action: Partial<ExtractAction> = {},
  fixture: Partial<ActionFixture> = {},
): Promise<ActionEnd> {
  const whole: ExtractAction = {
    kind: 'extract',
    from: 'a.zip',
    to: 'out/',
    format: 'zip',
    overwrite: false,
    maxBytes: 1_000_000,
    maxEntries: 100,
    ...action,
  };
  return performExtract(whole, actionContext({ folder, ...fixture }));
}

function folderWithZip(entries: readonly OddEntry[]): Promise<string> {
  return folderWithArchive(oddZip(entries));
}

async function folderWithArchive(archive: Buffer): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.zip'), archive);
  return folder;
}

async function unpacked(folder: string): Promise<Record<string, string>> {
  return contentBelow(join(folder, 'out'));
}

function codeOf(end: ActionEnd): string {
  return end.kind === 'failed' ? end.error.code : end.kind;
}

/** What an archive that is refused must leave: itself, and at most an empty folder. */
async function expectNothingOf(folder: string): Promise<void> {
  const left = Object.keys(await contentBelow(folder)).filter((name) => name !== 'out/');
  expect(left).toEqual(['a.zip']);
}

describe('extract zip', () => {
  it('gives files and folders, stored and deflated', async () => {
    const folder = await folderWithZip([
      { name: 'a.csv', content: 'aaa' },
      { name: './n/ü.csv', content: 'x'.repeat(300_000) },
      { name: 'stored', content: 'raw', stored: true },
      { name: 'empty', content: '' },
      { name: 'folder/', unixMode: 0o040755, stored: true },
    ]);
    expect(await extract(folder)).toMatchObject({ kind: 'succeeded', filesSucceeded: 1 });
    expect(await unpacked(folder)).toEqual({
      'a.csv': 'aaa',
      'n/ü.csv': 'x'.repeat(300_000),
      stored: 'raw',
      empty: '',
      'folder/': '',
    });
  });

  it('reads what zip wrote, several archives by a mask', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'x.csv'), 'xxx');
    await writeFile(join(folder, 'y.csv'), 'yyy');
    await run('zip', ['-q', 'one.zip', 'x.csv'], { cwd: folder });
    await run('zip', ['-q', '-0', 'two.zip', 'y.csv'], { cwd: folder });
    expect(await extract(folder, { from: '*.zip' })).toMatchObject({ kind: 'succeeded', filesSucceeded: 2 });
    expect(await unpacked(folder)).toEqual({ 'x.csv': 'xxx', 'y.csv': 'yyy' });
  });

  it.each([
    ['../x'],
    ['a/../../x'],
    ['..\\x'],
    ['/etc/x'],
    ['\\\\server\\x'],
    ['C:\\x'],
    ['C:x'],
    ['a/b\0c'],
    ['a\nb'],
    ['a//b'],
    ['..'],
    ['a/..'],
    [''],
    ['x'.repeat(2000)],
  ])('refuses the name %j with everything else in it', async (name) => {
    const folder = await folderWithZip([
      { name: 'good', content: 'x' },
      { name, content: 'evil' },
    ]);
    expect(codeOf(await extract(folder))).toBe('NAME_REFUSED');
    await expectNothingOf(folder);
  });

  it.each<[string, readonly OddEntry[], string]>([
    ['a link', [{ name: 'l', content: '/etc/passwd', unixMode: 0o120777 }], 'ARCHIVE_INVALID'],
    ['a device', [{ name: 'd', unixMode: 0o020666 }], 'ARCHIVE_INVALID'],
    ['a pipe', [{ name: 'p', unixMode: 0o010666 }], 'ARCHIVE_INVALID'],
    ['an encrypted entry', [{ name: 'e', content: 'x', flags: 1 }], 'ARCHIVE_INVALID'],
    ['strong encryption', [{ name: 'e', content: 'x', flags: 0x41 }], 'ARCHIVE_INVALID'],
    ['an unknown method', [{ name: 'm', content: 'x', method: 14 }], 'ARCHIVE_INVALID'],
    ['one name twice', [{ name: 'a' }, { name: 'a' }], 'ARCHIVE_INVALID'],
    ['names that differ by case', [{ name: 'n/A.csv' }, { name: 'N/a.CSV' }], 'ARCHIVE_INVALID'],
    ['names that differ by composition', [{ name: '\u00fc' }, { name: 'u\u0308' }], 'ARCHIVE_INVALID'],
    ['a file that is a folder too', [{ name: 'a' }, { name: 'A/b' }], 'ARCHIVE_INVALID'],
    ['a folder that is a file too', [{ name: 'a/', stored: true }, { name: 'a' }], 'ARCHIVE_INVALID'],
    ['a wrong checksum', [{ name: 'a', content: 'x', claimedCrc32: 1 }], 'ARCHIVE_INVALID'],
    ['less than it claims', [{ name: 'a', content: 'x', claimedBytes: 2 }], 'ARCHIVE_INVALID'],
    [
      'more than it claims',
      [{ name: 'a', content: 'x'.repeat(999_999), claimedBytes: 2 }],
      'ARCHIVE_INVALID',
    ],
    [
      'more than allowed',
      [
        { name: 'a', content: 'x'.repeat(600_000) },
        { name: 'b', content: 'x'.repeat(600_000) },
      ],
      'LIMIT_EXCEEDED',
    ],
    [
      'more files than allowed',
      Array.from({ length: 101 }, (_, index) => ({ name: `${index}` })),
      'LIMIT_EXCEEDED',
    ],
  ])('refuses %s, and leaves nothing', async (_, entries, code) => {
    const folder = await folderWithZip([{ name: 'good', content: 'x' }, ...entries]);
    const end = await extract(folder);
    expect(codeOf(end)).toBe(code);
    expect(end).toMatchObject({ isFilesFault: true });
    await expectNothingOf(folder);
  });

  it('refuses an archive that was cut anywhere, or is none', async () => {
    const whole = oddZip([
      { name: 'a', content: 'hello hello hello' },
      { name: 'b', content: 'x'.repeat(5000) },
    ]);
    for (let length = 0; length < whole.byteLength; length += 7) {
      const folder = await folderWithArchive(whole.subarray(0, length));
      expect(codeOf(await extract(folder))).toBe('ARCHIVE_INVALID');
      await expectNothingOf(folder);
    }
  });

  it('gives the true content or nothing when any byte was changed', async () => {
    const whole = oddZip([
      { name: 'a', content: 'hello hello hello' },
      { name: 'b', content: 'B', stored: true },
    ]);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.byteLength - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(whole);
        changed.writeUInt8((whole.readUInt8(at) ^ change) & 0xff, at);
        const folder = await folderWithArchive(changed);
        const end = await extract(folder);
        if (end.kind !== 'succeeded') return expectNothingOf(folder);
        const contents = Object.values(await unpacked(folder)).filter((text) => text !== '');
        for (const text of contents) expect(['hello hello hello', 'B']).toContain(text);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what is there, unless told to replace it', async () => {
    const folder = await folderWithZip([
      { name: 'a', content: 'new' },
      { name: 'b', content: 'bbb' },
    ]);
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'out/b'), 'old');
    expect(codeOf(await extract(folder))).toBe('ALREADY_EXISTS');
    expect(await unpacked(folder)).toEqual({ b: 'old' });
    expect(codeOf(await extract(folder, { overwrite: true }))).toBe('succeeded');
    expect(await unpacked(folder)).toEqual({ a: 'new', b: 'bbb' });
  });

  it('goes on where a try before it was killed between two files', async () => {
    const folder = await folderWithZip([
      { name: 'a', content: 'aaa' },
      { name: 'b', content: 'bbb' },
    ]);
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'out/a'), 'aaa');
    expect(codeOf(await extract(folder, {}, { isResumed: true }))).toBe('succeeded');
    expect(await unpacked(folder)).toEqual({ a: 'aaa', b: 'bbb' });
  });

  it('follows no link that lies in the target', async () => {
    const folder = await folderWithZip([{ name: 'n/a', content: 'evil' }]);
    await mkdir(join(folder, 'out'));
    await mkdir(join(folder, 'other'));
    await symlink(join(folder, 'other'), join(folder, 'out/n'));
    expect(codeOf(await extract(folder, { overwrite: true }))).toBe('PATH_REFUSED');
    expect(await contentBelow(join(folder, 'other'))).toEqual({});
  });

  it('does nothing in a shadow run, but says what is wrong', async () => {
    const folder = await folderWithZip([{ name: 'a', content: 'x' }]);
    expect(await extract(folder, {}, { isShadow: true })).toMatchObject({
      kind: 'succeeded',
      detail: { unpacked: [{ from: `${folder}/a.zip`, files: ['a'] }] },
    });
    await expectNothingOf(folder);
  });

  it('leaves whole files or none whichever call of the disk fails', async () => {
    let failed = 0;
    for (let failAt = 1; failAt < 200; failAt += 1) {
      const folder = await folderWithZip([
        { name: 'a', content: 'a'.repeat(9999) },
        { name: 'n/b', content: 'bbb' },
      ]);
      const files = failingFiles(nodeFiles, failAt, 'EIO');
      const end = await extract(folder, {}, { platform: testPlatform({ files }) });
      if (files.calls() < failAt) break;
      failed += 1;
      const left = await contentBelow(folder);
      const names = Object.keys(left).filter((name) => name !== 'a.zip' && !/\.tally$|\/$/.test(name));
      for (const name of names) expect(left[name]).toBe(name === 'out/a' ? 'a'.repeat(9999) : 'bbb');
      if (end.kind === 'succeeded') expect(names.sort()).toEqual(['out/a', 'out/n/b']);
    }
    expect(failed).toBeGreaterThan(20);
  });
});

describe('extract gzip', () => {
  const gzip = async (content: Buffer, name = 'a.csv.gz'): Promise<string> => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, name), content);
    return folder;
  };

  it('gives the file, by its name without the ending', async () => {
    const folder = await gzip(gzipSync('hello'));
    expect(codeOf(await extract(folder, { from: '*.gz', format: 'gzip' }))).toBe('succeeded');
    expect(await unpacked(folder)).toEqual({ 'a.csv': 'hello' });
    expect(codeOf(await extract(folder, { from: 'a.csv.gz', to: 'b.txt', format: 'gzip' }))).toBe(
      'succeeded',
    );
    expect(await readFile(join(folder, 'b.txt'), 'utf8')).toBe('hello');
  });

  it('refuses what is cut, changed, none, or too large, and leaves nothing', async () => {
    const whole = gzipSync('hello hello hello');
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(whole.length - 6) ^ 1, whole.length - 6);
    for (const content of [
      whole.subarray(0, -1),
      whole.subarray(0, 12),
      damaged,
      Buffer.from('plain'),
      Buffer.alloc(0),
    ]) {
      const folder = await gzip(content);
      expect(codeOf(await extract(folder, { from: 'a.csv.gz', format: 'gzip' }))).toBe('ARCHIVE_INVALID');
      expect(await unpacked(folder)).toEqual({});
    }
    const bomb = await gzip(gzipSync(Buffer.alloc(5_000_000)));
    expect(codeOf(await extract(bomb, { from: 'a.csv.gz', format: 'gzip' }))).toBe('LIMIT_EXCEEDED');
    expect(await unpacked(bomb)).toEqual({});
  });

  it('keeps what is there, and takes the same content as done', async () => {
    const folder = await gzip(gzipSync('hello'));
    await writeFile(join(folder, 'a.csv'), 'hello');
    const action = { from: 'a.csv.gz', to: './', format: 'gzip' as const };
    expect(codeOf(await extract(folder, action))).toBe('succeeded');
    await writeFile(join(folder, 'a.csv'), 'other');
    expect(codeOf(await extract(folder, action))).toBe('ALREADY_EXISTS');
    expect(await readFile(join(folder, 'a.csv'), 'utf8')).toBe('other');
  });
});
