import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty folder, removed when the test has ended; kept with TALLY_KEEP_TEST_ROOTS=1. */
export async function temporaryFolder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'tally-test-')));
  onTestFinished(async () => {
    if (process.env['TALLY_KEEP_TEST_ROOTS'] !== '1') await rm(path, { recursive: true, force: true });
  });
  return path;
}
