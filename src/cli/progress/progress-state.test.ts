import { beforeEach, describe, expect, it } from 'vitest';
import { TransferError } from '../../core/transfer-error.js';
import type { FileProgress } from '../../transfers/transfer-observer.js';
import { ProgressState } from './progress-state.js';

const file = (id: number, sizeBytes?: number): FileProgress => ({
  id,
  source: `s${id}`,
  target: `t${id}`,
  sizeBytes,
});
const success = {
  kind: 'succeeded',
  receipt: { lastCode: 226, bytes: 0 },
  proof: 'size',
  notes: [],
} as const;
const failure = {
  kind: 'failed',
  delivered: false,
  error: new TransferError({ code: 'TIMEOUT', lastCode: 2000, phase: 'write', message: 'x' }),
} as const;

let nowMs = 0;
let state: ProgressState;

beforeEach(() => {
  nowMs = 0;
  state = new ProgressState(() => nowMs);
});

it('counts what has moved, and what is left', () => {
  state.listed(2, 3000, false);
  state.listed(2, 0, true);
  state.started(file(1, 1000));
  state.moved(file(1, 1000), 1000);
  state.settled(file(1, 1000), success);
  state.started(file(2, 2000));
  state.moved(file(2, 2000), 500);
  const view = state.view();
  expect([view.settledFiles, view.foundFiles, view.movedBytes, view.totalBytes]).toEqual([1, 2, 1500, 3000]);
  expect(view.moving).toEqual([{ name: 's2', sizeBytes: 2000, movedBytes: 500, isWaiting: false }]);
});

it('files that were skipped or failed are no more to be moved', () => {
  state.listed(3, 3000, true);
  state.started(file(1, 1000));
  state.settled(file(1, 1000), { kind: 'skipped', reason: 'exists' });
  state.started(file(2, 1000));
  state.moved(file(2, 1000), 700);
  state.settled(file(2, 1000), failure);
  const view = state.view();
  expect([view.movedBytes, view.totalBytes, view.failedFiles]).toEqual([0, 1000, 1]);
});

it('what stood on the target before is shown of the file, and is not counted as moved', () => {
  state.listed(1, 1000, true);
  state.started(file(1, 1000));
  state.moved(file(1, 1000), 100, 600);
  const view = state.view();
  expect([view.movedBytes, view.totalBytes, view.moving[0]?.movedBytes]).toEqual([100, 400, 700]);
});

it('knows no total before the listing has ended', () => {
  state.listed(5, 5000, false);
  expect(state.view().totalBytes).toBeUndefined();
});

describe('the rate', () => {
  it('is that of the last ten seconds', () => {
    state.started(file(1, 1e9));
    let bytes = 0;
    for (; nowMs < 20_000; nowMs += 100) {
      bytes += nowMs < 10_000 ? 10 : 100;
      state.moved(file(1), bytes);
      state.view();
    }
    state.moved(file(1), bytes);
    expect(state.view().bytesPerSecond).toBeGreaterThan(950);
    expect(state.view().bytesPerSecond).toBeLessThanOrEqual(1000);
  });

  it('is not known at once', () => {
    state.started(file(1, 10));
    state.moved(file(1), 10);
    expect(state.view().bytesPerSecond).toBeUndefined();
  });

  it('is never negative, though a failed attempt takes its bytes back', () => {
    state.started(file(1, 1000));
    for (; nowMs < 15_000; nowMs += 100) {
      state.moved(file(1), nowMs);
      state.view();
    }
    state.retried(file(1));
    expect(state.view().moving[0]).toMatchObject({ movedBytes: 14_900, isWaiting: true });
    state.moved(file(1), 10);
    nowMs += 1000;
    const view = state.view();
    expect(view.bytesPerSecond ?? 0).toBeGreaterThanOrEqual(0);
    expect(view.moving[0]).toMatchObject({ movedBytes: 10, isWaiting: false });
    expect(view.retries).toBe(1);
  });
});
