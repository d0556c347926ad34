import type { CommandCall, CommandContext } from '../command-call.js';
import { numberArgument } from '../daemon/command-parts.js';
import { withDaemon } from '../daemon/with-daemon.js';
import { waitForRun } from '../runs/wait-for-run.js';

/** `tally runs cancel`: the run stops after what is under way. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const id = numberArgument(call.args[0] ?? '', 'RUN');
  return withDaemon(call, context, async (daemon) => {
    const answer = await daemon.client.post<{ readonly outcome: 'asked' | 'ended' }>(`/v1/runs/${id}/cancel`);
    if (call.flags['wait'] === true) {
      await waitForRun(id, daemon);
      return 0;
    }
    await daemon.data(answer);
    await daemon.say(
      answer.outcome === 'asked'
        ? `Run ${id} stops once the file under way is finished or rolled back.`
        : `Run ${id} had ended before.`,
    );
    return 0;
  });
}
