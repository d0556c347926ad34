import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { runBatchFixture } from '../../test/platform/batch-fixture.js';
import { CheckingPools } from '../../test/platform/checking-place.js';
import { ftpEndpoint } from '../../test/platform/partner-endpoint.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import type { Outcome } from '../core/outcome.js';
import { clockOffsetMs } from './server-clock.js';
import { ServerMemory } from './server-memory.js';

const partner = ftpEndpoint({ host: 'partner', port: 21, user: 'u', password: 'p' });

it('never finds an offset larger than the true one, and misses it by no more than duration and precision', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -90_000_000, max: 90_000_000 }),
      fc.integer({ min: 0, max: 600_000 }),
      fc.constantFrom(1, 1_000, 60_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (offsetMs, durationMs, precisionMs, when) => {
        const fromMs = 1_700_000_000_000;
        const stamped = fromMs + Math.floor(durationMs * when) + offsetMs;
        const modifiedMs = Math.floor(stamped / precisionMs) * precisionMs;
        const found = clockOffsetMs({ modifiedMs, precisionMs }, { fromMs, toMs: fromMs + durationMs });
        expect(Math.abs(found ?? Number.NaN)).toBeLessThanOrEqual(Math.abs(offsetMs) + 1_000);
        expect(Math.abs((found ?? Number.NaN) - offsetMs)).toBeLessThanOrEqual(
          durationMs + precisionMs + 1_000,
        );
      },
    ),
  );
});

it('says nothing by a time of day precision, or without a time', () => {
  const writing = { fromMs: 0, toMs: 1 };
  expect(clockOffsetMs({ modifiedMs: 0, precisionMs: 86_400_000 }, writing)).toBeUndefined();
  expect(clockOffsetMs({ modifiedMs: undefined }, writing)).toBeUndefined();
});

async function sendTwo(shiftMs: number, keepTime: boolean) {
  const folder = await temporaryFolder();
  for (const name of ['from', 'to']) await mkdir(join(folder, name));
  for (const name of ['a', 'b']) await writeFile(join(folder, 'from', name), name);
  const platform = testPlatform();
  const memory = ServerMemory.inMemory(platform);
  const outcomes: Outcome[] = [];
  await runBatchFixture(platform, {
    source: join(folder, 'from', '*'),
    destination: `${join(folder, 'to')}/`,
    destinationEndpoint: partner,
    transfer: { parallel: 1, keepTime },
    memory,
    pools: new CheckingPools(partner, platform, {
      looked: (entry) => ({ ...entry, modifiedMs: (entry.modifiedMs ?? 0) + shiftMs }),
    }),
    observer: { fileSettled: (_file, outcome) => outcomes.push(outcome) },
  });
  const notes = outcomes.map((outcome) => (outcome.kind === 'succeeded' ? outcome.notes : undefined));
  return { offsetMs: memory.of(partner).clockOffsetMs, notes };
}

it('is measured once by the first file that was sent, and told when it is off', async () => {
  const { offsetMs, notes } = await sendTwo(-3_600_000, false);
  expect(offsetMs).toBeGreaterThan(-3_605_000);
  expect(offsetMs).toBeLessThan(-3_500_000);
  expect(notes).toEqual([
    [
      expect.stringMatching(
        /^the server's clock is (59|60) min behind ours, by the time that it gave the file$/,
      ),
    ],
    [],
  ]);
});

it('is not measured by a time that came from the source', async () => {
  expect(await sendTwo(-3_600_000, true)).toEqual({ offsetMs: undefined, notes: [[], []] });
});

it('is known to be right', async () => {
  const { offsetMs, notes } = await sendTwo(0, false);
  expect(Math.abs(offsetMs ?? Number.NaN)).toBeLessThan(60_000);
  expect(notes).toEqual([[], []]);
});
