import { printable } from '../../core/printable.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { pathPart, withDaemon } from '../daemon/with-daemon.js';

/** `tally rules resume`: ends a pause. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const name = call.args[0] ?? '';
  return withDaemon(call, context, async ({ client, say, data }) => {
    await data(await client.post<object>(`/v1/rules/${pathPart(name)}/resume`));
    await say(`${printable(name)} runs again; what waits for it begins now.`);
    return 0;
  });
}
