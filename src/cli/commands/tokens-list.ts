import type { TokenJson } from '../../api/answers.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { timeWords } from '../daemon/command-parts.js';
import { withDaemon } from '../daemon/with-daemon.js';
import { writeResult, type ResultColumn } from '../tabular.js';

/** `tally tokens list`: never their text, which is not kept. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  return withDaemon(call, context, async ({ client, session, style }) => {
    const { tokens } = await client.get<{ readonly tokens: readonly TokenJson[] }>('/v1/tokens');
    const form = { format: session.format, noHeader: false, name: 'tokens' };
    const columns = columnsFor(session.surroundings.platform.host.timeZone);
    await writeResult(tokens, columns, form, context.stdout, style);
    return 0;
  });
}

function columnsFor(timeZone: string): readonly ResultColumn<TokenJson>[] {
  return [
    { key: 'id', title: 'ID', align: 'right', words: ({ id }) => String(id), value: ({ id }) => id },
    { key: 'name', title: 'NAME', words: ({ name }) => name, value: ({ name }) => name },
    { key: 'role', title: 'ROLE', words: ({ role }) => role, value: ({ role }) => role },
    { key: 'state', title: 'STATE', words: ({ state }) => state, value: ({ state }) => state },
    {
      key: 'expiresAt',
      title: 'UNTIL',
      words: ({ expiresAt }) => timeWords(expiresAt, timeZone),
      value: ({ expiresAt }) => expiresAt,
    },
    {
      key: 'lastUsedAt',
      title: 'LAST USED',
      dropOrder: 1,
      words: ({ lastUsedAt }) => timeWords(lastUsedAt, timeZone),
      value: ({ lastUsedAt }) => lastUsedAt,
    },
  ];
}
