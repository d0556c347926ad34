import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { localEndpoint, runBatchFixture } from '../../test/platform/batch-fixture.js';
import { CheckingPools } from '../../test/platform/checking-place.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { TransferError } from '../core/transfer-error.js';
import type { Endpoint } from './endpoint.js';

const server: Endpoint = { ...localEndpoint, label: 'busy' };

it.each([
  ['a file', 'write', 'g'],
  ['the plan', 'stat', 'none/g'],
])('an attempt at %s that none followed after a cancel is told once more', async (_what, verb, name) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'f'), 'crates');
  const platform = testPlatform();
  const pools = new CheckingPools(server, platform, {
    refuses: (asked) =>
      asked === verb
        ? new TransferError({ code: 'SERVER_BUSY', lastCode: 450, phase: 'write', message: 'busy' })
        : undefined,
  });
  const cancel = new AbortController();
  const clock = {
    ...platform.clock,
    sleep: (delayMs: number, signal?: AbortSignal) => {
      cancel.abort();
      return platform.clock.sleep(delayMs, signal);
    },
  };
  const unfollowed: string[] = [];
  const { lines, attempts } = await runBatchFixture(
    { ...platform, clock },
    {
      source: join(folder, 'f'),
      destination: join(folder, name),
      destinationEndpoint: server,
      pools,
      transfer: { retries: 3 },
      signal: cancel.signal,
      observer: {
        noneFollowed: async ({ lastCode, attemptNumber }) =>
          void unfollowed.push(`${attemptNumber} ${lastCode}`),
      },
    },
  );
  expect(lines).toEqual(['1 450']);
  expect(attempts[0]?.isLast).toBe(false);
  expect(unfollowed).toEqual(['1 450']);
});
