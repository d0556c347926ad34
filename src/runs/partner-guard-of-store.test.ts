import { describe, expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../client-log/manual-clock.testing.js';
import { TransferError } from '../core/transfer-error.js';
import type { ErrorCode } from '../core/error-codes.js';
import { openMemoryStore } from '../store/memory-store.testing.js';
import type { Store } from '../store/store.js';
import type { Endpoint } from '../transfers/endpoint.js';
import { localEndpoint } from '../../test/platform/batch-fixture.js';
import { seededRandom } from '../../test/platform/test-platform.js';
import { LiveEventsHub } from './live-events-hub.js';
import { FAILURES_TO_SHUT, LONGEST_PAUSE_MS, PartnerGuardOfStore } from './partner-guard-of-store.js';

const START = '2026-11-26T02:10:00Z';
const ACME: Endpoint = {
  ...localEndpoint,
  label: 'acme',
  options: { kind: 'sftp' } as Endpoint['options'],
};
const never = new AbortController().signal;

interface Scene {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly guard: PartnerGuardOfStore;
  readonly told: readonly string[];
  /** As a new process on the same store. */
  reopen(): Promise<PartnerGuardOfStore>;
  edit(mark: string): void;
}

async function scene(): Promise<Scene> {
  const clock = new ManualClock(START);
  const store = openMemoryStore();
  onTestFinished(() => store.close());
  const told: string[] = [];
  let mark = 'one';
  const live = new LiveEventsHub(clock, () => undefined);
  live.listen((event) => void told.push(event.type));
  const reopen = () =>
    PartnerGuardOfStore.open({
      platform: { clock, random: seededRandom(1) },
      partners: store.partners,
      alarms: {
        raise: async ({ cause, text }) => void told.push(`raise ${cause}: ${text}`),
        clear: async (cause) => void told.push(`clear ${cause}`),
      },
      live,
      markOf: () => mark,
    });
  return { clock, store, guard: await reopen(), told, reopen, edit: (next) => void (mark = next) };
}

function failure(code: ErrorCode, message: string = code): TransferError {
  return new TransferError({ code, lastCode: -1, phase: 'login', message });
}

async function failTimes(guard: PartnerGuardOfStore, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1)
    await (await guard.enter(ACME, never)).failed(failure('CONNECT_REFUSED'));
}

describe('a refused login', () => {
  it('parks at once: of 64 who want in, one asks, and all others are told why nobody does', async () => {
    const { guard, told } = await scene();
    let logins = 0;
    const ends = await Promise.allSettled(
      Array.from({ length: 64 }, async () => {
        const pass = await guard.enter(ACME, never);
        logins += 1;
        await Promise.resolve();
        await pass.failed(failure('AUTH_REJECTED', 'acme: 530 Login incorrect'));
      }),
    );
    expect(logins).toBe(1);
    const refusals = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as TransferError] : []));
    expect(refusals.map(({ code }) => code)).toEqual(Array.from({ length: 63 }, () => 'PARTNER_PARKED'));
    expect(guard.admits('acme')).toMatchObject({ kind: 'parked', reason: 'acme: 530 Login incorrect' });
    expect(told.filter((line) => line.startsWith('raise'))).toMatchObject([
      expect.stringMatching(
        /^raise partnerParked:acme: .*530 Login incorrect.*tally connections release acme$/,
      ),
    ]);
    expect(guard.admits('other')).toEqual({ kind: 'open' });
  });

  it('stays parked over a restart, until somebody releases it', async () => {
    const { guard, reopen, told, store } = await scene();
    await guard.failed('acme', failure('HOST_KEY_CHANGED'));
    const later = await reopen();
    expect(later.admits('acme').kind).toBe('parked');
    expect(await later.release('acme', 'ops')).toBe(true);
    expect(later.admits('acme')).toEqual({ kind: 'open' });
    expect(await store.partners.parks()).toEqual([]);
    expect(told).toContain('clear partnerParked:acme');
    expect(told.at(-1)).toBe('partner.released');
    expect(await later.release('acme', 'ops')).toBe(false);
  });

  it('is tried again once the settings of the connection were changed', async () => {
    const { guard, edit, told } = await scene();
    await guard.failed('acme', failure('AUTH_REJECTED'));
    edit('two');
    expect(guard.admits('acme')).toEqual({ kind: 'open' });
    await (await guard.enter(ACME, never)).made();
    expect(told).toContain('clear partnerParked:acme');
  });
});

