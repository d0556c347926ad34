import { isTimeZone } from '../../client-log/local-time.js';
import { printable } from '../../core/printable.js';
import { importEft } from '../../eft-import/import-eft.js';
import type { PathMove } from '../../eft-import/path-moves.js';
import { reportText, summaryLines } from '../../eft-import/report-text.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { giveImport, openImport } from '../eft-import/import-session.js';

/** `tally import eft`: EFT's exports as settings of ours. No settings in force are read or changed. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const { connections } = call.flags;
  const profiles = connections === undefined ? [] : [connections].flat().map(String);
  const session = await openImport(call, context, [...call.args, ...profiles]);
  const { platform, homeFolder } = session.surroundings;
  const result = importEft(session.files, {
    os: platform.host.os,
    homeFolder,
    timeZone: zoneOf(call) ?? platform.host.timeZone,
    nowMs: platform.clock.now(),
    moves: movesOf(call),
  });
  const { yaml, report, rules, connections: names } = result;
  await giveImport(
    session,
    {
      yaml,
      report,
      reportText: reportText(report, rules),
      summary: summaryLines(report, result),
      facts: { rules, connections: names },
    },
    call,
    context,
  );
  return 0;
}

function movesOf({ flags: { path } }: CommandCall): readonly PathMove[] {
  const given = path === undefined ? [] : [path].flat().map(String);
  return given.map((text) => {
    const [from, ...to] = text.split('=');
    if (from !== undefined && from !== '' && to.join('=') !== '') return { from, to: to.join('=') };
    throw settingsError(
      { kind: 'flag', name: '--path' },
      `must be a folder there and here, such as C:\\EFT=/data/eft; found "${printable(text, 80)}"`,
    );
  });
}

function zoneOf({ flags: { timeZone } }: CommandCall): string | undefined {
  if (timeZone === undefined) return undefined;
  if (isTimeZone(String(timeZone))) return String(timeZone);
  throw settingsError(
    { kind: 'flag', name: '--time-zone' },
    `must be an IANA zone such as Europe/Berlin; found "${printable(String(timeZone), 80)}"`,
  );
}
