import { readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNodePlatform } from '../../engine/platform/node-platform.js';
import { lookAtLocation } from '../look-at-location.js';
import { performArchive } from './archive.js';
import { performDelete } from './delete.js';
import { performList } from './list.js';
import { performMakeFolder } from './make-folder.js';
import { performRename } from './rename.js';
import { partnerScene } from './transfer-partner.testing.js';
import { transferScene } from './transfer-scene.testing.js';

const NO = { kind: 'reply', code: 550, text: 'Permission denied' } as const;
const DELETE = { kind: 'delete', recursive: false, folder: false, missingOk: false } as const;

describe('list', () => {
  it('makes a data set whose paths can be used again, here and at a partner', async () => {
    const scene = await partnerScene();
    await writeFile(join(scene.root, 'out/a.csv'), 'abc');
    await writeFile(join(scene.root, 'out/b.txt'), 'x');
    await scene.write('outbox/sub/c.csv', 'c');
    const context = await scene.begin();
    const there = await performList(
      { kind: 'list', from: 'acme:/out/*.csv', into: 'THERE', recursive: false },
      context,
    );
    expect(there).toMatchObject({ kind: 'succeeded', text: 'found 1 file: acme:/out/*.csv' });
    await performList({ kind: 'list', from: 'outbox', into: 'HERE', recursive: true }, context);
    expect(context.datasets.get('THERE')).toMatchObject([
      { name: 'a.csv', path: 'acme:/out/a.csv', sizeBytes: 3 },
    ]);
    expect(context.datasets.get('THERE')?.[0]?.modifiedMs).toBeTypeOf('number');
    expect(context.datasets.get('HERE')).toMatchObject([{ path: `${scene.folder}/outbox/sub/c.csv` }]);
  });

  it('fails for a folder that is not there or says no, and makes an empty set for a mask that fits nothing', async () => {
    const scene = await partnerScene();
    const context = await scene.begin();
    const list = (from: string) => performList({ kind: 'list', from, into: 'D', recursive: false }, context);
    expect(await list('acme:/none/')).toMatchObject({ kind: 'failed' });
    expect(await list('acme:/out/*.xml')).toMatchObject({ kind: 'succeeded' });
    expect(context.datasets.get('D')).toEqual([]);
  });
});

describe('rename', () => {
  const rename = { kind: 'rename', from: 'acme:/in/a.csv', to: 'b.csv', replace: false } as const;

  it('gives a new name in the folder, or a path on the same side, and refuses another side', async () => {
    const scene = await partnerScene();
    await writeFile(join(scene.root, 'in/a.csv'), 'a');
    expect(await performRename(rename, await scene.begin())).toMatchObject({ kind: 'succeeded' });
    const back = { ...rename, from: 'acme:/in/b.csv', to: '/out/c.csv' };
    expect(await performRename(back, await scene.begin())).toMatchObject({ kind: 'succeeded' });
    expect(await readdir(join(scene.root, 'out'))).toEqual(['c.csv']);
    await expect(performRename({ ...rename, to: './x.csv' }, await scene.begin())).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
    });
  });

  it('replaces only where it may, also at a partner that replaces whatever is asked', async () => {
    const scene = await partnerScene();
    for (const name of ['a.csv', 'b.csv']) await writeFile(join(scene.root, 'in', name), name);
    const refused = await performRename(rename, await scene.begin());
    expect(refused).toMatchObject({ kind: 'failed', error: { code: 'ALREADY_EXISTS' } });
    expect(await readFile(join(scene.root, 'in/b.csv'), 'utf8')).toBe('b.csv');
    expect(await performRename({ ...rename, replace: true }, await scene.begin())).toMatchObject({
      kind: 'succeeded',
    });
    expect(await readFile(join(scene.root, 'in/b.csv'), 'utf8')).toBe('a.csv');
  });

  it('fails with the words of a partner that says no', async () => {
    const scene = await partnerScene();
    await writeFile(join(scene.root, 'in/a.csv'), 'a');
    scene.partner.inject({ at: { command: 'RNTO' }, do: NO });
    const end = await performRename(rename, await scene.begin());
    expect(end).toMatchObject({ kind: 'failed', error: { lastCode: 550 } });
    expect(await readdir(join(scene.root, 'in'))).toEqual(['a.csv']);
  });

  it('whose reply is lost, or whose process died, is settled by looking', async () => {
    const scene = await partnerScene();
    await writeFile(join(scene.root, 'in/a.csv'), 'a');
    scene.partner.inject({ at: { command: 'RNTO', nth: 1, moment: 'answer' }, do: { kind: 'reset' } });
    expect(await performRename(rename, await scene.begin())).toMatchObject({ kind: 'succeeded' });
    const resumed = await performRename(rename, await scene.begin({ isResumed: true }));
    expect(resumed).toMatchObject({
      kind: 'succeeded',
      text: expect.stringContaining('was renamed before') as string,
    });
    expect(scene.told('RNTO')).toBe(1);
    const anew = await performRename(rename, await scene.begin());
    expect(anew).toMatchObject({ kind: 'failed' });
  });

  it('takes the file of the event along, and refuses a link out of the roots', async () => {
    const scene = await transferScene();
    const outside = await transferScene();
    await scene.write('outbox/a.csv', 'a');
    const here = { kind: 'rename', from: 'outbox/a.csv', to: 'b.csv', replace: false } as const;
    expect(await performRename(here, await scene.begin())).toMatchObject({
      variables: { 'FS.PATH': `${scene.folder}/outbox/b.csv`, 'FS.FILE_NAME': 'b.csv' },
    });
    await symlink(outside.folder, join(scene.folder, 'linked'));
    const out = { ...here, from: 'outbox/b.csv', to: './linked/b.csv' };
    expect(await performRename(out, await scene.begin())).toMatchObject({ error: { code: 'PATH_REFUSED' } });
    expect(await scene.names('outbox')).toEqual(['b.csv']);
  });
});

