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
  let armed: () => void = () => undefined;
  const startTimer: typeof clock.startTimer = (delayMs, run) => {
    armed();
    return clock.startTimer(delayMs, run);
  };
  const watchedClock = { ...clock, now: () => clock.now(), startTimer } as unknown as ManualClock;
  let changes = 0;
  let isTaken = true;
  const watch = new FileWatch({ clock: watchedClock, files: nodeFiles }, () => {
    changes += 1;
    return Promise.resolve(isTaken);
  });
  await watch.watch([file]);
  /** One look of the watch; it arms the next when it is over. */
  const look = async () => {
    const over = new Promise<void>((resolve) => (armed = resolve));
    clock.advance(2_000);
    await over;
  };
  return { file, watch, look, changes: () => changes, take: (taken: boolean) => void (isTaken = taken) };
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

  it('is told again at each look until it is taken', async () => {
    const { file, look, changes, take, watch } = await watched();
    take(false);
    await writeFile(file, 'rules: { a: {} }');
    await look();
    await look();
    await look();
    expect(changes()).toBe(2);
    take(true);
    await look();
    await look();
    expect(changes()).toBe(3);
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
