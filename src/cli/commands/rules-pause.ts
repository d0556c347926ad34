import { printable } from '../../core/printable.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { futureTime, timeWords } from '../daemon/command-parts.js';
import { flagText, pathPart, withDaemon } from '../daemon/with-daemon.js';

/** `tally rules pause`: nothing of the rule begins; what is under way goes on. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const name = call.args[0] ?? '';
  return withDaemon(call, context, async ({ client, say, data, session }) => {
    const { clock, host } = session.surroundings.platform;
    const span = flagText(call, 'for');
    const until =
      span === undefined ? undefined : new Date(futureTime(span, '--for', clock.now())).toISOString();
    const reason = flagText(call, 'reason') ?? 'paused by hand';
    const body = { reason, ...(until === undefined ? {} : { until }) };
    await data(await client.post<object>(`/v1/rules/${pathPart(name)}/pause`, body));
    const how =
      until === undefined ? 'until somebody resumes it' : `until ${timeWords(until, host.timeZone)}`;
    await say(`${printable(name)} is paused ${how}; what is under way goes on to its end.`);
    return 0;
  });
}
