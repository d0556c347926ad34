import { TransferError } from '../../core/transfer-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { withDaemon } from '../daemon/with-daemon.js';

interface ReadyJson {
  readonly status: string;
  readonly checks?: readonly { readonly name: string; readonly isOk: boolean }[];
}

/** `tally health`: exit code 0 when the daemon is ready; for containers and monitors. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  return withDaemon(call, context, async ({ client, say, data, style }) => {
    const { status, text } = await client.raw('GET', '/readyz?verbose');
    if (status !== 200 && status !== 503) {
      throw new TransferError({
        code: 'DAEMON_UNREACHABLE',
        lastCode: -1,
        phase: 'connect',
        message: `the daemon answers with status ${status}`,
      });
    }
    const answer = JSON.parse(text) as ReadyJson;
    await data(answer);
    const failed = (answer.checks ?? []).filter(({ isOk }) => !isOk).map(({ name }) => name);
    if (status === 200) await say(style.good('ready'));
    else await say(style.bad(`not ready: ${failed.join(', ')} (tally status says more)`));
    return status === 200 ? 0 : 1;
  });
}
