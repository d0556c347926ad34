import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../client-log/manual-clock.testing.js';
import { nodeFiles } from '../platform/node-files.js';
import { FileWatch } from './file-watch.js';

async function watched() {
  const file = join(await mkdtemp(join(tmpdir(), 'tally-watch-')), 'tallyman.yaml');
  await writeFile(file, 'rules: {}\n');
  const clock = new ManualClock('2026-03-01T00:00:00Z');
  let looks = 0;
  let changes = 0;
  const files = {
    ...nodeFiles,
    stat: async (path: string) => {
      const facts = nodeFiles.stat(path);
      looks += 1;
      return facts;
    },
  };
  const watch = new FileWatch({ clock, files }, () => {
    changes += 1;
    return Promise.resolve();
  });
  await watch.watch([file]);
  /** One look of the watch, over when it resolves. */
  const look = async () => {
    const before = looks;
    clock.advance(2_000);
    while (looks === before) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { file, watch, look, changes: () => changes };
}

describe('a watched settings file', () => {
  it('counts as changed once it has stood still for a look', async () => {
    const { file, look, changes, watch } = await watched();
    await look();
    expect(changes()).toBe(0);
    await writeFile(file, 'rules: { a: ');
    await look();
    expect(changes()).toBe(0);
    await writeFile(file, 'rules: { a: { on: ');
    await look();
    expect(changes()).toBe(0);
    await look();
    expect(changes()).toBe(1);
    await look();
    expect(changes()).toBe(1);
    await watch.stop();
  });

  it('that is taken away counts as changed too', async () => {
    const { file, look, changes, watch } = await watched();
    await rm(file);
    await look();
    await look();
    expect(changes()).toBe(1);
    await watch.stop();
  });
});
