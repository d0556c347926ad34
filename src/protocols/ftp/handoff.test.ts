import { describe, expect, it } from 'vitest';
import { Handoff } from './handoff.js';

describe('Handoff', () => {
  it('lets the giver go on at once when somebody waits, and wait when nobody does', async () => {
    const handoff = new Handoff<string>();
    const waiting = handoff.take();
    expect(handoff.give('first')).toBeUndefined();
    expect(await waiting).toBe('first');
    const given = handoff.give('second');
    expect(given).toBeInstanceOf(Promise);
    expect(await handoff.take()).toBe('second');
    await given;
  });

  it('gives what it still holds before it says that nothing more comes', async () => {
    const handoff = new Handoff<string>();
    void handoff.give('last');
    handoff.close();
    expect(await handoff.take()).toBe('last');
    expect(await handoff.take()).toBeUndefined();
  });

  it('ends a wait when it is closed', async () => {
    const handoff = new Handoff<string>();
    const waiting = handoff.take();
    handoff.close();
    expect(await waiting).toBeUndefined();
  });
});
