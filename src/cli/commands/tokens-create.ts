import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { timeWords } from '../daemon/command-parts.js';
import { flagText, withDaemon } from '../daemon/with-daemon.js';

interface NewTokenJson {
  readonly token: string;
  readonly id: number;
  readonly expiresMs: number;
}

/** `tally tokens create`: the token itself goes to stdout, all else to stderr, so that it can go straight into a file. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const role = flagText(call, 'role') ?? 'viewer';
  const days = daysOf(flagText(call, 'days'));
  return withDaemon(call, context, async ({ client, say, data, session }) => {
    const body = { name: call.args[0] ?? '', role, ...(days === undefined ? {} : { days }) };
    const made = await client.post<NewTokenJson>('/v1/tokens', body);
    await data(made);
    await say(made.token);
    if (session.format === 'words' && !session.isQuiet) {
      const until = timeWords(
        new Date(made.expiresMs).toISOString(),
        session.surroundings.platform.host.timeZone,
      );
      await context.stderr.write(
        `Token ${made.id}, role ${role}, valid until ${until}. It is shown this once; keep it in a file of mode 0600.\n`,
      );
    }
    return 0;
  });
}

function daysOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days > 0) return days;
  throw settingsError({ kind: 'flag', name: '--days' }, 'must be a whole number from 1 to 3650');
}
