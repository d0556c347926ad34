import type { ReloadJson } from '../../api/answers.js';
import { printable } from '../../core/printable.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { withDaemon } from '../daemon/with-daemon.js';

const INVALID_EXIT_CODE = 8;

/** `tally reload`: the daemon reads its settings again; a broken file keeps the last good rules. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  return withDaemon(call, context, async ({ client, say, data, style }) => {
    const answer = await client.post<ReloadJson>('/v1/settings/reload');
    await data(answer);
    if (!answer.ok) {
      await say(
        style.bad('The settings are not valid; the last good rules stay in force.'),
        ...answer.problems.map((problem) => `  ${printable(problem, 2000)}`),
      );
      return INVALID_EXIT_CODE;
    }
    await say(style.good('The settings are in force.'), ...changeLines(answer));
    return 0;
  });
}

function changeLines({ added, removed, changed }: ReloadJson): readonly string[] {
  const named = { added, removed, changed };
  const lines = Object.entries(named).flatMap(([what, names]) =>
    names.length === 0 ? [] : [`  ${what}: ${names.map((name) => printable(name)).join(', ')}`],
  );
  return lines.length === 0 ? ['  no rule has changed'] : lines;
}
