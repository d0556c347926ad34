import type { StatusJson } from '../../api/answers.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { withDaemon } from '../daemon/with-daemon.js';

const ASK_AGAIN_MS = 500;

/** `tally drain`: nothing new begins; with `--wait` it ends when nothing is under way any more. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  return withDaemon(call, context, async ({ client, say, data, session }) => {
    let answer: { readonly running: number; readonly waiting: number } = await client.post('/v1/drain');
    if (call.flags['wait'] === true) {
      while (answer.running > 0) {
        await session.surroundings.platform.clock.sleep(ASK_AGAIN_MS, context.signal);
        answer = await client.get<StatusJson>('/v1/status');
      }
    }
    const { running, waiting } = answer;
    await data({ schemaVersion: 1, running, waiting });
    await say(
      running === 0 ? 'Nothing is under way; the daemon can be stopped.' : `Draining: ${running} under way.`,
      ...(waiting === 0 ? [] : [`${waiting} waiting runs begin after the next start.`]),
    );
    return 0;
  });
}
