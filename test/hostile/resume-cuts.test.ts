import { open, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../platform/test-platform.js';
import { MIB } from '../suites/bytes.js';
import {
  changeSource,
  CONTENT,
  fileOf,
  OLD,
  partOf,
  readTarget,
  resumeScene,
  sizeOf,
  treeWith,
  type Direction,
  type ResumeScene,
  type Server,
} from './resume-scene.js';

const SIZE = CONTENT.length;
const PAIRS = (['ftp', 'sftp'] as const).flatMap((server) =>
  (['upload', 'download'] as const).map((direction) => ({ server, direction })),
);
const DONE: Record<Server, string> = { ftp: '0 226', sftp: '0 0' };
/** Codes of a connection that was reset: WSAECONNRESET, SSH_FX_CONNECTION_LOST. */
const CUT: Record<Server, string> = { ftp: '1 10054', sftp: '1 7' };

async function expectDelivered(scene: ResumeScene, content: Buffer = CONTENT): Promise<void> {
  expect((await readTarget(scene)).equals(content), 'the target is the source').toBe(true);
  expect(await partOf(scene), 'nothing else is left').toBeUndefined();
}

/** One run that is cut after 6 of 8 MiB, and has left its part. */
async function cutRun(server: Server, direction: Direction, options = {}): Promise<ResumeScene> {
  const scene = await resumeScene(server, direction, options);
  scene.cut(6 * MIB);
  const run = await scene.run();
  scene.clearFaults();
  expect(run.lines).toEqual([CUT[server]]);
  expect(run.result.leftovers).toEqual([]);
  expect((await readTarget(scene)).equals(OLD), 'the old file stands').toBe(true);
  return scene;
}

/** What the partner's disk saw of the file's own bytes, looks at parts left out. */
function payload({ traffic }: ResumeScene, direction: Direction): number {
  return direction === 'upload' ? traffic.writtenBytes : traffic.readBytes;
}

describe.each(PAIRS)('a cut $direction over $server', ({ server, direction }) => {
  it('goes on in the next attempt from what stands on the target', async () => {
    const scene = await resumeScene(server, direction);
    scene.cut(6 * MIB);
    const run = await scene.run({ retries: 1 });
    expect(run.lines).toEqual([CUT[server], DONE[server]]);
    await expectDelivered(scene);
    expect(run.notes).toMatch(/went on after \d+ bytes/);
    expect(run.result.movedBytes).toBe(SIZE);
    // Twice is only what was compared, and what was on the line when it was cut.
    expect(payload(scene, direction)).toBeLessThan(SIZE + 4 * MIB);
  });

  it('goes on in a later run, which says what it moved itself', async () => {
    const scene = await cutRun(server, direction);
    const part = await partOf(scene);
    const standing = await sizeOf(part ?? '');
    const before = payload(scene, direction);
    const run = await scene.run();
    expect(run.lines).toEqual([DONE[server]]);
    await expectDelivered(scene);
    expect(run.result.movedBytes).toBe(SIZE - standing);
    expect(payload(scene, direction) - before).toBeLessThan(SIZE - standing + 3 * MIB);
  });

  it('tells how much stays for the next run', async () => {
    const scene = await resumeScene(server, direction);
    scene.cut(6 * MIB);
    const { outcome, result } = await scene.run();
    expect(outcome).toMatchObject({ kind: 'failed', delivered: false });
    const kept = outcome?.kind === 'failed' ? outcome.keptBytes : undefined;
    expect(kept).toBeGreaterThanOrEqual(await sizeOf((await partOf(scene)) ?? ''));
    expect(result.failures[0]?.keptBytes).toBe(kept);
  });

  it('begins anew when the source has changed', async () => {
    const scene = await cutRun(server, direction);
    const changed = await changeSource(scene);
    const run = await scene.run();
    expect(run.lines).toEqual([DONE[server]]);
    await expectDelivered(scene, changed);
    expect(run.result.movedBytes).toBe(SIZE);
    expect(run.notes).toContain('the source is not what an earlier attempt read');
  });

  it('never takes a part of a former content for one of this, though both end alike', async () => {
    const scene = await cutRun(server, direction);
    const changed = Buffer.from(CONTENT).fill(1, 0, 1000);
    await writeFile(join(scene.from, 'f.dat'), changed);
    await utimes(join(scene.from, 'f.dat'), 1_700_000_000, 1_700_000_000);
    scene.cutBefore();
    expect((await scene.run()).result.succeeded).toBe(0);
    scene.clearFaults();
    await scene.run();
    await expectDelivered(scene, changed);
  });

  it.each([
    ['was tampered with', (bytes: Buffer) => bytes.fill(7, bytes.length - 100, bytes.length - 90)],
    ['is longer than the source', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(SIZE, 1)])],
    [
      'has only room for the rest',
      (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(SIZE - bytes.length)]),
    ],
    ['is of no use', () => Buffer.from('x')],
  ] as const)('begins anew when its part %s', async (_, change) => {
    const scene = await cutRun(server, direction);
    const part = (await partOf(scene)) ?? '';
    await writeFile(part, change(await readFile(part)));
    const run = await scene.run();
    expect(run.lines).toEqual([DONE[server]]);
    await expectDelivered(scene);
    expect(run.result.movedBytes).toBe(SIZE);
  });

  it('begins anew when its part is gone', async () => {
    const scene = await cutRun(server, direction);
    await rm((await partOf(scene)) ?? '');
    const run = await scene.run();
    expect(run.lines).toEqual([DONE[server]]);
    await expectDelivered(scene);
  });

  it('begins anew where nobody wants it to go on, and leaves nothing', async () => {
    const scene = await cutRun(server, direction);
    const run = await scene.run({ resume: false });
    expect(run.result.movedBytes).toBe(SIZE);
    await expectDelivered(scene);
    const other = await resumeScene(server, direction);
    other.cut(6 * MIB);
    await other.run({ resume: false });
    expect(await partOf(other), 'no part is kept').toBeUndefined();
  });

  it('is gone on with by one of two runs at the same time', async () => {
    const scene = await cutRun(server, direction);
    const standing = await sizeOf((await partOf(scene)) ?? '');
    const runs = await Promise.all([scene.run(), scene.run()]);
    expect(runs.map(({ lines }) => lines)).toEqual([[DONE[server]], [DONE[server]]]);
    await expectDelivered(scene);
    const moved = runs.map(({ result }) => result.movedBytes).sort((one, other) => one - other);
    expect(moved).toEqual([SIZE - standing, SIZE]);
  });

  it('leaves no part when its source is gone', async () => {
    const scene = await cutRun(server, direction);
    await rm(join(scene.from, 'f.dat'));
    await writeFile(join(scene.from, 'f.dat'), 'small now');
    const run = await scene.run();
    expect(run.lines).toEqual([DONE[server]]);
    await expectDelivered(scene, Buffer.from('small now'));
  });

  it('random cuts: the target is old or whole after every attempt, and whole in the end', async () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const random = seededRandom(seed);
      const scene = await resumeScene(server, direction);
      const cuts = 1 + Math.floor(random.fraction() * 4);
      for (let nth = 1; nth <= cuts; nth += 1) scene.cut(Math.floor(random.fraction() * SIZE), nth);
      for (let attempt = 1; ; attempt += 1) {
        const run = await scene.run({ retries: Math.floor(random.fraction() * 2) });
        const target = await readTarget(scene);
        expect(target.equals(OLD) || target.equals(CONTENT), `seed ${seed}: old or whole`).toBe(true);
        if (run.result.succeeded === 1) break;
        expect(attempt, `seed ${seed} comes to an end`).toBeLessThan(10);
      }
      await expectDelivered(scene);
    }
  });
});