describe('a partner that does not answer', () => {
  it('is shut after five failures, tried by one after the pause, and open again with its first success', async () => {
    const { guard, clock, told } = await scene();
    await failTimes(guard, FAILURES_TO_SHUT - 1);
    expect(guard.admits('acme')).toEqual({ kind: 'open' });
    await failTimes(guard, 1);
    const shut = guard.admits('acme');
    expect(shut).toMatchObject({
      kind: 'shut',
      reason: expect.stringContaining('last 5 connections') as string,
    });
    await expect(guard.enter(ACME, never)).rejects.toMatchObject({ code: 'PARTNER_DOWN' });
    clock.advance(30_000);
    expect(guard.admits('acme')).toEqual({ kind: 'probe' });
    const probe = await guard.enter(ACME, never);
    const second = guard.enter(ACME, never);
    await probe.made();
    await (await second).made();
    expect(guard.admits('acme')).toEqual({ kind: 'open' });
    expect(told.filter((line) => !line.startsWith('partner.'))).toEqual([
      expect.stringContaining('raise partnerDown:acme: acme does not answer: 5 connections failed'),
      'clear partnerDown:acme',
    ]);
  });

  it('is told to be back to all rules that wait: once it answers, or when a person says so', async () => {
    const { guard, told, clock } = await scene();
    const releases = () => told.filter((line) => line === 'partner.released').length;
    await failTimes(guard, FAILURES_TO_SHUT - 1);
    expect(await guard.release('acme', 'ops')).toBe(true);
    expect(releases()).toBe(0);
    await failTimes(guard, FAILURES_TO_SHUT);
    expect(await guard.release('acme', 'ops')).toBe(true);
    expect(releases()).toBe(1);
    await failTimes(guard, FAILURES_TO_SHUT);
    clock.advance(30_000);
    await (await guard.enter(ACME, never)).made();
    expect(releases()).toBe(2);
    expect(await guard.release('acme', 'ops')).toBe(false);
  });

  it('lets one probe through: the others wait for it, and are turned away when it fails', async () => {
    const { guard, clock } = await scene();
    await failTimes(guard, FAILURES_TO_SHUT);
    clock.advance(30_000);
    const probe = await guard.enter(ACME, never);
    const others = Promise.allSettled(Array.from({ length: 20 }, () => guard.enter(ACME, never)));
    await probe.failed(failure('CONNECT_TIMEOUT'));
    for (const end of await others) expect(end).toMatchObject({ reason: { code: 'PARTNER_DOWN' } });
  });

  it('waits twice as long each time, and never longer than fifteen minutes, over restarts too', async () => {
    const { guard, clock, reopen } = await scene();
    await failTimes(guard, FAILURES_TO_SHUT);
    const pauses: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const shut = guard.admits('acme');
      if (shut.kind !== 'shut') throw new Error(shut.kind);
      pauses.push(shut.untilMs - clock.now());
      clock.advance(shut.untilMs - clock.now());
      await failTimes(guard, 1);
    }
    for (const [index, pause] of pauses.entries()) {
      const longest = Math.min(LONGEST_PAUSE_MS, 30_000 * 2 ** index);
      expect(pause).toBeGreaterThanOrEqual(longest * 0.8 - 1);
      expect(pause).toBeLessThanOrEqual(longest);
    }
    expect(new Set(pauses.slice(6).map((pause) => pause)).size).toBeGreaterThan(1);
    expect((await reopen()).admits('acme')).toEqual(guard.admits('acme'));
  });

  it('is not shut for longer than a pause by a clock that is set back', async () => {
    const { guard, clock } = await scene();
    await failTimes(guard, FAILURES_TO_SHUT);
    clock.advance(-86_400_000);
    expect(guard.admits('acme')).toEqual({ kind: 'probe' });
  });

  it('is told to whoever listens, with the count', async () => {
    const { guard } = await scene();
    const heard: string[] = [];
    guard.onFailure((partner, failures, { code }) => void heard.push(`${partner} ${failures} ${code}`));
    await failTimes(guard, 2);
    await (await guard.enter(ACME, never)).failed(failure('TOO_MANY_CONNECTIONS'));
    expect(heard).toEqual(['acme 1 CONNECT_REFUSED', 'acme 2 CONNECT_REFUSED']);
  });
});

describe('a turn', () => {
  it('that is given up leaves the lane to the next, and one that waits can be cancelled', async () => {
    const { guard } = await scene();
    const first = await guard.enter(ACME, never);
    const cancel = new AbortController();
    const waiting = guard.enter(ACME, cancel.signal);
    const third = guard.enter(ACME, never);
    cancel.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    await first.made();
    await (await third).made();
  });

  it('is not needed on this machine', async () => {
    const { guard } = await scene();
    await Promise.all([guard.enter(localEndpoint, never), guard.enter(localEndpoint, never)]);
    expect(guard.admits('local')).toEqual({ kind: 'open' });
  });
});
