import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../client-log/manual-clock.testing.js';
import { TransferError } from '../../core/transfer-error.js';
import { SessionLife, type CallFacts, type Wait } from './session-life.js';

function start(timeoutMs = 1000) {
  const clock = new ManualClock('2026-03-01T00:00:00Z');
  let destroyed = 0;
  const life = new SessionLife({ clock, timeoutMs, place: 'host:22', destroy: () => void (destroyed += 1) });
  return { clock, life, destroyed: () => destroyed };
}

const call = (signal = new AbortController().signal): CallFacts => ({
  phase: 'read',
  what: 'read /x',
  signal,
});

function pending<T>(life: SessionLife, facts = call()): { wait: Wait<T>; outcome: Promise<unknown> } {
  let kept: Wait<T> | undefined;
  const outcome = life.wait<T>(facts, (wait) => void (kept = wait)).catch((error: unknown) => error);
  if (kept === undefined) throw new Error('the wait did not start');
  return { wait: kept, outcome };
}

describe('a wait', () => {
  it('settles once, and then leaves no timer and no listener behind', async () => {
    const { life, clock } = start();
    const { wait, outcome } = pending<number>(life);
    wait.resolve(7);
    wait.reject(new Error('too late'));
    wait.progress();
    expect(await outcome).toBe(7);
    expect(clock.timers).toBe(0);
  });

  it('times out with 2000 before the login and with 8 after it, and takes the session with it', async () => {
    const before = start();
    const early = pending(before.life);
    before.clock.advance(1000);
    expect(await early.outcome).toMatchObject({ code: 'TIMEOUT', lastCode: 2000, sessionLost: true });
    expect(before.destroyed()).toBe(1);
    const after = start();
    after.life.markStanding();
    const late = pending(after.life);
    after.clock.advance(1000);
    expect(await late.outcome).toMatchObject({
      code: 'TIMEOUT',
      lastCode: 8,
      message: 'host:22: read /x: no answer within 1 s',
    });
  });

  it('lives on while there is progress, and stands still while it is paused', async () => {
    const { life, clock } = start();
    const { wait, outcome } = pending<string>(life);
    for (let step = 0; step < 5; step += 1) {
      clock.advance(900);
      wait.progress();
    }
    wait.pause();
    clock.advance(100_000);
    wait.progress();
    clock.advance(999);
    wait.resolve('still there');
    expect(await outcome).toBe('still there');
  });

  it('is cancelled at once, with the reason of the signal when it is a TransferError', async () => {
    const { life, destroyed } = start();
    const abort = new AbortController();
    const { outcome } = pending(life, call(abort.signal));
    abort.abort();
    expect(await outcome).toMatchObject({ code: 'CANCELLED', phase: 'read', sessionLost: true });
    expect(destroyed()).toBe(1);
    const own = new TransferError({
      code: 'TIMEOUT',
      lastCode: 8,
      phase: 'read',
      message: 'the whole job took too long',
    });
    const { life: other } = start();
    expect(
      await other.wait(call(AbortSignal.abort(own)), () => undefined).catch((error: unknown) => error),
    ).toBe(own);
  });

  it('ends with the session, each with its own phase and words, and so does every later one', async () => {
    const { life, destroyed } = start();
    life.markStanding();
    const first = pending(life);
    const second = pending(life, { ...call(), phase: 'list', what: 'list /y' });
    life.lose({ code: 'CONNECTION_LOST', lastCode: 7, reason: 'gone' });
    life.lose({ code: 'TIMEOUT', lastCode: 8, reason: 'a later reason' });
    expect(await first.outcome).toMatchObject({
      code: 'CONNECTION_LOST',
      lastCode: 7,
      message: 'host:22: read /x: gone',
    });
    expect(await second.outcome).toMatchObject({ phase: 'list', message: 'host:22: list /y: gone' });
    const third = life.wait(call(), () => expect.unreachable()).catch((error: unknown) => error);
    expect(await third).toMatchObject({ code: 'CONNECTION_LOST', message: 'host:22: read /x: gone' });
    expect(destroyed()).toBe(1);
  });

  it('ends the session when its start throws, as ssh2 does on a dead socket', async () => {
    const { life } = start();
    const broken = life.wait(call(), () => {
      throw new Error('Instance unusable after fatal error');
    });
    await expect(broken).rejects.toMatchObject({ code: 'CONNECTION_LOST', lastCode: 7, sessionLost: true });
  });

  it('tells its listeners once, however it settles', async () => {
    const { life } = start();
    const heard: string[] = [];
    const { wait, outcome } = pending<number>(life);
    wait.onSettled(() => heard.push('settled'));
    life.lose({ code: 'CONNECTION_LOST', lastCode: 7, reason: 'gone' });
    wait.resolve(1);
    await outcome;
    expect(heard).toEqual(['settled']);
  });
});
