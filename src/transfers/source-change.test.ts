import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localEndpoint, runBatchFixture } from '../../test/platform/batch-fixture.js';
import { CheckingPools } from '../../test/platform/checking-place.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import type { Endpoint } from './endpoint.js';

const server: Endpoint = { ...localEndpoint, label: 'versions' };

/** A move from a server that tells these versions one after another, the size and the time staying the same. */
async function moveAs(versions: readonly (string | undefined)[]) {
  const folder = await temporaryFolder();
  for (const name of ['from', 'to']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'from', 'f'), 'crates');
  const platform = testPlatform();
  const left = [...versions];
  const pools = new CheckingPools(server, platform, {
    looked: (entry) => ({
      ...entry,
      modifiedMs: 1_600_000_000_000,
      version: left.shift() ?? versions.at(-1),
    }),
  });
  const { result, lines } = await runBatchFixture(platform, {
    source: join(folder, 'from', 'f'),
    sourceEndpoint: server,
    destination: join(folder, 'to', 'f'),
    operation: 'download',
    transfer: { removeSource: true },
    pools,
  });
  const there = async (name: string) => readdir(join(folder, name));
  return { result, lines, from: await there('from'), to: await there('to') };
}

describe('a source whose server tells another version at the same size and time', () => {
  it('has changed while it was read: nothing is delivered', async () => {
    const { result, from, to } = await moveAs(['"a"', '"a"', '"b"']);
    expect(result.failures[0]?.error.code).toBe('SOURCE_CHANGED');
    expect(from).toEqual(['f']);
    expect(to).toEqual([]);
  });

  it('has changed after it was delivered: it stays', async () => {
    const { result, from, to } = await moveAs(['"a"', '"a"', '"a"', '"b"']);
    expect(result.failures[0]).toMatchObject({ delivered: true, error: { code: 'SOURCE_NOT_REMOVED' } });
    expect(from).toEqual(['f']);
    expect(to).toEqual(['f']);
  });

  it('has not changed where the version is told only at times', async () => {
    const { result, from, to } = await moveAs([undefined, undefined, '"a"', undefined]);
    expect(result.succeeded).toBe(1);
    expect(from).toEqual([]);
    expect(to).toEqual(['f']);
  });
});
