import type { CommandCall, CommandContext } from '../command-call.js';
import { numberArgument } from '../daemon/command-parts.js';
import { runLines } from '../runs/run-text.js';
import { withRunSource } from '../runs/run-source.js';
import { styleFor } from '../style.js';

/** `tally runs show`: a run as a story; also without a daemon, from its store. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const id = numberArgument(call.args[0] ?? '', 'RUN');
  return withRunSource(call, context, async (source, session) => {
    const whole = await source.run(id);
    const { stdout } = context;
    if (session.format !== 'words') {
      await stdout.write(`${JSON.stringify({ schemaVersion: 1, ...whole })}\n`);
      return 0;
    }
    const lines = runLines(whole, {
      style: styleFor(stdout),
      width: stdout.isTerminal ? stdout.size().columns : Infinity,
      timeZone: session.surroundings.platform.host.timeZone,
    });
    await stdout.write(lines.map((line) => `${line}\n`).join(''));
    return 0;
  });
}