describe('a server that cannot go on', () => {
  it('and empties the file all the same is found out, remembered, and gets the file whole', async () => {
    const emptying = treeWithUpdate(async (file) => file.truncate(0));
    const scene = await cutRun('sftp', 'upload', { tree: emptying });
    const run = await scene.run();
    expect(run.lines).toEqual([DONE.sftp]);
    await expectDelivered(scene);
    expect(run.notes).toContain('did not go on from where it was told to');
    expect(scene.memory.of(scene.endpoint).cannotResume).toBe(true);
  });

  it('is sent the file from its start from then on', async () => {
    const scene = await cutRun('sftp', 'upload');
    scene.memory.remember(scene.endpoint, { cannotResume: true });
    const run = await scene.run();
    await expectDelivered(scene);
    expect(run.result.movedBytes).toBe(SIZE);
  });

  it.each(['upload', 'download'] as const)(
    'since it ignores REST gets and gives the file whole (%s)',
    async (direction) => {
      const scene = await cutRun('ftp', direction, { habits: { restart: 'ignored' } });
      const run = await scene.run();
      expect(run.lines).toEqual([DONE.ftp]);
      await expectDelivered(scene);
      expect(run.notes).toContain('is not what the source has there');
      expect(run.result.movedBytes).toBe(SIZE);
    },
  );

  it('and ignores REST is remembered after the second time', async () => {
    const scene = await resumeScene('ftp', 'download', { habits: { restart: 'ignored' } });
    scene.cut(6 * MIB, 1);
    scene.cut(6 * MIB, 3);
    const run = await scene.run({ retries: 4 });
    expect(run.result.succeeded).toBe(1);
    await expectDelivered(scene);
    expect(scene.memory.of(scene.endpoint).cannotResume).toBe(true);
  });

  it.each(['upload', 'download'] as const)(
    'since it knows no REST gets and gives the file whole (%s)',
    async (direction) => {
      const scene = await cutRun('ftp', direction, { habits: { without: ['REST', 'APPE'] } });
      const run = await scene.run();
      expect(run.lines).toEqual([DONE.ftp]);
      await expectDelivered(scene);
      expect(run.result.movedBytes).toBe(SIZE);
    },
  );

  it('and keeps room for the whole file is not believed, though the source ends in zeros as well', async () => {
    const scene = await resumeScene('sftp', 'upload');
    const content = Buffer.from(CONTENT).fill(0, 5 * MIB);
    await writeFile(join(scene.from, 'f.dat'), content);
    scene.cut(2 * MIB);
    await scene.run();
    scene.clearFaults();
    const file = await open((await partOf(scene)) ?? '', 'r+');
    await file.truncate(SIZE);
    await file.close();
    await scene.run();
    await expectDelivered(scene, content);
  });

  it('loses what it was sent, and the file is whole all the same', async () => {
    const scene = await cutRun('sftp', 'upload');
    const part = (await partOf(scene)) ?? '';
    // A hole in the last stretch, as a crash may leave it behind writes that overtook one another.
    const file = await open(part, 'r+');
    await file.write(Buffer.alloc(32_768), 0, 32_768, (await sizeOf(part)) - 1.5 * MIB);
    await file.close();
    const run = await scene.run();
    await expectDelivered(scene);
    expect(run.result.movedBytes).toBe(SIZE);
  });
});

function treeWithUpdate(opened: (file: Parameters<typeof fileOf>[0]) => Promise<void>) {
  return (inner: Parameters<typeof treeWith>[0]): ReturnType<typeof treeWith> => ({
    ...treeWith(inner, fileOf),
    open: async (path, mode) => {
      const file = await inner.open(path, mode);
      if (mode === 'update') await opened(file);
      return file;
    },
  });
}
