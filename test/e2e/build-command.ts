import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCommand } from '../../scripts/bundle-command.mjs';

/** Where the tests find the command as `npm run build` makes it, from the sources as they are now. */
export const COMMAND_FOLDER = '.cache/e2e';

const PROJECT_FOLDER = fileURLToPath(new URL('../..', import.meta.url));
/** A part may be loaded late by a command of another test run that is still under way. */
const KEPT_MS = 3_600_000;

/** vitest calls this once before all tests. */
export default async function buildCommand(): Promise<void> {
  await clearOldParts(join(PROJECT_FOLDER, COMMAND_FOLDER), Date.now() - KEPT_MS);
  await bundleCommand(COMMAND_FOLDER);
}

/** Removes the parts of builds before `beforeMs`: each build names its parts anew and writes all that it needs. */
export async function clearOldParts(folder: string, beforeMs: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Another test run may clear the same folder.
    const facts = await stat(path).catch(() => undefined);
    if (facts !== undefined && facts.mtimeMs < beforeMs) await rm(path, { force: true, recursive: true });
  }
}
