import { didYouMean } from '../../core/did-you-mean.js';
import { settingsError } from '../../settings/settings-error.js';
import { SHELLS } from '../command-table.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { COMPLETION_SCRIPTS } from '../completion-scripts.js';

/** `tally completion SHELL`. */
export async function run(call: CommandCall, { stdout }: CommandContext): Promise<number> {
  const asked = call.args[0] ?? '';
  const shell = SHELLS.find((name) => name === asked);
  if (shell === undefined) {
    throw settingsError(
      { kind: 'location', text: asked },
      `is no shell that we know${didYouMean(asked, SHELLS)}: ${SHELLS.join(', ')}`,
    );
  }
  await stdout.write(COMPLETION_SCRIPTS[shell]);
  return 0;
}
