import { bundleCommand } from '../../scripts/bundle-command.mjs';

/** Where the tests find the command as `npm run build` makes it, from the sources as they are now. */
export const COMMAND_FOLDER = '.cache/e2e';

/** vitest calls this once before all tests. */
export default async function buildCommand(): Promise<void> {
  await bundleCommand(COMMAND_FOLDER);
}
