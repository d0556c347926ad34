import type { CommandCall, CommandContext } from '../command-call.js';
import { numberArgument } from '../daemon/command-parts.js';
import { withDaemon } from '../daemon/with-daemon.js';
import { waitForRun } from '../runs/wait-for-run.js';

const WORDS = {
  asked: 'stops once the file under way is finished or rolled back',
  ended: 'had ended before',
  left: 'had failed; what it was to send is left unsent, and the alarm of its rule counts it no more',
} as const;

type Outcome = keyof typeof WORDS;

/** `tally runs cancel`: the run stops after what is under way; a failed one is left as it is. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const id = numberArgument(call.args[0] ?? '', 'RUN');
  return withDaemon(call, context, async (daemon) => {
    const answer = await daemon.client.post<{ readonly outcome: Outcome }>(`/v1/runs/${id}/cancel`);
    if (call.flags['wait'] === true) {
      await waitForRun(id, daemon);
      return 0;
    }
    await daemon.data(answer);
    await daemon.say(`Run ${id} ${WORDS[answer.outcome]}.`);
    return 0;
  });
}
