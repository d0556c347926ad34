import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNodePlatform } from '../../src/engine/platform/node-platform.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { newAttempt, newRun } from '../suites/store/store-case.js';
import { tally } from './tally-process.js';

const platform = createNodePlatform();

/** A folder with settings that name a store, and one old transfer in it. */
async function houseWithStore() {
  const folder = await temporaryFolder();
  const file = join(folder, 'store.sqlite');
  await writeFile(join(folder, 'tallyman.yaml'), `store: { file: ./store.sqlite }\nrules: { broken: }\n`);
  const store = await openSqliteStore({ file, access: 'write', platform });
  await store.runs.create([newRun({ state: 'skipped', reason: 'overlap', createdMs: 1 })]);
  await store.transfers.logged([await store.transfers.add(newAttempt({ run: undefined, endedMs: 1 }))]);
  return { folder, file, store };
}

describe('tally db', () => {
  it('checks and backs up beside a process that has the store open, and refuses to change it', async () => {
    const { folder, file, store } = await houseWithStore();
    expect(await tally(['db', 'check'], { folder })).toEqual({
      exitCode: 0,
      stdout: `the store ${file} is sound\n`,
      stderr: '',
    });
    const copy = join(folder, 'copy.sqlite');
    const backup = await tally(['db', 'backup', 'copy.sqlite', '--json'], { folder });
    expect([backup.exitCode, JSON.parse(backup.stdout)]).toEqual([
      0,
      { schemaVersion: 1, store: file, backup: copy },
    ]);
    const dry = await tally(['db', 'prune', '--dry-run'], { folder });
    expect(dry.stdout).toBe(`1 run and 1 attempt would be removed from ${file}\n`);
    const refused = await tally(['db', 'prune'], { folder });
    expect([refused.exitCode, refused.stderr]).toEqual([
      7,
      expect.stringContaining(`process ${process.pid} on `),
    ]);
    await store.close();
    const pruned = await tally(['db', 'prune', '--jsonl'], { folder });
    expect(JSON.parse(pruned.stdout)).toMatchObject({ runs: 1, attempts: 1, isDryRun: false });
    const again = await tally(['db', 'prune', '--store', copy, '--dry-run'], { folder });
    expect(again.stdout).toBe(`1 run and 1 attempt would be removed from ${copy}\n`);
    expect((await tally(['db', 'migrate'], { folder })).stdout).toMatch(
      /^nothing to do: .* version 2, the newest\n$/,
    );
  });

  it('says what is wrong with a damaged store, and ends with 7', async () => {
    const { folder, file, store } = await houseWithStore();
    await store.close();
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0x5a, 4096));
    const check = await tally(['db', 'check'], { folder });
    expect([check.exitCode, check.stderr]).toEqual([7, '']);
    expect(check.stdout).toMatch(/is not sound:\n {2}.*damaged[^]*What to do: /);
    const data = JSON.parse((await tally(['db', 'check', '--json'], { folder })).stdout) as object;
    expect(data).toMatchObject({ store: file, isSound: false });
  });

  it('makes no store where there is none', async () => {
    const folder = await temporaryFolder();
    for (const words of [['check'], ['migrate'], ['backup', 'b'], ['prune', '--dry-run']]) {
      const run = await tally(['db', ...words], { folder });
      expect([run.exitCode, run.stderr], words[0]).toEqual([3, expect.stringContaining('tally daemon')]);
    }
  });
});
