import { chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OpenMode } from '../core/files.js';
import { nodeFiles } from '../engine/platform/node-files.js';
import { localEndpoint, runBatchFixture } from '../../test/platform/batch-fixture.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { failingFiles, testPlatform } from '../../test/platform/test-platform.js';

async function tree(files: Record<string, string>): Promise<string> {
  const root = await temporaryFolder();
  await mkdir(join(root, 'in'));
  await mkdir(join(root, 'out'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

describe('copy between local folders', () => {
  it('copies one file under its own name into a folder and logs 0', async () => {
    const root = await tree({ 'in/a.txt': 'hello' });
    const run = await runBatchFixture(testPlatform(), {
      source: `${root}/in/a.txt`,
      destination: `${root}/out/`,
    });
    expect(run.result).toMatchObject({ succeeded: 1, failed: 0, movedBytes: 5 });
    expect(await readFile(join(root, 'out/a.txt'), 'utf8')).toBe('hello');
    expect(await readdir(join(root, 'out'))).toEqual(['a.txt']);
    expect(run.lines).toEqual(['0 0']);
    expect(run.attempts[0]).toMatchObject({
      localPath: `${root}/in/a.txt`,
      remotePath: `${root}/out/a.txt`,
      operation: 'upload',
      columns: { protocol: 'local', host: 'localhost', port: 0 },
    });
  });

  it('takes an existing folder without a trailing slash as a folder, and anything else as a new name', async () => {
    const root = await tree({ 'in/a.txt': 'hello' });
    await runBatchFixture(testPlatform(), { source: `${root}/in/a.txt`, destination: `${root}/out` });
    await runBatchFixture(testPlatform(), { source: `${root}/in/a.txt`, destination: `${root}/out/b.txt` });
    expect((await readdir(join(root, 'out'))).sort()).toEqual(['a.txt', 'b.txt']);
  });

  it('prints no warning of Node where many files are under way at once', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `in/${index}.txt`);
    const root = await tree(Object.fromEntries(names.map((name) => [name, name])));
    const warnings: string[] = [];
    const heard = ({ message }: Error) => void warnings.push(message);
    process.on('warning', heard);
    const run = await runBatchFixture(testPlatform(), {
      source: `${root}/in/*.txt`,
      destination: `${root}/out/`,
      destinationEndpoint: { ...localEndpoint, maxConnections: 64 },
      transfer: { parallel: 32 },
    });
    await new Promise(setImmediate);
    process.off('warning', heard);
    expect(run.result).toMatchObject({ succeeded: 40, failed: 0 });
    expect(warnings).toEqual([]);
  });

  it('copies an empty file', async () => {
    const root = await tree({ 'in/empty': '' });
    const run = await runBatchFixture(testPlatform(), {
      source: `${root}/in/empty`,
      destination: `${root}/out/`,
    });
    expect(run.lines).toEqual(['0 0']);
    expect((await stat(join(root, 'out/empty'))).size).toBe(0);
  });

  it('takes DOS wildcards without regard to case and leaves other files alone', async () => {
    const root = await tree({ 'in/a.XML': '1', 'in/b.xml': '2', 'in/c.txt': '3', 'in/sub/d.xml': '4' });
    const run = await runBatchFixture(testPlatform(), {
      source: `${root}/in/*.xml`,
      destination: `${root}/out`,
    });
    expect(run.result.succeeded).toBe(2);
    expect((await readdir(join(root, 'out'))).sort()).toEqual(['a.XML', 'b.xml']);
  });

  it('keeps the folders below with --recursive, and makes the destination', async () => {
    const root = await tree({ 'in/a.xml': '1', 'in/x/y/b.xml': '2', 'in/x/c.txt': '3' });
    await runBatchFixture(testPlatform(), {
      source: `${root}/in`,
      destination: `${root}/new`,
      recursive: true,
    });
    expect(await readFile(join(root, 'new/x/y/b.xml'), 'utf8')).toBe('2');
    expect(await readFile(join(root, 'new/x/c.txt'), 'utf8')).toBe('3');
    await runBatchFixture(testPlatform(), {
      source: `${root}/in/**/y/*.xml`,
      destination: `${root}/deep`,
      recursive: true,
    });
    expect(await readdir(join(root, 'deep'), { recursive: true })).toEqual(['x', 'x/y', 'x/y/b.xml']);
  });

  it('refuses a folder without --recursive and ** without it', async () => {
    const root = await tree({ 'in/a.xml': '1' });
    const folder = await runBatchFixture(testPlatform(), {
      source: `${root}/in`,
      destination: `${root}/out`,
    });
    expect(folder.result.stoppedBy?.code).toBe('IS_A_FOLDER');
    const stars = await runBatchFixture(testPlatform(), {
      source: `${root}/in/**`,
      destination: `${root}/out`,
    });
    expect(stars.result.stoppedBy?.code).toBe('LOCATION_INVALID');
  });

  it('logs 2 for a missing source, 0 when it counts as success, and nothing for a wildcard without match', async () => {
    const root = await tree({});
    const places = { source: `${root}/in/none.txt`, destination: `${root}/out/` };
    const missing = await runBatchFixture(testPlatform(), places);
    expect(missing.result.stoppedBy?.code).toBe('NOT_FOUND');
    expect(missing.lines).toEqual(['1 2']);
    const fine = await runBatchFixture(testPlatform(), { ...places, missingSourceOk: true });
    expect(fine.result.stoppedBy).toBeUndefined();
    expect(fine.lines).toEqual(['0 2']);
    const none = await runBatchFixture(testPlatform(), { ...places, source: `${root}/in/*.none` });
    expect(none.result).toMatchObject({ succeeded: 0, failed: 0 });
    expect(none.lines).toEqual([]);
  });

  it('names the missing destination folder and logs 3', async () => {
    const root = await tree({ 'in/a': '1' });
    const run = await runBatchFixture(testPlatform(), {
      source: `${root}/in/a`,
      destination: `${root}/nowhere/`,
    });
    expect(run.result.failures[0]?.error.message).toContain(`${root}/nowhere`);
    expect(run.lines).toEqual(['1 3']);
  });

  it('follows a link to a file, not one to a folder', async () => {
    const root = await tree({ 'in/real.txt': 'real', 'in/folder/x': 'x' });
    await symlink(join(root, 'in/real.txt'), join(root, 'in/link.txt'));
    await symlink(join(root, 'in'), join(root, 'in/loop'));
    const run = await runBatchFixture(testPlatform(), {
      source: `${root}/in`,
      destination: `${root}/out`,
      recursive: true,
    });
    expect((await readdir(join(root, 'out'))).sort()).toEqual(['folder', 'link.txt', 'real.txt']);
    expect(run.warnings).toHaveLength(1);
  });

  it('replaces a link at the target and never writes through it', async () => {
    const root = await tree({ 'in/a': 'new', elsewhere: 'untouched' });
    await symlink(join(root, 'elsewhere'), join(root, 'out/a'));
    await runBatchFixture(testPlatform(), { source: `${root}/in/a`, destination: `${root}/out/` });
    expect(await readFile(join(root, 'elsewhere'), 'utf8')).toBe('untouched');
    expect(await readFile(join(root, 'out/a'), 'utf8')).toBe('new');
  });
});

describe('a name of ours that no server may get', () => {
  it('is refused with its own line, is ours to mend, and the other files go', async () => {
    const root = await tree({ 'in/a.txt': 'fine', 'in/a\nb.txt': 'refused' });
    const run = await runBatchFixture(testPlatform(), {
      source: `${root}/in/a*`,
      destination: `${root}/out/`,
    });
    expect(run.result).toMatchObject({ succeeded: 1, failed: 1 });
    expect(run.result.failures[0]?.error).toMatchObject({ code: 'NAME_REFUSED', side: 'us' });
    expect(run.lines).toEqual(['1 -1', '0 0']);
    expect(await readdir(join(root, 'out'))).toEqual(['a.txt']);
  });
});

describe('overwrite policies', () => {
  const names = { 'in/f.txt': 'new content', 'out/f.txt': 'old' };
  const copy = async (
    root: string,
    overwrite: 'overwrite' | 'skip' | 'numerate' | 'smart' | 'newer' | 'fail',
  ) =>
    runBatchFixture(testPlatform(), {
      source: `${root}/in/f.txt`,
      destination: `${root}/out/`,
      transfer: { overwrite },
    });

  it('overwrite replaces', async () => {
    const root = await tree(names);
    await copy(root, 'overwrite');
    expect(await readFile(join(root, 'out/f.txt'), 'utf8')).toBe('new content');
  });

  it('skip leaves the target and writes no line', async () => {
    const root = await tree(names);
    const run = await copy(root, 'skip');
    expect(run.result.skipped).toBe(1);
    expect(run.lines).toEqual([]);
    expect(await readFile(join(root, 'out/f.txt'), 'utf8')).toBe('old');
  });

  it('fail leaves the target, logs a failure and says why', async () => {
    const root = await tree(names);
    const run = await copy(root, 'fail');
    expect(run.lines).toEqual(['1 80']);
    expect(run.result.failures[0]?.error.code).toBe('ALREADY_EXISTS');
    expect(await readFile(join(root, 'out/f.txt'), 'utf8')).toBe('old');
  });

  it('numerate counts as EFT does and logs the name that was used', async () => {
    const root = await tree(names);
    await copy(root, 'numerate');
    const second = await copy(root, 'numerate');
    expect((await readdir(join(root, 'out'))).sort()).toEqual([
      'Copy (2) of f.txt',
      'Copy of f.txt',
      'f.txt',
    ]);
    expect(second.attempts[0]?.remotePath).toBe(`${root}/out/Copy (2) of f.txt`);
  });

  it('numerate tells the name that was used when the file has settled', async () => {
    const root = await tree(names);
    const settled: string[] = [];
    await runBatchFixture(testPlatform(), {
      source: `${root}/in/f.txt`,
      destination: `${root}/out/`,
      transfer: { overwrite: 'numerate' },
      observer: { fileSettled: ({ target }) => settled.push(target) },
    });
    expect(settled).toEqual([`${root}/out/Copy of f.txt`]);
  });

  it('newer compares times', async () => {
    const root = await tree(names);
    await utimes(join(root, 'in/f.txt'), 1_000, 1_000);
    expect((await copy(root, 'newer')).result.skipped).toBe(1);
    await utimes(join(root, 'out/f.txt'), 500, 500);
    expect((await copy(root, 'newer')).result.succeeded).toBe(1);
  });

  it('smart skips the same, resumes a part, overwrites what differs or is larger', async () => {
    const cases: [string, string, string][] = [
      ['new content', 'skipped', 'new content'],
      ['new con', 'succeeded', 'new content'],
      ['NEW CONTENT', 'succeeded', 'new content'],
      ['new content and more', 'succeeded', 'new content'],
      ['nex', 'succeeded', 'new content'],
    ];
    for (const [target, outcome, after] of cases) {
      const root = await tree({ ...names, 'out/f.txt': target });
      const run = await copy(root, 'smart');
      expect(run.result, target).toMatchObject({ [outcome]: 1 });
      expect(await readFile(join(root, 'out/f.txt'), 'utf8')).toBe(after);
      expect(await readdir(join(root, 'out'))).toEqual(['f.txt']);
    }
  });

  it('smart moves only the missing bytes of a part', async () => {
    const root = await tree({ ...names, 'out/f.txt': 'new con' });
    expect((await copy(root, 'smart')).result.movedBytes).toBe(4);
  });
});

describe('move', () => {
  it('removes the source after the copy is proven', async () => {
    const root = await tree({ 'in/a': '1', 'in/b': '2' });
    const run = await runBatchFixture(testPlatform(), {
      source: `${root}/in/*`,
      destination: `${root}/out`,
      transfer: { removeSource: true },
    });
    expect(run.lines).toEqual(['0 0', '0 0']);
    expect(await readdir(join(root, 'in'))).toEqual([]);
    expect((await readdir(join(root, 'out'))).sort()).toEqual(['a', 'b']);
  });

  it('keeps a source that is skipped, unless told otherwise', async () => {
    const root = await tree({ 'in/a': '1', 'out/a': 'old' });
    const options = { removeSource: true, overwrite: 'skip' as const };
    const places = { source: `${root}/in/a`, destination: `${root}/out/` };
    await runBatchFixture(testPlatform(), { ...places, transfer: options });
    expect(await readdir(join(root, 'in'))).toEqual(['a']);
    await runBatchFixture(testPlatform(), { ...places, transfer: { ...options, removeSkippedSource: true } });
    expect(await readdir(join(root, 'in'))).toEqual([]);
  });

  it('says delivered when the source cannot be removed, in a line of its own, and sends nothing again', async () => {
    const root = await tree({ 'in/a': '1' });
    const platform = testPlatform();
    const remove = (path: string) =>
      path.endsWith('/in/a')
        ? Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' }))
        : nodeFiles.remove(path);
    const run = await runBatchFixture(
      { ...platform, files: { ...nodeFiles, remove } },
      { source: `${root}/in/a`, destination: `${root}/out/`, transfer: { removeSource: true, retries: 3 } },
    );
    expect(run.lines).toEqual(['0 0', '1 5']);
    expect(run.result.failures[0]).toMatchObject({ delivered: true, error: { code: 'SOURCE_NOT_REMOVED' } });
    expect(await readFile(join(root, 'out/a'), 'utf8')).toBe('1');
    expect(await readFile(join(root, 'in/a'), 'utf8')).toBe('1');
  });

  it('keeps a source that was written to after it was read', async () => {
    const root = await tree({ 'in/a': '1' });
    const rename = async (from: string, to: string) => {
      await nodeFiles.rename(from, to);
      await writeFile(join(root, 'in/a'), 'newer and longer');
    };
    const run = await runBatchFixture(testPlatform({ files: { ...nodeFiles, rename } }), {
      source: `${root}/in/a`,
      destination: `${root}/out/`,
      transfer: { removeSource: true, retries: 2 },
    });
    expect(run.lines).toEqual(['0 0', '1 31']);
    expect(await readFile(join(root, 'in/a'), 'utf8')).toBe('newer and longer');
  });
});

describe('proof', () => {
  it('reports a source that changes while it is read and leaves no copy', async () => {
    const root = await tree({ 'in/a': 'x'.repeat(3_000_000) });
    let grown = false;
    const platform = testPlatform({
      files: {
        ...nodeFiles,
        open: async (path, mode) => {
          const file = await nodeFiles.open(path, mode);
          if (mode !== 'read') return file;
          return Object.assign(Object.create(file) as typeof file, {
            read: async (buffer: Uint8Array, position: number) => {
              const count = await file.read(buffer, position);
              if (!grown) {
                grown = true;
                await writeFile(join(root, 'in/a'), 'more', { flag: 'a' });
              }
              return count;
            },
            close: () => file.close(),
            stat: () => file.stat(),
          });
        },
      },
    });
    const run = await runBatchFixture(platform, { source: `${root}/in/a`, destination: `${root}/out/` });
    expect(run.result.failures[0]?.error.code).toBe('SOURCE_CHANGED');
    expect(run.lines).toEqual(['1 31']);
    expect(await readdir(join(root, 'out'))).toEqual([]);
  });

  it('checks the content by reading back when asked', async () => {
    const root = await tree({ 'in/a': 'good', 'out/a': 'old' });
    const platform = testPlatform({
      files: {
        ...nodeFiles,
        rename: nodeFiles.rename,
        open: async (path, mode) => {
          const file = await nodeFiles.open(path, mode);
          if (mode !== 'replace') return file;
          return Object.assign(Object.create(file) as typeof file, {
            write: (_buffers: readonly Uint8Array[], position: number) =>
              file.write([Buffer.from('evil')], position),
            sync: () => file.sync(),
            close: () => file.close(),
          });
        },
      },
    });
    const run = await runBatchFixture(platform, {
      source: `${root}/in/a`,
      destination: `${root}/out/`,
      transfer: { verify: 'checksum' },
    });
    expect(run.result.failures[0]?.error.code).toBe('CONTENT_MISMATCH');
    expect(await readFile(join(root, 'out/a'), 'utf8')).toBe('old');
    expect(await readdir(join(root, 'out'))).toEqual(['a']);
  });

  it('keeps the time of last change when asked', async () => {
    const root = await tree({ 'in/a': '1' });
    await utimes(join(root, 'in/a'), 1_234_567, 1_234_567);
    await runBatchFixture(testPlatform(), {
      source: `${root}/in/a`,
      destination: `${root}/out/`,
      transfer: { keepTime: true },
    });
    expect((await stat(join(root, 'out/a'))).mtimeMs).toBe(1_234_567_000);
  });
});

describe('the n-th call to the disk fails', () => {
  it('leaves the old target or the whole new one, the source until then, and no temporary file, for every n', async () => {
    for (let failAt = 1; ; failAt += 1) {
      const root = await tree({ 'in/a': 'new content', 'out/a': 'old' });
      const files = failingFiles(nodeFiles, failAt, 'EIO');
      const run = await runBatchFixture(testPlatform({ files }), {
        source: `${root}/in/a`,
        destination: `${root}/out/`,
        transfer: { removeSource: true },
      });
      const where = `call ${failAt}`;
      const target = await readFile(join(root, 'out/a'), 'utf8');
      const sources = await readdir(join(root, 'in'));
      expect(['old', 'new content'], where).toContain(target);
      if (target === 'old') expect(sources, where).toEqual(['a']);
      const rest = (await readdir(join(root, 'out'))).filter((name) => name !== 'a');
      expect(rest.length, where).toBeLessThanOrEqual(run.result.leftovers.length);
      if (files.calls() < failAt) {
        expect(run.result.succeeded).toBe(1);
        return;
      }
      const endedWell = run.result.succeeded === 1;
      if (!endedWell) expect(run.lines.at(-1)?.startsWith('1 '), where).toBe(true);
    }
  });
});

describe('no permission and dry run', () => {
  it('says in a dry run what would be done and writes nothing', async () => {
    const root = await tree({ 'in/a': '1', 'in/b': '2', 'out/a': 'old' });
    const run = await runBatchFixture(testPlatform(), {
      source: `${root}/in/*`,
      destination: `${root}/out`,
      dryRun: true,
      transfer: { overwrite: 'skip' },
    });
    expect(run.planned.map(({ source, action }) => [source, action]).sort()).toEqual([
      [`${root}/in/a`, 'skip'],
      [`${root}/in/b`, 'copy'],
    ]);
    expect(run.lines).toEqual([]);
    expect(await readdir(join(root, 'out'))).toEqual(['a']);
  });

  it('logs 5 where the folder may not be written', async () => {
    const root = await tree({ 'in/a': '1' });
    await chmod(join(root, 'out'), 0o500);
    const open = (path: string, mode: OpenMode) =>
      mode === 'replace'
        ? Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' }))
        : nodeFiles.open(path, mode);
    const run = await runBatchFixture(testPlatform({ files: { ...nodeFiles, open } }), {
      source: `${root}/in/a`,
      destination: `${root}/out/`,
    });
    expect(run.lines).toEqual(['1 5']);
    expect(run.result.failures[0]?.error).toMatchObject({ code: 'PERMISSION_DENIED', side: 'us' });
  });
});
