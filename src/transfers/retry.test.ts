import { expect, it } from 'vitest';
import { testPlatform } from '../../test/platform/test-platform.js';
import { TransferError, type TransferErrorFacts } from '../core/transfer-error.js';
import { retryDelayMs } from './retry.js';
import { DEFAULT_TRANSFER_OPTIONS, type TransferOptions } from './transfer-options.js';

function delays(options: Partial<TransferOptions>, facts: Partial<TransferErrorFacts> = {}) {
  const error = new TransferError({
    code: 'CONNECTION_LOST',
    lastCode: 10054,
    phase: 'write',
    message: 'broke off',
    ...facts,
  });
  const platform = testPlatform();
  const all = { ...DEFAULT_TRANSFER_OPTIONS, retries: 4, retryDelayMs: 1_000, ...options };
  return [1, 2, 3, 4, 5].map((attempt) => retryDelayMs(error, attempt, all, platform));
}

it('doubles the delay, each within the upper half of its ceiling, up to the longest', () => {
  const found = delays({ maxRetryDelayMs: 3_000 });
  expect(found.at(-1)).toBeUndefined();
  for (const [index, ceiling] of [1_000, 2_000, 3_000, 3_000].entries()) {
    expect(found[index]).toBeGreaterThanOrEqual(ceiling / 2);
    expect(found[index]).toBeLessThanOrEqual(ceiling);
  }
});

it('waits the same each time where the delay is fixed, as EFT does', () => {
  expect(delays({ retryBackoff: 'fixed', retryDelayMs: 30_000 })).toEqual([
    30_000,
    30_000,
    30_000,
    30_000,
    undefined,
  ]);
});

it('never tries a refused login or a permanent failure again', () => {
  expect(delays({}, { code: 'AUTH_REJECTED' })).toEqual(Array(5).fill(undefined));
  expect(delays({}, { code: 'PERMISSION_DENIED' })).toEqual(Array(5).fill(undefined));
});

it('never comes back before the time that the server asked for, nor waits longer than an hour for it', () => {
  expect(delays({ retryDelayMs: 10 }, { retryAfterMs: 60_000 }).slice(0, 4)).toEqual(Array(4).fill(60_000));
  expect(delays({ retryBackoff: 'fixed' }, { retryAfterMs: 86_400_000 })[0]).toBe(3_600_000);
  expect(delays({ retryBackoff: 'fixed' }, { retryAfterMs: 5 })[0]).toBe(1_000);
});
