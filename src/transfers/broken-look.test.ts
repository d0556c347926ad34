import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { localEndpoint, runBatchFixture, type BatchRecord } from '../../test/platform/batch-fixture.js';
import { CheckingPools } from '../../test/platform/checking-place.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { TransferError } from '../core/transfer-error.js';
import type { Endpoint } from './endpoint.js';

const server: Endpoint = { ...localEndpoint, label: 'server' };

/** Copies `f`; the first `breaks` readings back break off in the middle, as TRUNCATED. */
async function copyProvenByReading(
  breaks: number,
  changes: { readonly rename: boolean; readonly retries: number },
): Promise<{ readonly run: BatchRecord; readonly asked: readonly string[]; readonly to: string }> {
  const folder = await temporaryFolder();
  const to = join(folder, 'to');
  await mkdir(to);
  await writeFile(join(folder, 'f'), 'crates');
  await writeFile(join(to, 'f'), 'old');
  const platform = testPlatform();
  let readings = 0;
  const pools = new CheckingPools(server, platform, {
    capabilities: { rename: changes.rename },
    refuses: (verb) => {
      if (verb !== 'read') return undefined;
      readings += 1;
      return readings <= breaks ? brokenOff() : undefined;
    },
  });
  const run = await runBatchFixture(platform, {
    source: join(folder, 'f'),
    destination: join(to, 'f'),
    destinationEndpoint: server,
    pools,
    transfer: { retries: changes.retries, verify: 'checksum', removeSource: true },
  });
  return { run, asked: pools.asked, to };
}

function brokenOff(): TransferError {
  return new TransferError({
    code: 'TRUNCATED',
    lastCode: 10054,
    phase: 'read',
    message: 'server: the connection ended before the answer did',
    sessionLost: true,
  });
}

it('a reading back that breaks off is done again, and nothing is sent again', async () => {
  const { run, asked, to } = await copyProvenByReading(1, { rename: true, retries: 1 });
  expect(run.lines).toEqual(['1 10054', '0 226']);
  expect(asked.filter((verb) => verb === 'write')).toHaveLength(1);
  expect(await readFile(join(to, 'f'), 'utf8')).toBe('crates');
});

it('a copy under a temporary name that could not be looked at goes, and the old file stays', async () => {
  const { run, to } = await copyProvenByReading(9, { rename: true, retries: 0 });
  expect(run.lines).toEqual(['1 10054']);
  expect(await readdir(to)).toEqual(['f']);
  expect(await readFile(join(to, 'f'), 'utf8')).toBe('old');
});

it('one under its final name stays, as the server has confirmed it, and the outcome says that nobody has proven it', async () => {
  const { run, to } = await copyProvenByReading(9, { rename: false, retries: 0 });
  expect(run.lines).toEqual(['1 10054']);
  expect(run.result).toMatchObject({ succeeded: 0, failed: 1 });
  expect(run.result.leftovers.join()).toContain('which the server has confirmed and nobody has proven');
  expect(await readFile(join(to, 'f'), 'utf8')).toBe('crates');
  expect(await readFile(join(to, '..', 'f'), 'utf8')).toBe('crates');
});
