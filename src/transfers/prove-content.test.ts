import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBatchFixture, type BatchRecord } from '../../test/platform/batch-fixture.js';
import { CheckingPools, serverSays, type CheckingHabits } from '../../test/platform/checking-place.js';
import { ftpEndpoint } from '../../test/platform/partner-endpoint.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import type { ChecksumAlgorithm } from '../core/checksum.js';
import type { Outcome } from '../core/outcome.js';
import type { TransferOptions } from './transfer-options.js';

const partner = ftpEndpoint({ host: 'partner', port: 21, user: 'u', password: 'p' });
const CONTENT = 'twelve crates'.repeat(20_000);
const sha256 = createHash('sha256').update(CONTENT).digest('hex');

interface Run extends BatchRecord {
  readonly outcome: Outcome | undefined;
  readonly asked: readonly string[];
  readonly target: string;
  /** Files in the target's folder. */
  readonly there: readonly string[];
}

/** One file up to (or down from) a server of that kind, proven by content. */
async function run(
  habits: CheckingHabits,
  operation: 'upload' | 'download' = 'upload',
  transfer: Partial<TransferOptions> = {},
): Promise<Run> {
  const folder = await temporaryFolder();
  for (const name of ['from', 'to']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'from', 'a.xml'), CONTENT);
  const platform = testPlatform();
  const pools = new CheckingPools(partner, platform, habits);
  let outcome: Outcome | undefined;
  const record = await runBatchFixture(platform, {
    source: join(folder, 'from', 'a.xml'),
    destination: join(folder, 'to', 'a.xml'),
    ...(operation === 'upload' ? { destinationEndpoint: partner } : { sourceEndpoint: partner }),
    operation,
    transfer: { verify: 'checksum', ...transfer },
    pools,
    observer: { fileSettled: (_file, settled) => (outcome = settled) },
  });
  const there = await readdir(join(folder, 'to'));
  return { ...record, outcome, asked: pools.asked, target: join(folder, 'to', 'a.xml'), there };
}

const offering = (...checksums: ChecksumAlgorithm[]) => ({ capabilities: { checksums } });
const byServer = (algorithm: ChecksumAlgorithm) => ({
  kind: 'succeeded',
  proof: 'checksum',
  proofFacts: { algorithm, computedBy: 'server' },
});
const readBack = (algorithm: ChecksumAlgorithm) => ({
  kind: 'succeeded',
  proof: 'read-back',
  proofFacts: { algorithm, computedBy: 'us' },
});

describe('an upload with verify checksum', () => {
  it.each([
    [['crc32'], 'crc32'],
    [['crc32', 'md5', 'sha1'], 'sha1'],
    [['crc32', 'md5', 'sha1', 'sha256', 'sha512'], 'sha512'],
  ] as const)(
    'asks a server that offers %j for the strongest and does not read back',
    async (offered, used) => {
      const { outcome, asked, lines } = await run(offering(...offered));
      expect(outcome).toMatchObject(byServer(used));
      expect(asked.filter((verb) => verb.startsWith('checksum'))).toEqual([`checksum ${used}`]);
      expect(asked).not.toContain('read');
      expect(lines).toEqual(['0 226']);
    },
  );

  it('reads back from a server that computes nothing', async () => {
    const { outcome, asked } = await run({});
    expect(outcome).toMatchObject(readBack('sha256'));
    expect(asked).toContain('read');
  });

  it('asks no further where the server compared while it stored', async () => {
    const { outcome, asked } = await run({ ...offering('md5'), comparesBy: 'sha256' });
    expect(outcome).toMatchObject(byServer('sha256'));
    expect(asked).not.toContain('checksum md5');
    expect(asked).not.toContain('read');
  });

  it('takes the next algorithm when one is refused, and reads back when all are', async () => {
    const refused = serverSays('UNSUPPORTED', 504);
    const next = await run({
      ...offering('md5', 'sha256'),
      checksum: (algorithm) => (algorithm === 'sha256' ? refused : undefined),
    });
    expect(next.outcome).toMatchObject(byServer('md5'));
    const none = await run({ ...offering('md5', 'sha256'), checksum: () => refused });
    expect(none.asked.filter((verb) => verb.startsWith('checksum'))).toEqual([
      'checksum sha256',
      'checksum md5',
    ]);
    expect(none.outcome).toMatchObject(readBack('sha256'));
    expect(none.lines).toEqual(['0 226']);
  });

  it('reads back when the server does not compute it in time', async () => {
    const late = serverSays('TIMEOUT', 2000).with({ sessionLost: true });
    const { outcome } = await run({ ...offering('sha512'), checksum: () => late });
    expect(outcome).toMatchObject(readBack('sha512'));
  });

  it('does not trust a checksum that differs before it has read the copy back', async () => {
    const { outcome, lines, there } = await run({ ...offering('sha256'), checksum: () => 'f00d' });
    expect(outcome).toMatchObject(readBack('sha256'));
    expect(outcome).toMatchObject({
      notes: [`the server tells a SHA-256 (f00d) that is not that of what was sent (${sha256})`],
    });
    expect(lines).toEqual(['0 226']);
    expect(there).toEqual(['a.xml']);
  });

  it('fails, names both checksums and leaves nothing when the content differs', async () => {
    const altered = async (path: string) => {
      const text = await readFile(path, 'utf8');
      await writeFile(path, `T${text.slice(1)}`);
    };
    const { result, lines, there } = await run({ ...offering('sha256'), stored: altered }, 'upload', {
      removeSource: true,
    });
    const [failure] = result.failures;
    expect(failure?.error).toMatchObject({ code: 'CONTENT_MISMATCH', side: 'partner', phase: 'verify' });
    expect(failure?.error.message).toContain(sha256);
    expect(failure?.error.message).toMatch(/its SHA-256 is [0-9a-f]{64} instead of/);
    expect(lines).toEqual(['1 -1']);
    expect(there).toEqual([]);
    expect(await readFile(failure?.source ?? '', 'utf8')).toBe(CONTENT);
  });

  it('fails with the refusal of a server that neither computes nor lets itself be read', async () => {
    const refused = serverSays('PERMISSION_DENIED', 550);
    const { result, lines, there } = await run({
      refuses: (verb) => (verb === 'read' ? refused : undefined),
    });
    expect(result.failures[0]?.error).toMatchObject({ code: 'PERMISSION_DENIED', lastCode: 550 });
    expect(lines).toEqual(['1 550']);
    expect(there).toEqual([]);
  });

  it('is not proven by content unless it is asked for', async () => {
    const { outcome, asked } = await run(offering('sha256'), 'upload', { verify: 'size' });
    expect(outcome).toMatchObject({ proof: 'size', proofFacts: undefined });
    expect(asked).not.toContain('checksum sha256');
  });
});

