import { describe, expect, it } from 'vitest';
import { performTransfer } from './transfer.js';
import { acmeSettings, partnerScene } from './transfer-partner.testing.js';
import { transferAction } from './transfer-scene.testing.js';

describe('a partner that refuses the login', () => {
  it('is asked once, with 64 runs at a time; all others wait, and one alarm says what to do', async () => {
    const scene = await partnerScene({ password: 'wrong' });
    for (let index = 0; index < 64; index += 1) await scene.write(`outbox/${index}.csv`, 'hello');
    const contexts = await Promise.all(Array.from({ length: 64 }, () => scene.begin()));
    const ends = await Promise.all(
      contexts.map((context, index) =>
        performTransfer(transferAction({ from: `outbox/${index}.csv`, to: 'acme:/in/' }), context),
      ),
    );
    expect(scene.told('PASS')).toBe(1);
    expect(scene.partner.acceptedConnections).toBe(1);
    expect(ends.filter(({ kind }) => kind === 'failed')).toMatchObject([
      { error: { code: 'AUTH_REJECTED' }, filesFailed: 1 },
    ]);
    expect(ends.filter(({ kind }) => kind === 'postponed')).toHaveLength(63);
    expect(scene.lines).toEqual([expect.stringMatching(/^1 530 /)]);
    expect(scene.alarms).toMatchObject([expect.stringContaining('tally connections release acme')]);
    const later = await performTransfer(
      transferAction({ from: 'outbox/1.csv', to: 'acme:/in/' }),
      await scene.begin(),
    );
    expect(later).toMatchObject({
      kind: 'postponed',
      for: 'release',
      reason: expect.stringContaining('acme is parked') as string,
    });
    expect(later).not.toHaveProperty('untilMs');
    expect(scene.partner.acceptedConnections).toBe(1);
  });

  it('is asked again when somebody released it', async () => {
    const scene = await partnerScene({ password: 'wrong' });
    await scene.write('outbox/a.csv', 'hello');
    const action = transferAction({ to: 'acme:/in/' });
    await performTransfer(action, await scene.begin());
    expect((await performTransfer(action, await scene.begin())).kind).toBe('postponed');
    await scene.guard.release('acme', 'ops');
    await performTransfer(action, await scene.begin());
    expect(scene.told('PASS')).toBe(2);
  });
});

describe('a partner that is down', () => {
  it('shuts after five failures: runs wait without a line, and go once it is back', async () => {
    const scene = await partnerScene();
    const { port } = scene.partner;
    await scene.partner.stop();
    for (const name of ['a', 'b', 'c']) await scene.write(`outbox/${name}.csv`, name);
    const options = { retries: 3, retryDelay: 1 };
    const send = async (name: string) =>
      performTransfer(
        transferAction({ from: `outbox/${name}.csv`, to: 'acme:/in/', options }),
        await scene.begin(),
      );
    expect(await send('a')).toMatchObject({ kind: 'failed', error: { code: 'CONNECT_REFUSED' } });
    expect(await send('b')).toMatchObject({ kind: 'postponed' });
    const lines = scene.lines.length;
    expect(lines).toBe(5);
    const waits = await send('c');
    expect(waits).toMatchObject({
      kind: 'postponed',
      reason: expect.stringContaining('acme is down') as string,
    });
    expect(scene.lines).toHaveLength(lines);
    expect(scene.alarms).toMatchObject([expect.stringContaining('raise partnerDown:acme')]);
    const back = await partnerScene({ partner: { port } });
    await scene.useSettings(acmeSettings(back.partner));
    await scene.guard.release('acme', 'ops');
    expect(await send('b')).toMatchObject({ kind: 'succeeded' });
    expect(scene.alarms.at(-1)).toBe('clear partnerDown:acme');
  });
});
