import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBatchFixture, type BatchRecord } from '../../test/platform/batch-fixture.js';
import { CheckingPools, serverSays, type CheckingHabits } from '../../test/platform/checking-place.js';
import { ftpEndpoint } from '../../test/platform/partner-endpoint.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { ServerMemory } from './server-memory.js';
import type { TransferOptions } from './transfer-options.js';

const partner = ftpEndpoint({ host: 'partner', port: 21, user: 'u', password: 'p' });
const WHOLE = 'one crate after another, '.repeat(4_000);
const HEAD = WHOLE.slice(0, 30_000);
const OTHER_HEAD = `X${HEAD.slice(1)}`;

interface Scene {
  readonly source?: string;
  readonly target: string;
  readonly habits?: CheckingHabits;
  readonly operation?: 'upload' | 'download';
  readonly transfer?: Partial<TransferOptions>;
  readonly memory?: ServerMemory;
  /** Times of last change, seconds since 1970. */
  readonly times?: { readonly source: number; readonly target: number };
}

interface Played extends BatchRecord {
  readonly content: string;
  readonly asked: readonly string[];
  readonly reason: string | undefined;
}

async function play(scene: Scene): Promise<Played> {
  const { operation = 'upload', habits = {}, times } = scene;
  const folder = await temporaryFolder();
  for (const name of ['from', 'to']) await mkdir(join(folder, name));
  const [from, to] = [join(folder, 'from', 'a'), join(folder, 'to', 'a')];
  await writeFile(from, scene.source ?? WHOLE);
  await writeFile(to, scene.target);
  if (times !== undefined) {
    await utimes(from, times.source, times.source);
    await utimes(to, times.target, times.target);
  }
  const platform = testPlatform();
  const pools = new CheckingPools(partner, platform, habits);
  let reason: string | undefined;
  const record = await runBatchFixture(platform, {
    source: from,
    destination: to,
    ...(operation === 'upload' ? { destinationEndpoint: partner } : { sourceEndpoint: partner }),
    operation,
    transfer: { overwrite: 'smart', ...scene.transfer },
    pools,
    ...(scene.memory === undefined ? {} : { memory: scene.memory }),
    observer: {
      fileSettled: (_file, outcome) => (reason = outcome.kind === 'skipped' ? outcome.reason : undefined),
    },
  });
  expect(await readdir(join(folder, 'to'))).toEqual(['a']);
  return { ...record, content: await readFile(to, 'utf8'), asked: pools.asked, reason };
}

const checksums = (asked: readonly string[]) => asked.filter((verb) => verb.startsWith('checksum'));
const reads = (asked: readonly string[]) => asked.filter((verb) => verb === 'read').length;
const computes = { capabilities: { checksums: ['crc32', 'sha1'], headChecksums: true } } as const;

describe.each(['upload', 'download'] as const)('smart overwrite of an %s', (operation) => {
  it('skips a target of the same bytes, by the checksum of the server', async () => {
    const { result, asked, reason, lines } = await play({ operation, target: WHOLE, habits: computes });
    expect(result).toMatchObject({ skipped: 1, succeeded: 0 });
    expect(reason).toBe('the target is the same');
    expect(checksums(asked)).toEqual(['checksum sha1']);
    expect(reads(asked)).toBe(0);
    expect(lines).toEqual([]);
  });

  it('skips a target of the same bytes by reading, where the server computes nothing', async () => {
    const { result, asked } = await play({ operation, target: WHOLE });
    expect(result).toMatchObject({ skipped: 1 });
    expect(reads(asked)).toBe(1);
  });

  it('overwrites a target of the same size and other bytes', async () => {
    const target = `X${WHOLE.slice(1)}`;
    const { result, content } = await play({ operation, target, habits: computes });
    expect([result.succeeded, content]).toEqual([1, WHOLE]);
  });

  it('goes on with a target that is the head of the source', async () => {
    const { result, content, asked } = await play({ operation, target: HEAD, habits: computes });
    expect(content).toBe(WHOLE);
    expect(result).toMatchObject({ succeeded: 1, movedBytes: WHOLE.length - HEAD.length });
    expect(checksums(asked)).toEqual([operation === 'upload' ? 'checksum sha1' : 'checksum sha1 30000']);
  });

  it('compares a head by reading where the server computes whole files only', async () => {
    const habits = { capabilities: { ...computes.capabilities, headChecksums: false } };
    const { result, content } = await play({ operation, target: HEAD, habits });
    expect(content).toBe(WHOLE);
    expect(result.movedBytes).toBe(WHOLE.length - HEAD.length);
  });

  it('overwrites a smaller target with other bytes', async () => {
    const { result, content } = await play({ operation, target: OTHER_HEAD, habits: computes });
    expect(content).toBe(WHOLE);
    expect(result.movedBytes).toBe(WHOLE.length);
  });

  it('overwrites a larger target without comparing', async () => {
    const { content, asked } = await play({ operation, target: `${WHOLE}more`, habits: computes });
    expect(content).toBe(WHOLE);
    expect(checksums(asked)).toEqual([]);
  });

  it.each([
    ['the server', { capabilities: { resumeWrite: false, resumeRead: false } }],
    ['what is remembered of it', {}],
  ] as const)('overwrites a head where resuming is not possible by %s', async (_by, habits) => {
    const memory = ServerMemory.inMemory(testPlatform());
    if (Object.keys(habits).length === 0) memory.remember(partner, { cannotResume: true });
    const { result, content } = await play({ operation, target: HEAD, habits, memory });
    expect([content, result.movedBytes]).toEqual([WHOLE, WHOLE.length]);
  });

  it('is not stopped by a server that refuses the checksum it offered', async () => {
    const habits = { ...computes, checksum: () => serverSays('UNSUPPORTED', 504) };
    const { result, lines } = await play({ operation, target: WHOLE, habits });
    expect(result).toMatchObject({ skipped: 1, failed: 0 });
    expect(lines).toEqual([]);
  });
});

