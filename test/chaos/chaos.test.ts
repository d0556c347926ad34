import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAOS_ENDS } from './chaos-ends.js';
import type { ChaosEnd } from './chaos-end.js';
import { faultyTries, measureTries, runDescribed, type MeasuredTry } from './chaos-plan.js';

/** A sample, the same each time; `npm run chaos` tries many more. */
const SEED = 1;
const PER_DEED = 1;

describe.each(Object.entries(CHAOS_ENDS))('a line to %s that goes bad', (name, start) => {
  let end: ChaosEnd;
  let measured: readonly MeasuredTry[] = [];
  beforeAll(async () => {
    end = await start(name);
    measured = await measureTries(end, SEED);
  });
  afterAll(() => end?.stop());

  it.each([0, 1, 2, 3])('keeps the promise wherever it happens (part %d)', async (part) => {
    const one = measured[part];
    if (one === undefined) throw new Error('there are four tries');
    for (const each of faultyTries(one, PER_DEED, SEED + part)) await runDescribed(each);
  });
});

describe('the check of the promise', () => {
  it('finds a half file under its final name where no temporary name is used', async () => {
    const name = 'ftp / vsftpd';
    const end = await CHAOS_ENDS[name]?.(name);
    if (end === undefined) throw new Error('it has another name now');
    try {
      const careless: ChaosEnd = {
        ...end,
        endpoint: (timeoutMs) => ({ ...end.endpoint(timeoutMs), finalName: 'direct' }),
      };
      const one = { end: careless, direction: 'upload', sizeBytes: 300_000, retries: 0 } as const;
      const fault = { afterBytes: 150_000, deed: 'reset', reach: 'line' } as const;
      const careful = runDescribed({ ...one, end, verify: 'size', fault, seed: 1 });
      await expect(careful).resolves.toMatchObject({ hasStruck: true });
      const broken = runDescribed({ ...one, verify: 'size', fault, seed: 1 });
      await expect(broken).rejects.toThrow(/the target holds/);
    } finally {
      await end.stop();
    }
  });
});
