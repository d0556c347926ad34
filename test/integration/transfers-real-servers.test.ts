import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KIB, MIB, noise } from '../suites/bytes.js';
import { DiskFolder } from '../suites/disk-folder.js';
import { lockByMode } from '../suites/targets/locked-folder.js';
import { REAL_SERVERS, type RealEnd } from '../suites/targets/real-endpoints.js';
import { endSessions } from '../suites/targets/session-processes.js';
import { runBatchFixture, type BatchFixture, type BatchRecord } from '../platform/batch-fixture.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { testPlatform } from '../platform/test-platform.js';

/** Whole batches as `tally copy` and `tally move` run them, with the code that each attempt brings into the log. */

const SECOND_MS = 1_000;
const SOME_TIME = Date.UTC(2024, 1, 29, 12, 34, 56);
let folderCount = 0;

describe.each(REAL_SERVERS)('batches with $name', ({ start, codes }) => {
  let end: RealEnd;
  beforeAll(async () => {
    end = await start();
  });
  afterAll(() => end?.server.stop());

  const done = `0 ${codes.done}`;

  /** A folder of this machine and one of the server, both empty. */
  async function bothSides(at: RealEnd = end): Promise<Sides> {
    folderCount += 1;
    const name = `batch-${folderCount}`;
    return {
      here: new DiskFolder(await temporaryFolder()),
      there: new DiskFolder(join(at.server.root, name)),
      remote: join(at.server.remoteRoot, name),
      end: at,
    };
  }

  it('an upload replaces the file that was there, and leaves only final names', async () => {
    const sides = await bothSides();
    sides.here.write('a.xml', noise(300_000));
    sides.there.write('a.xml', noise(500_000));
    const run = await push(sides, 'a.xml', '');
    expect(run.lines).toEqual([done]);
    expect(run.result).toMatchObject({ succeeded: 1, failed: 0, movedBytes: 300_000, leftovers: [] });
    expect(sides.there.names()).toEqual(['a.xml']);
    expect(sides.there.read('a.xml').equals(noise(300_000))).toBe(true);
    expect(run.attempts[0]).toMatchObject({
      columns: end.endpoint.columns,
      operation: 'upload',
      localPath: sides.here.at('a.xml'),
      remotePath: `${sides.remote}/a.xml`,
    });
  });

  it('a download replaces the file that was there, and leaves only final names', async () => {
    const sides = await bothSides();
    sides.there.write('a.xml', noise(300_000));
    sides.here.write('a.xml', noise(500_000));
    const run = await pull(sides, 'a.xml', '');
    expect(run.lines).toEqual([done]);
    expect(sides.here.names()).toEqual(['a.xml']);
    expect(sides.here.read('a.xml').equals(noise(300_000))).toBe(true);
    expect(sides.there.names()).toEqual(['a.xml']);
  });

  it.each(['empty', 'full'])(
    'a folder of the name of a file stays, and so does the source: %s',
    async (content) => {
      const sides = await bothSides();
      sides.here.write('f', noise(1_000));
      sides.there.makeFolder('f');
      if (content === 'full') sides.there.write('f/kept', 'old');
      const { result } = await push(sides, 'f', '', { transfer: { removeSource: true } });
      expect(result.failures.map(({ error }) => error.code)).toEqual(['IS_A_FOLDER']);
      expect([sides.here.names(), sides.there.names()]).toEqual([['f'], ['f']]);
      expect(sides.there.names('f')).toEqual(content === 'full' ? ['kept'] : []);
    },
  );

  it('a move takes the source away on either side once the copy is there', async () => {
    const sides = await bothSides();
    sides.here.write('out.csv', noise(70_000));
    const up = await push(sides, 'out.csv', 'renamed.csv', { transfer: { removeSource: true } });
    expect(up.lines).toEqual([done]);
    expect(sides.here.names()).toEqual([]);
    expect(sides.there.names()).toEqual(['renamed.csv']);
    const down = await pull(sides, 'renamed.csv', 'back.csv', { transfer: { removeSource: true } });
    expect(down.lines).toEqual([done]);
    expect(sides.there.names()).toEqual([]);
    expect(sides.here.read('back.csv').equals(noise(70_000))).toBe(true);
  });

  it('a link on the server brings the file that it leads to', async () => {
    const sides = await bothSides();
    sides.there.write('target', noise(12_345));
    sides.there.link('link.xml', 'target');
    expect((await pull(sides, 'link.xml', 'by-name')).lines).toEqual([done]);
    expect((await pull(sides, '*.xml', '')).lines).toEqual([done]);
    expect(sides.here.read('by-name').equals(noise(12_345))).toBe(true);
    expect(sides.here.read('link.xml').equals(noise(12_345))).toBe(true);
  });

  it('an empty file goes both ways', async () => {
    const sides = await bothSides();
    sides.here.write('empty', '');
    expect((await push(sides, 'empty', '')).lines).toEqual([done]);
    expect((await pull(sides, 'empty', 'again')).lines).toEqual([done]);
    expect(sides.here.read('again')).toHaveLength(0);
  });

  it('wildcards take what they name and nothing else', async () => {
    const sides = await bothSides();
    for (const name of ['a.xml', 'b.XML', 'c.txt', 'größe; 100%3B.xml']) sides.here.write(name, noise(2_000));
    const up = await push(sides, '*.xml', '');
    expect(up.lines).toEqual([done, done, done]);
    expect(sides.there.names()).toEqual(['a.xml', 'b.XML', 'größe; 100%3B.xml']);
    const back = new DiskFolder(await temporaryFolder());
    const down = await pull({ ...sides, here: back }, '?.xml', '');
    expect(down.lines).toEqual([done, done]);
    expect(back.names()).toEqual(['a.xml', 'b.XML']);
  });

  it('whole trees go both ways', async () => {
    const sides = await bothSides();
    sides.here.makeFolder('in/x/y');
    sides.here.makeFolder('in/empty');
    for (const name of ['top', 'x/middle', 'x/y/bottom']) sides.here.write(`in/${name}`, name);
    const up = await push(sides, 'in', 'tree', { recursive: true });
    expect(up.lines).toEqual([done, done, done]);
    expect(sides.there.text('tree/x/y/bottom')).toBe('x/y/bottom');
    const down = await pull(sides, 'tree', 'back', { recursive: true });
    expect(down.lines).toEqual([done, done, done]);
    expect(sides.here.text('back/top')).toBe('top');
    expect(sides.here.text('back/x/middle')).toBe('x/middle');
    expect(sides.here.text('back/x/y/bottom')).toBe('x/y/bottom');
  });

  it('the time of last change comes along when asked', async () => {
    const sides = await bothSides();
    sides.here.write('a', 'x');
    sides.here.setTime('a', SOME_TIME);
    const keepTime = { transfer: { keepTime: true } };
    expect((await push(sides, 'a', '', keepTime)).lines).toEqual([done]);
    expect(Math.abs(sides.there.modifiedMs('a') - SOME_TIME)).toBeLessThan(SECOND_MS);
    expect((await pull(sides, 'a', 'back', keepTime)).lines).toEqual([done]);
    expect(Math.abs(sides.here.modifiedMs('back') - SOME_TIME)).toBeLessThan(SECOND_MS);
  });

  it('40 files go four at a time, each with its line', async () => {
    const sides = await bothSides();
    const names = Array.from({ length: 40 }, (_, index) => `file-${String(index).padStart(2, '0')}.dat`);
    names.forEach((name, index) => sides.here.write(name, noise(1_000 + index)));
    const up = await push(sides, '*.dat', '', { transfer: { parallel: 4 } });
    expect(up.lines).toEqual(names.map(() => done));
    expect(sides.there.names()).toEqual(names);
    const back = new DiskFolder(await temporaryFolder());
    const down = await pull({ ...sides, here: back }, '*.dat', '', { transfer: { parallel: 4 } });
    expect(down.lines).toEqual(names.map(() => done));
    names.forEach((name, index) => expect(back.read(name).equals(noise(1_000 + index)), name).toBe(true));
  });

  it('a missing file has the code of the server, and no file is made', async () => {
    const sides = await bothSides();
    const run = await pull(sides, 'none.xml', '');
    expect(run.lines).toEqual([`1 ${codes.missing}`]);
    expect(run.result.stoppedBy?.code).toBe('NOT_FOUND');
    expect(sides.here.names()).toEqual([]);
    const fine = await pull(sides, 'none.xml', '', { missingSourceOk: true });
    expect(fine.lines).toEqual([`0 ${codes.missing}`]);
  });

  it('a missing file of our own has no code of the server', async () => {
    const sides = await bothSides();
    const run = await push(sides, 'none.xml', '');
    expect(run.lines).toEqual(['1 -1']);
    expect(run.result.stoppedBy?.code).toBe('NOT_FOUND');
  });

  it('a wrong password has the code of the refusal and is not tried again', async () => {
    const sides = await bothSides();
    sides.here.write('a', 'x');
    const run = await push(sides, 'a', '', {
      destinationEndpoint: end.stranger,
      transfer: { retries: 3 },
    });
    expect(run.lines).toEqual([`1 ${codes.loginRefused}`]);
    expect(run.result.stoppedBy?.code ?? run.result.failures[0]?.error.code).toBe('AUTH_REJECTED');
  });

  it('a folder that may not be written to has the code of the server, and stays as it was', async () => {
    const sides = await bothSides();
    sides.here.write('a', 'new');
    sides.there.makeFolder('locked');
    sides.there.write('locked/a', 'old');
    const unlock = lockByMode(sides.there.at('locked'));
    const run = await push(sides, 'a', 'locked/', { transfer: { retries: 2 } });
    unlock();
    expect(run.attempts.map((attempt) => attempt.succeeded)).toEqual([false]);
    expect(codes.forbidden).toContain(run.attempts[0]?.lastCode);
    expect(run.result.failures[0]?.delivered).toBe(false);
    expect(sides.there.names('locked')).toEqual(['a']);
    expect(sides.there.text('locked/a')).toBe('old');
  });

  it('a source that may not be removed is delivered all the same, and said to be', async () => {
    const sides = await bothSides();
    sides.there.makeFolder('locked');
    sides.there.write('locked/a', 'content');
    const unlock = lockByMode(sides.there.at('locked'));
    const run = await pull(sides, 'locked/a', '', { transfer: { removeSource: true } });
    unlock();
    expect(sides.here.text('a')).toBe('content');
    expect(run.result.failures[0]).toMatchObject({
      delivered: true,
      error: { code: 'SOURCE_NOT_REMOVED' },
    });
    expect(run.lines[0]).toBe(done);
    expect(codes.forbidden).toContain(run.attempts[1]?.lastCode);
    expect(run.attempts[1]?.succeeded).toBe(false);
    expect(run.attempts).toHaveLength(2);
  });

  it('a server that dies midway costs one attempt, and the next brings the file', async () => {
    const sides = await bothSides();
    sides.here.write('big', noise(6 * MIB));
    sides.there.write('big', 'old');
    let deaths = 0;
    const fileMoved = (_: unknown, bytes: number) => {
      if (deaths > 0 || bytes < MIB) return;
      deaths += 1;
      endSessions(end.server.pid);
    };
    const run = await push(sides, 'big', '', { transfer: { retries: 2 }, observer: { fileMoved } });
    expect(run.lines).toEqual([`1 ${codes.lost}`, done]);
    expect(sides.there.names()).toEqual(['big']);
    expect(sides.there.read('big').equals(noise(6 * MIB))).toBe(true);
  });

  it('a cancelled batch leaves the old file and nothing else', async () => {
    const sides = await bothSides();
    sides.here.write('big', noise(6 * MIB));
    sides.there.write('big', 'old');
    const abort = new AbortController();
    const fileMoved = () => abort.abort();
    const run = await push(sides, 'big', '', { signal: abort.signal, observer: { fileMoved } });
    // A file that was nearly there may be finished instead of rolled back.
    expect(run.result.cancelled + run.result.succeeded).toBe(1);
    expect(run.result.leftovers).toEqual([]);
    expect(sides.there.names()).toEqual(['big']);
    if (run.result.cancelled === 1) expect(sides.there.text('big')).toBe('old');
  });

  it('a full disk has the code of the server, keeps the old file and leaves no part', async () => {
    const small = await start(MIB);
    try {
      const sides = await bothSides(small);
      sides.here.write('big', noise(4 * MIB));
      sides.there.write('big', noise(100 * KIB));
      const run = await push(sides, 'big', '');
      expect(run.attempts.map((attempt) => attempt.succeeded)).toEqual([false]);
      expect(codes.full).toContain(run.attempts[0]?.lastCode);
      expect(run.result.leftovers).toEqual([]);
      expect(sides.there.names()).toEqual(['big']);
      expect(sides.there.read('big').equals(noise(100 * KIB))).toBe(true);
    } finally {
      await small.server.stop();
    }
  });
});

interface Sides {
  readonly here: DiskFolder;
  readonly there: DiskFolder;
  /** `there` as the server calls it. */
  readonly remote: string;
  readonly end: RealEnd;
}

type Changes = Omit<BatchFixture, 'source' | 'destination' | 'operation'>;

function push({ here, remote, end }: Sides, source: string, target: string, changes: Changes = {}) {
  return runBatchOf({
    source: here.at(source),
    destination: `${remote}/${target}`,
    destinationEndpoint: end.endpoint,
    operation: 'upload',
    ...changes,
  });
}

function pull({ here, remote, end }: Sides, source: string, target: string, changes: Changes = {}) {
  return runBatchOf({
    source: `${remote}/${source}`,
    destination: `${here.path}/${target}`,
    sourceEndpoint: end.endpoint,
    operation: 'download',
    ...changes,
  });
}

function runBatchOf(fixture: BatchFixture): Promise<BatchRecord> {
  return runBatchFixture(testPlatform(), fixture);
}