describe('a download with verify checksum', () => {
  it('compares what came with what the server computes of its file', async () => {
    const { outcome, asked } = await run(offering('md5', 'sha1'), 'download');
    expect(outcome).toMatchObject(byServer('sha1'));
    expect(asked.filter((verb) => verb.startsWith('checksum'))).toEqual(['checksum sha1']);
  });

  it('reads its own copy back where the server gives a file once and then has it no more', async () => {
    const { outcome, lines } = await run(
      { ...offering('sha256'), checksum: () => serverSays('NOT_FOUND', 550) },
      'download',
    );
    expect(outcome).toMatchObject(readBack('sha256'));
    expect(lines).toHaveLength(1);
  });

  it('reads its own copy back where the server computes nothing', async () => {
    const { outcome, asked } = await run({}, 'download');
    expect(outcome).toMatchObject(readBack('sha256'));
    expect(asked.filter((verb) => verb === 'read')).toHaveLength(1);
  });

  it('fails and leaves nothing when other bytes came than the server says to have', async () => {
    const { result, lines, there } = await run(
      { ...offering('sha256'), checksum: () => 'f'.repeat(64) },
      'download',
      { retries: 1 },
    );
    const error = result.failures[0]?.error;
    expect(error).toMatchObject({ code: 'CONTENT_MISMATCH', side: 'partner' });
    expect(error?.message).toContain('f'.repeat(64));
    expect(error?.message).toContain(sha256);
    expect(lines).toEqual(['1 -1', '1 -1']);
    expect(there).toEqual([]);
  });
});

it('the batch counts how its files were proven', async () => {
  const { result } = await run(offering('sha256'));
  expect(result.proofs).toEqual([
    { proof: 'checksum', facts: { algorithm: 'sha256', computedBy: 'server' }, files: 1 },
  ]);
});

it('a source that grows while it is copied is not called proven', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a'), CONTENT);
  const platform = testPlatform();
  const pools = new CheckingPools(partner, platform, {
    ...offering('sha256'),
    stored: () => appendFile(join(folder, 'a'), 'more'),
  });
  const { result, lines } = await runBatchFixture(platform, {
    source: join(folder, 'a'),
    destination: join(folder, 'b'),
    destinationEndpoint: partner,
    transfer: { verify: 'checksum' },
    pools,
  });
  expect(result.failures[0]?.error.code).toBe('SOURCE_CHANGED');
  expect(lines).toEqual(['1 -1']);
  expect(await readdir(folder)).toEqual(['a']);
});
