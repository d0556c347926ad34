import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransferError } from '../../core/transfer-error.js';
import { OVERWRITE_POLICIES } from '../../transfers/transfer-options.js';
import { decideRetry, type RetryDecision, type RetryPolicy, type RetryQuestion } from './decide-retry.js';
import type { FileSighting, Sighting } from './sighting.js';

const HOUR_MS = 3_600_000;
const FAILED_AT_MS = Date.UTC(2026, 2, 1, 2, 10, 44);

const unseen: Sighting = {
  kind: 'unseen',
  error: new TransferError({ code: 'PERMISSION_DENIED', lastCode: 550, phase: 'stat', message: 'no' }),
};

function file(sizeBytes: number | undefined, hoursAfterFailure: number | undefined): FileSighting {
  const modifiedMs = hoursAfterFailure === undefined ? undefined : FAILED_AT_MS + hoursAfterFailure * HOUR_MS;
  return { kind: 'file', sizeBytes, modifiedMs, precisionMs: 1000 };
}

const source = file(1000, -5);

function decide(
  target: Sighting,
  changes: Partial<Omit<RetryQuestion, 'policy'>> = {},
  policy: Partial<RetryPolicy> = {},
): RetryDecision {
  return decideRetry({
    source,
    target,
    failedAtMs: FAILED_AT_MS,
    wasDelivered: false,
    isText: false,
    ...changes,
    policy: { given: undefined, configured: 'overwrite', resendsExisting: false, ...policy },
  });
}

describe('a source', () => {
  it.each([
    ['source-gone', { kind: 'missing' }],
    ['source-gone', { kind: 'no-folder', folder: '/x' }],
    ['source-unseen', unseen],
    ['not-a-file', { kind: 'folder' }],
    ['not-a-file', { kind: 'other' }],
  ] as const)('that is not there to be read is refused: %s', (why, seen) => {
    expect(decide({ kind: 'missing' }, { source: seen })).toMatchObject({ action: 'refuse', why });
  });
});

describe('a target that is not there', () => {
  it('is sent to, and left alone if it appears meanwhile', () => {
    expect(decide({ kind: 'missing' })).toMatchObject({ action: 'send', overwrite: 'skip' });
  });

  it.each(OVERWRITE_POLICIES)('is sent to with the policy that was given: %s', (given) => {
    expect(decide({ kind: 'missing' }, {}, { given })).toMatchObject({ action: 'send', overwrite: given });
  });

  it('is sent to with a policy of the settings that is not the usual one', () => {
    expect(decide({ kind: 'missing' }, {}, { configured: 'numerate' })).toMatchObject({
      overwrite: 'numerate',
    });
  });

  it('is refused where its folder is missing, too', () => {
    expect(decide({ kind: 'no-folder', folder: '/x' })).toMatchObject({ action: 'refuse', why: 'no-folder' });
  });

  it('is left when the log tells of a delivery just before', () => {
    expect(decide({ kind: 'missing' }, { wasDelivered: true })).toMatchObject({ why: 'delivered' });
    const again = decide({ kind: 'missing' }, { wasDelivered: true }, { resendsExisting: true });
    expect(again.action).toBe('send');
  });
});

describe('a target of the same size', () => {
  it.each([
    ['of the time of the attempt', file(1000, 0)],
    ['younger', file(1000, 3)],
    ['little older, as clocks differ', file(1000, -0.2)],
    ['of unknown time', file(1000, undefined)],
    ["of the source's own time", file(1000, -5)],
    ['known to the day only', { ...file(1000, -20), precisionMs: 24 * HOUR_MS }],
  ])('%s may have arrived', (_what, target) => {
    expect(decide(target)).toMatchObject({ action: 'leave', why: 'arrived' });
  });

  it('that is hours older is an older file, and replaced', () => {
    expect(decide(file(1000, -3))).toMatchObject({ action: 'send', overwrite: 'overwrite' });
  });

  it('is sent again only when that was asked for', () => {
    expect(decide(file(1000, 0), {}, { given: 'overwrite' })).toMatchObject({
      action: 'leave',
      why: 'arrived',
    });
    expect(decide(file(1000, 0), {}, { resendsExisting: true })).toMatchObject({ action: 'send' });
  });
});

describe('a target of another size', () => {
  it.each([
    ['a half one of the attempt', file(500, 0)],
    ['an older one', file(1500, -30)],
    ['a half one of unknown time', file(500, undefined)],
  ])('%s is replaced', (_what, target) => {
    expect(decide(target)).toMatchObject({ action: 'send', overwrite: 'overwrite' });
  });

  it.each([
    ['much younger', file(500, 3)],
    ['larger, of unknown time', file(1500, undefined)],
  ])('%s is another file and stays, until replacing was asked for', (_what, target) => {
    expect(decide(target)).toMatchObject({ action: 'leave', why: 'newer' });
    expect(decide(target, {}, { given: 'overwrite' })).toMatchObject({ action: 'send' });
  });

  it('is treated by the policy in force', () => {
    const half = file(500, 0);
    expect(decide(half, {}, { configured: 'skip' })).toMatchObject({ action: 'leave', why: 'policy' });
    expect(decide(half, {}, { given: 'fail' })).toMatchObject({ action: 'leave', why: 'policy' });
    expect(decide(half, {}, { given: 'numerate' })).toMatchObject({ action: 'send', overwrite: 'numerate' });
    expect(decide(half, {}, { configured: 'smart' })).toMatchObject({ action: 'send', overwrite: 'smart' });
    expect(decide(half, {}, { given: 'newer' })).toMatchObject({ action: 'leave', why: 'policy' });
    expect(decide(half, { source: file(1000, 1) }, { given: 'newer' })).toMatchObject({ action: 'send' });
  });
});

describe('a target whose size tells nothing', () => {
  it('may have arrived where it is not older than the attempt', () => {
    for (const [target, changes] of [
      [file(undefined, 0), {}],
      [file(990, 0), { isText: true }],
      [file(1000, 0), { source: file(undefined, -5) }],
    ] as const) {
      expect(decide(target, changes)).toMatchObject({ action: 'leave', why: 'arrived' });
      expect(decide({ ...target, modifiedMs: FAILED_AT_MS - 9 * HOUR_MS }, changes).action).toBe('send');
    }
  });
});

it('a target that nobody may look at is sent to only when that was asked for', () => {
  expect(decide(unseen)).toMatchObject({ action: 'leave', why: 'unseen' });
  expect(decide(unseen, {}, { resendsExisting: true })).toMatchObject({
    action: 'send',
    overwrite: 'overwrite',
  });
});

it('a target that is no file is refused', () => {
  for (const kind of ['folder', 'other'] as const) {
    expect(decide({ kind })).toMatchObject({ action: 'refuse', why: 'not-a-file' });
  }
});

it('for any target: what may have arrived is never sent without being asked for', () => {
  const sighted = fc.record({
    size: fc.option(fc.constantFrom(999, 1000, 1001), { nil: undefined }),
    hours: fc.option(fc.integer({ min: -100, max: 100 }), { nil: undefined }),
    policy: fc.constantFrom(...OVERWRITE_POLICIES),
    isGiven: fc.boolean(),
  });
  fc.assert(
    fc.property(sighted, ({ size, hours, policy, isGiven }) => {
      const decision = decide(file(size, hours), {}, isGiven ? { given: policy } : { configured: policy });
      const mayHaveArrived = (size === undefined || size === 1000) && (hours === undefined || hours >= 0);
      if (mayHaveArrived) expect(decision.action).toBe('leave');
      expect(decision.reason).not.toBe('');
    }),
  );
});
