import { describe, expect, it } from 'vitest';
import { SharedTurn } from './shared-turn.js';

/** Work whose turns are ended by hand. */
function handTurned() {
  const turns: { readonly end: () => void; readonly fail: (error: Error) => void }[] = [];
  const shared = new SharedTurn(
    () => new Promise((resolve, reject) => void turns.push({ end: resolve, fail: reject })),
  );
  return { shared, turns };
}

const laterTurn = () => new Promise(setImmediate);

describe('a turn that many share', () => {
  it('is one for all who ask before it begins, and another for all who ask while it is under way', async () => {
    const { shared, turns } = handTurned();
    const first = Promise.all([shared.join(), shared.join()]);
    await laterTurn();
    const second = Promise.all([shared.join(), shared.join(), shared.join()]);
    await laterTurn();
    expect(turns.length).toBe(1);
    turns[0]?.end();
    await first;
    await laterTurn();
    expect(turns.length).toBe(2);
    expect(shared.isIdle).toBe(false);
    turns[1]?.end();
    await second;
    expect(shared.isIdle).toBe(true);
  });

  it('that fails is told to those who share it, and the next one goes on', async () => {
    const { shared, turns } = handTurned();
    const first = Promise.allSettled([shared.join(), shared.join()]);
    await laterTurn();
    const second = shared.join();
    turns[0]?.fail(new Error('the disk is gone'));
    expect((await first).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await laterTurn();
    turns[1]?.end();
    await expect(second).resolves.toBeUndefined();
    expect(shared.isIdle).toBe(true);
  });

  it('forgets nobody who asks in the moment in which another turn ends', async () => {
    for (let ticks = 0; ticks < 20; ticks += 1) {
      let turns = 0;
      const shared = new SharedTurn(async () => void (turns += 1));
      const first = shared.join();
      for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
      const before = turns;
      await shared.join();
      expect(turns, `asked after ${ticks} ticks`).toBe(before + 1);
      await first;
    }
  });
});
