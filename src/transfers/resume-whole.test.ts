import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localEndpoint, runBatchFixture } from '../../test/platform/batch-fixture.js';
import { hiddenPath, LimitedPools } from '../../test/platform/limited-endpoint.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { seededRandom, testPlatform } from '../../test/platform/test-platform.js';
import { MIB, noise } from '../../test/suites/bytes.js';
import type { Endpoint } from './endpoint.js';
import { PartialJournal } from './partial-journal.js';
import type { TransferOptions } from './transfer-options.js';

/** A server that shows a file only once it is whole, and keeps an unfinished write apart, as S3 does. */

const CONTENT = noise(3 * MIB);
const server: Endpoint = { ...localEndpoint, label: 'whole' };

async function scene() {
  const root = await temporaryFolder();
  const [from, to] = [join(root, 'from'), join(root, 'to')];
  await mkdir(from);
  await mkdir(to);
  await writeFile(join(from, 'f.dat'), CONTENT);
  await writeFile(join(to, 'f.dat'), 'old');
  const cuts: number[] = [];
  const verbs: string[] = [];
  let pid = 100;
  const run = async (transfer: Partial<TransferOptions> = {}, source = 'f.dat') => {
    pid += 1;
    const base = testPlatform({ random: seededRandom(pid) });
    const platform = { ...base, host: { ...base.host, pid, isProcessAlive: () => false } };
    const limits = { rename: false, wholeWrites: true, folders: false };
    const pools = new LimitedPools(server, platform, limits, {
      before: (verb) => void verbs.push(verb),
      cutAfterBytes: () => cuts.shift(),
    });
    const journal = await PartialJournal.open(platform, join(root, 'state'));
    const record = await runBatchFixture(platform, {
      source: `${from}/${source}`,
      destination: `${to}/${source}`,
      destinationEndpoint: server,
      pools,
      journal,
      transfer: { retries: 0, ...transfer },
    });
    await journal.close();
    return record;
  };
  return { from, to, cuts, verbs, run };
}

async function expectWhole(to: string, content: Buffer = CONTENT) {
  expect(await readdir(to)).toEqual(['f.dat']);
  expect((await readFile(join(to, 'f.dat'))).equals(content)).toBe(true);
}

describe('a write that shows only once it is whole', () => {
  it('goes on in the next attempt with what the server has gathered', async () => {
    const { to, cuts, verbs, run } = await scene();
    cuts.push(2 * MIB);
    const record = await run({ retries: 1 });
    expect(record.lines).toEqual(['1 10054', '0 0']);
    await expectWhole(to);
    expect(verbs).toEqual(['write', 'unfinishedWrite', 'write']);
  });

  it('goes on in a later run; until then the old file stands', async () => {
    const { to, cuts, run } = await scene();
    cuts.push(2 * MIB);
    const first = await run();
    expect(first.result.failures[0]?.keptBytes).toBeGreaterThanOrEqual(2 * MIB);
    expect(await readFile(join(to, 'f.dat'), 'utf8')).toBe('old');
    const second = await run();
    expect(second.result.movedBytes).toBe(MIB);
    await expectWhole(to);
  });

  it('begins anew when what was gathered is not the source', async () => {
    const { to, cuts, verbs, run } = await scene();
    cuts.push(2 * MIB);
    await run();
    verbs.length = 0;
    const hidden = hiddenPath(join(to, 'f.dat'));
    await writeFile(hidden, (await readFile(hidden)).fill(0, 2 * MIB - 10));
    const second = await run();
    expect(second.result.movedBytes).toBe(3 * MIB);
    expect(verbs).toEqual(['unfinishedWrite', 'abandonWrite', 'write']);
    await expectWhole(to);
  });

  it('is thrown away when nobody wants to go on with it', async () => {
    const { to, cuts, run } = await scene();
    cuts.push(2 * MIB);
    await run({ resume: false });
    expect(await readdir(to)).toEqual(['f.dat']);
    expect(await readFile(join(to, 'f.dat'), 'utf8')).toBe('old');
  });

  it.each([
    ['is gone', (path: string) => rm(path)],
    ['has changed', (path: string) => utimes(path, 1_700_000_000, 1_700_000_000)],
  ] as const)('is thrown away by the next run to that server once its source %s', async (_, change) => {
    const { from, to, cuts, run } = await scene();
    await writeFile(join(from, 'other'), 'x');
    cuts.push(2 * MIB);
    await run();
    await run({}, 'other');
    expect(await readdir(to), 'it waits while it could be gone on with').toContain('f.dat.hidden');
    await change(join(from, 'f.dat'));
    await run({}, 'other');
    expect((await readdir(to)).sort()).toEqual(['f.dat', 'other']);
  });
});
