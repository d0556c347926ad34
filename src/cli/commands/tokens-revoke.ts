import type { CommandCall, CommandContext } from '../command-call.js';
import { numberArgument } from '../daemon/command-parts.js';
import { withDaemon } from '../daemon/with-daemon.js';

/** `tally tokens revoke`: at once and for good. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const id = numberArgument(call.args[0] ?? '', 'ID');
  return withDaemon(call, context, async ({ client, say, data }) => {
    await data(await client.delete<object>(`/v1/tokens/${id}`));
    await say(`Token ${id} is revoked.`);
    return 0;
  });
}
