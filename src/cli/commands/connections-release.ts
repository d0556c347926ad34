import { printable } from '../../core/printable.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { pathPart, withDaemon } from '../daemon/with-daemon.js';

/** `tally connections release`: rules try the connection again. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const name = call.args[0] ?? '';
  return withDaemon(call, context, async ({ client, say, data }) => {
    await data(await client.post<object>(`/v1/connections/${pathPart(name)}/release`));
    await say(`Rules try ${printable(name)} again; what waits for it goes on in its order.`);
    return 0;
  });
}