describe('delete', () => {
  it('removes what is old enough by a mask, and leaves the rest', async () => {
    const scene = await transferScene();
    for (const name of ['old.csv', 'new.csv', 'old.txt']) await scene.write(`outbox/${name}`, name);
    for (const name of ['old.csv', 'old.txt']) await utimes(join(scene.folder, 'outbox', name), 1, 1);
    const action = { ...DELETE, path: 'outbox/*.csv', olderThanMs: 60_000 };
    expect(await performDelete(action, await scene.begin({ isShadow: true }))).toMatchObject({
      text: expect.stringContaining('would delete 1 file') as string,
    });
    expect(await performDelete(action, await scene.begin())).toMatchObject({ detail: { left: 1 } });
    expect(await scene.names('outbox')).toEqual(['new.csv', 'old.txt']);
  });

  it('of a missing file fails, unless that is fine or the step was begun before', async () => {
    const scene = await partnerScene();
    const action = { ...DELETE, path: 'acme:/in/a.csv' };
    expect(await performDelete(action, await scene.begin())).toMatchObject({
      kind: 'failed',
      error: { code: 'NOT_FOUND' },
    });
    expect(await performDelete({ ...action, missingOk: true }, await scene.begin())).toMatchObject({
      kind: 'succeeded',
    });
    expect(await performDelete(action, await scene.begin({ isResumed: true }))).toMatchObject({
      kind: 'succeeded',
    });
  });

  it('goes on with the others where the partner refuses one, and settles a lost reply by looking', async () => {
    const scene = await partnerScene();
    for (const name of ['a.csv', 'b.csv', 'c.csv']) await writeFile(join(scene.root, 'in', name), name);
    scene.partner.inject({ at: { command: 'DELE', argumentIncludes: 'a.csv' }, do: NO });
    scene.partner.inject({
      at: { command: 'DELE', argumentIncludes: 'b.csv', moment: 'answer' },
      do: { kind: 'reset' },
    });
    const end = await performDelete({ ...DELETE, path: 'acme:/in/*.csv' }, await scene.begin());
    expect(end).toMatchObject({ kind: 'failed', filesFailed: 1, error: { lastCode: 550 } });
    expect(await readdir(join(scene.root, 'in'))).toEqual(['a.csv']);
  });

  it('removes an empty folder, and none with something in it', async () => {
    const scene = await transferScene();
    await scene.write('outbox/a.csv', 'a');
    expect(
      await performDelete({ ...DELETE, path: 'outbox/', folder: true }, await scene.begin()),
    ).toMatchObject({
      error: { code: 'FOLDER_NOT_EMPTY' },
    });
    expect((await performDelete({ ...DELETE, path: 'inbox', folder: true }, await scene.begin())).kind).toBe(
      'succeeded',
    );
    expect(await scene.names('.')).toEqual(['outbox']);
  });
});