it('smart overwrites a target that can neither be computed nor read', async () => {
  const habits: CheckingHabits = {
    refuses: (verb) => (verb === 'read' ? serverSays('PERMISSION_DENIED', 550) : undefined),
  };
  const { result, content } = await play({ target: `X${WHOLE.slice(1)}`, habits });
  expect([result.succeeded, content]).toEqual([1, WHOLE]);
});

describe('newer', () => {
  const hour = 3600;

  function behind(memoryOffsetMs?: number) {
    const memory = ServerMemory.inMemory(testPlatform());
    if (memoryOffsetMs !== undefined) memory.remember(partner, { clockOffsetMs: memoryOffsetMs });
    return memory;
  }

  it.each([
    ['a minute younger', 60, undefined, 'skipped'],
    ['a minute older', -60, undefined, 'sent'],
    ['a minute younger by a clock that is an hour ahead', 60, hour * 1000, 'sent'],
    ['a minute older by a clock that is an hour behind', -60, -hour * 1000, 'skipped'],
    ['as old, its time being kept, whatever the clock', 0, hour * 1000, 'skipped', true],
    ['a minute older, its time being kept, whatever the clock', -60, -hour * 1000, 'sent', true],
  ] as const)('judges a target that is %s', async (_what, ageS, offsetMs, verdict, keepTime?: boolean) => {
    const at = 1_700_000_000;
    const { result } = await play({
      target: 'old',
      transfer: { overwrite: 'newer', keepTime: keepTime === true },
      times: { source: at, target: at + ageS },
      memory: behind(offsetMs),
    });
    expect(result).toMatchObject(verdict === 'sent' ? { succeeded: 1 } : { skipped: 1 });
  });
});

describe('a name that is taken while the bytes go, on a server that replaces when it renames', () => {
  it.each([
    { overwrite: 'skip', expected: { skipped: 1 }, files: { a: 'theirs' } },
    { overwrite: 'fail', expected: { failed: 1 }, files: { a: 'theirs' } },
    { overwrite: 'numerate', expected: { succeeded: 1 }, files: { a: 'theirs', 'Copy of a': 'ours' } },
  ] as const)('is left to whoever took it ($overwrite)', async ({ overwrite, expected, files }) => {
    const folder = await temporaryFolder();
    for (const name of ['from', 'to']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'from', 'a'), 'ours');
    const platform = testPlatform();
    const pools = new CheckingPools(partner, platform, {
      capabilities: { exclusiveRename: false },
      renamesOver: true,
      stored: () => writeFile(join(folder, 'to', 'a'), 'theirs'),
    });
    const { result } = await runBatchFixture(platform, {
      source: join(folder, 'from', 'a'),
      destination: join(folder, 'to', 'a'),
      destinationEndpoint: partner,
      transfer: { overwrite },
      pools,
    });
    expect(result).toMatchObject(expected);
    const names = (await readdir(join(folder, 'to'))).toSorted();
    expect(names).toEqual(Object.keys(files).toSorted());
    for (const [name, content] of Object.entries(files))
      expect(await readFile(join(folder, 'to', name), 'utf8')).toBe(content);
  });
});
