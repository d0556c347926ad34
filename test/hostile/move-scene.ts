import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readsAsSuccess } from '../../src/client-log/record.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { runBatchFixture, type BatchRecord } from '../platform/batch-fixture.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { testPlatform } from '../platform/test-platform.js';

export type Direction = 'upload' | 'download';

const NEW = 'new content '.repeat(50_000);
const OLD = 'old content';

/** A file on the source side, an older one of the same name on the target side. */
export interface MoveScene {
  readonly direction: Direction;
  readonly local: string;
  /** Folder that the partner serves. */
  readonly remote: string;
}

export async function moveScene(direction: Direction): Promise<MoveScene> {
  const root = await temporaryFolder();
  const [local, remote] = [join(root, 'local'), join(root, 'remote')];
  await mkdir(local);
  await mkdir(remote);
  await writeFile(join(direction === 'upload' ? local : remote, 'f.dat'), NEW);
  await writeFile(join(direction === 'upload' ? remote : local, 'f.dat'), OLD);
  return { direction, local, remote };
}

export function runMove(
  { direction, local }: MoveScene,
  endpoint: Endpoint,
  retries: number,
  platform = testPlatform(),
): Promise<BatchRecord> {
  return runBatchFixture(platform, {
    ...(direction === 'upload'
      ? { source: `${local}/f.dat`, destination: '/f.dat', destinationEndpoint: endpoint }
      : { source: '/f.dat', destination: `${local}/f.dat`, sourceEndpoint: endpoint }),
    operation: direction,
    transfer: { removeSource: true, retries },
  });
}

/** The promise, whatever happened: whole or old under the final name, the source until then, nothing else. */
export async function expectPromise(
  { direction, local, remote }: MoveScene,
  run: BatchRecord,
): Promise<void> {
  const [from, to] = direction === 'upload' ? [local, remote] : [remote, local];
  const target = await readFile(join(to, 'f.dat'), 'utf8');
  const sources = await readdir(from);
  expect([NEW, OLD].includes(target), 'the target is whole, new or old').toBe(true);
  if (target === OLD) expect(sources, 'the source stays').toEqual(['f.dat']);
  if (run.result.succeeded === 1) expect([target === NEW, sources]).toEqual([true, []]);
  const leftovers = (await readdir(to)).filter((name) => name !== 'f.dat');
  expect(leftovers.length).toBeLessThanOrEqual(run.result.leftovers.length);
  for (const attempt of run.attempts.filter(({ succeeded }) => !succeeded)) {
    const { columns, lastCode } = attempt;
    // A refused removal of the source has the code of the refusal; all else must not look like a delivery.
    expect(readsAsSuccess(columns.protocol, lastCode), `a failure logs ${lastCode}`).toBe(false);
  }
}