describe('makeFolder', () => {
  it('makes the folders above it too, twice over, and fails where the partner says no', async () => {
    const scene = await partnerScene();
    const make = async (path: string) => performMakeFolder({ kind: 'makeFolder', path }, await scene.begin());
    expect(await make('acme:/in/x/y')).toMatchObject({ kind: 'succeeded' });
    expect(await make('acme:/in/x/y')).toMatchObject({ kind: 'succeeded' });
    expect(await make('inbox/x/y/')).toMatchObject({ kind: 'succeeded' });
    expect(await readdir(join(scene.root, 'in/x'))).toEqual(['y']);
    scene.partner.inject({ at: { command: 'MKD' }, do: NO });
    expect(await make('acme:/in/z')).toMatchObject({ kind: 'failed' });
  });
});

describe('archive', () => {
  const archive = {
    kind: 'archive',
    path: 'outbox/a.csv',
    to: 'done/%EVENT.DATESTAMP%/%SOURCE.FILE_NAME%',
  } as const;

  it('makes the folders, numerates a name that is taken, and takes FS.PATH along', async () => {
    const scene = await transferScene();
    for (const content of ['one', 'two', 'three']) {
      await scene.write('outbox/a.csv', content);
      await performArchive(archive, await scene.begin());
    }
    const names = ['Copy (2) of a.csv', 'Copy of a.csv', 'a.csv'];
    expect(await scene.names('done/20260211')).toEqual(names);
    expect(await scene.read('done/20260211/a.csv')).toBe('one');
    expect(await scene.names('outbox')).toEqual([]);
  });

  it('works at a partner, and fails with its words', async () => {
    const scene = await partnerScene();
    await writeFile(join(scene.root, 'in/a.csv'), 'a');
    const there = { ...archive, path: 'acme:/in/a.csv', to: '/done/x/' };
    expect(await performArchive(there, await scene.begin())).toMatchObject({ kind: 'succeeded' });
    expect(await readdir(join(scene.root, 'done/x'))).toEqual(['a.csv']);
    await writeFile(join(scene.root, 'in/a.csv'), 'a');
    scene.partner.inject({ at: { command: 'RNFR' }, do: NO });
    expect(await performArchive(there, await scene.begin())).toMatchObject({
      kind: 'failed',
      error: { lastCode: 550 },
    });
    expect(await readdir(join(scene.root, 'in'))).toEqual(['a.csv']);
  });

  it('copies, proves and removes where the done ones lie on another disk', async () => {
    const real = createNodePlatform();
    const otherDisk = () => Promise.reject(Object.assign(new Error('EXDEV'), { code: 'EXDEV' }));
    let isOther = true;
    const files = {
      ...real.files,
      link: (from: string, to: string) =>
        isOther && from.endsWith('a.csv') ? otherDisk() : real.files.link(from, to),
    };
    const scene = await transferScene({ platform: { ...real, files } });
    await scene.write('outbox/a.csv', 'one');
    expect(await performArchive(archive, await scene.begin())).toMatchObject({ kind: 'succeeded' });
    isOther = false;
    expect(await scene.names('done/20260211')).toEqual(['a.csv']);
    expect(await scene.names('outbox')).toEqual([]);
    expect(scene.lines).toEqual([]);
  });
});

describe('a look at a location', () => {
  it('tells what is there, and fails where it cannot tell', async () => {
    const scene = await partnerScene();
    await writeFile(join(scene.root, 'in/a.csv'), 'a');
    const { services, signal } = await scene.begin();
    const look = (location: string) => lookAtLocation(location, services, signal);
    expect(await Promise.all([look('acme:/in/a.csv'), look('acme:/in/*.csv'), look('acme:/in/')])).toEqual([
      true,
      true,
      true,
    ]);
    expect([await look('acme:/in/b.csv'), await look('acme:/in/*.xml')]).toEqual([false, false]);
    await scene.partner.stop();
    await expect(look('acme:/in/a.csv')).rejects.toMatchObject({ retry: 'transient' });
  });
});
