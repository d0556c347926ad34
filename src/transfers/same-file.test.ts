import { link, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBatchFixture } from '../../test/platform/batch-fixture.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { OVERWRITE_POLICIES, type TransferOptions } from './transfer-options.js';

const move = { removeSource: true, removeSkippedSource: true, keepTime: true } as const;

async function scene() {
  const root = await temporaryFolder();
  const folder = join(root, 'in');
  await mkdir(folder);
  await writeFile(join(folder, 'a'), 'crates');
  await symlink(folder, join(root, 'linked'));
  const run = (destination: string, transfer: Partial<TransferOptions>) =>
    runBatchFixture(testPlatform(), {
      source: join(folder, 'a'),
      destination: join(root, destination),
      transfer: { ...move, ...transfer },
    });
  return { folder, run };
}

describe('a move of a file to itself', () => {
  const policies = OVERWRITE_POLICIES.filter((policy) => policy !== 'numerate');

  it.each(policies.flatMap((overwrite) => ['in/a', 'in/', 'linked/a'].map((to) => ({ overwrite, to }))))(
    'is refused, and the file stays ($overwrite, to $to)',
    async ({ overwrite, to }) => {
      const { folder, run } = await scene();
      const { result, lines } = await run(to, { overwrite });
      expect(result.failures[0]?.error).toMatchObject({ code: 'ALREADY_EXISTS', side: 'us' });
      expect(lines).toEqual(['1 80']);
      expect(await readdir(folder)).toEqual(['a']);
      expect(await readFile(join(folder, 'a'), 'utf8')).toBe('crates');
    },
  );

  it('makes a copy under another name where the policy says so', async () => {
    const { folder, run } = await scene();
    const { result } = await run('in/a', { overwrite: 'numerate' });
    expect(result.succeeded).toBe(1);
    expect(await readdir(folder)).toEqual(['Copy of a']);
  });
});

it('two names of one content are two files: one may be moved over the other', async () => {
  const root = await temporaryFolder();
  for (const name of ['from', 'to']) await mkdir(join(root, name));
  await writeFile(join(root, 'from', 'a'), 'crates');
  await link(join(root, 'from', 'a'), join(root, 'to', 'a'));
  const { result } = await runBatchFixture(testPlatform(), {
    source: join(root, 'from', 'a'),
    destination: join(root, 'to', 'a'),
    transfer: move,
  });
  expect(result.succeeded).toBe(1);
  expect(await readdir(join(root, 'from'))).toEqual([]);
  expect(await readFile(join(root, 'to', 'a'), 'utf8')).toBe('crates');
});
