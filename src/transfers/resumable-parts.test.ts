import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localEndpoint } from '../../test/platform/batch-fixture.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { seededRandom, testPlatform } from '../../test/platform/test-platform.js';
import { remotePath } from '../core/remote-path.js';
import { PartialJournal } from './partial-journal.js';
import type { PartNote, ResumableParts } from './resumable-parts.js';

const note: PartNote = {
  kind: 'temporary',
  path: remotePath('/in/.a.abcdefgh.tally'),
  final: remotePath('/in/a'),
  sourceEndpoint: 'local',
  sourcePath: remotePath('/out/a'),
  source: { sizeBytes: 5_000_000, modifiedMs: 1 },
};
const DAY_MS = 86_400_000;

/** The notes as a process with this number sees them. */
async function partsOf(folder: string, pid: number, changes: { alive?: number[]; laterMs?: number } = {}) {
  const { alive = [], laterMs = 0 } = changes;
  const base = testPlatform({ random: seededRandom(pid) });
  const platform = {
    ...base,
    clock: { ...base.clock, now: () => base.clock.now() + laterMs },
    host: { ...base.host, pid, isProcessAlive: (other: number) => alive.includes(other) },
  };
  return (await PartialJournal.open(platform, folder)).parts as ResumableParts;
}

const names = (folder: string) => readdir(join(folder, 'partials'));

describe('parts that a later run can go on with', () => {
  it('belong to a live process, then to the one that asks for that very file', async () => {
    const folder = await temporaryFolder();
    await (await partsOf(folder, 1)).begin(localEndpoint, note);
    expect(await (await partsOf(folder, 2, { alive: [1] })).claim(localEndpoint, note)).toBeUndefined();
    const next = await partsOf(folder, 3);
    expect(await next.claim(localEndpoint, { ...note, final: remotePath('/in/b') })).toBeUndefined();
    expect(await next.claim(localEndpoint, { ...note, sourcePath: remotePath('/out/b') })).toBeUndefined();
    const elsewhere = { ...localEndpoint, columns: { ...localEndpoint.columns, protocol: 'ftp' as const } };
    expect(await next.claim(elsewhere, note)).toBeUndefined();
    const own = await next.claim(localEndpoint, note);
    expect(own?.note).toMatchObject(note);
    await own?.settle();
    expect(await names(folder)).toEqual([]);
  });

  it('are claimed by exactly one of many', async () => {
    const folder = await temporaryFolder();
    await (await partsOf(folder, 1)).begin(localEndpoint, note);
    const askers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        partsOf(folder, 10 + index, { alive: [10, 11, 12, 13, 14, 15, 16, 17] }),
      ),
    );
    const claims = await Promise.all(askers.map((parts) => parts.claim(localEndpoint, note)));
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
  });

  it('are not what a file says that is no note of ours, and such a file does not stay', async () => {
    const folder = await temporaryFolder();
    await (await partsOf(folder, 1)).begin(localEndpoint, note);
    const [name = ''] = await names(folder);
    const sound = JSON.parse(await readFile(join(folder, 'partials', name), 'utf8')) as object;
    const faulty = [
      null,
      [],
      'x',
      { ...sound, source: null },
      { ...sound, begunMs: 'never' },
      { ...sound, kind: 7 },
    ];
    for (const [index, each] of faulty.entries())
      await writeFile(
        join(folder, 'partials', name.replace(/.{8}\.part$/, `faulty0${index}.part`)),
        JSON.stringify(each),
      );
    expect(await names(folder)).toHaveLength(7);
    const next = await partsOf(folder, 2);
    expect((await next.free(localEndpoint)).map((part) => part.note.path)).toEqual([note.path]);
    expect(await names(folder)).toEqual([name]);
  });

  it('keep the name that the server gave the upload', async () => {
    const folder = await temporaryFolder();
    const upload: PartNote = { ...note, kind: 'unfinished', path: note.final };
    const own = await (await partsOf(folder, 1)).begin(localEndpoint, upload);
    await own.named('first');
    await own.named('second');
    expect(await names(folder)).toHaveLength(1);
    const next = await (await partsOf(folder, 2)).claim(localEndpoint, upload);
    expect(next?.note).toMatchObject({ ...upload, unfinishedId: 'second' });
    await next?.settle();
    expect(await names(folder)).toEqual([]);
  });

  it('may be left to others by a process that lives on', async () => {
    const folder = await temporaryFolder();
    const parts = await partsOf(folder, 1, { alive: [1] });
    const own = await parts.begin(localEndpoint, note);
    await own.leave();
    expect(await parts.claim(localEndpoint, note)).toBeDefined();
  });

  it('are not gone on with after a week, and are there to be cleared', async () => {
    const folder = await temporaryFolder();
    await (await partsOf(folder, 1)).begin(localEndpoint, note);
    const later = await partsOf(folder, 2, { laterMs: 8 * DAY_MS });
    expect(await later.claim(localEndpoint, note)).toBeUndefined();
    expect(await later.free(localEndpoint)).toMatchObject([{ isExpired: true }]);
  });

  it.each(['', '{"endpoint":"local","pa', 'null', '[]', '{"endpoint":5}'])(
    'whose note says nothing (%j) are no parts',
    async (text) => {
      const folder = await temporaryFolder();
      const parts = await partsOf(folder, 1);
      const own = await parts.begin(localEndpoint, note);
      await own.leave();
      const [name = ''] = await names(folder);
      await writeFile(join(folder, 'partials', name), text);
      expect(await (await partsOf(folder, 2)).claim(localEndpoint, note)).toBeUndefined();
      expect(await names(folder)).toEqual([]);
    },
  );
});
