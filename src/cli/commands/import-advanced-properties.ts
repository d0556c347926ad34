import { importAdvancedProperties } from '../../eft-import/import-advanced-properties.js';
import { fieldCounts, reportText } from '../../eft-import/report-text.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { giveImport, openImport } from '../eft-import/import-session.js';

/** `tally import advanced-properties`: EFT's switches as a part of the settings. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const session = await openImport(call, context, call.args.slice(0, 1));
  const [file] = session.files;
  if (file === undefined) return 0;
  const { yaml, report } = importAdvancedProperties(file);
  const tasks = report.tasks.map(({ subject, text }) => `to do: ${subject}: ${text}`);
  const unknown = report.lines
    .filter(({ outcome }) => outcome === 'unknown')
    .map(({ field, text }) => `unknown: ${field}: ${text}`);
  const summary = [fieldCounts(report), ...unknown, ...tasks];
  await giveImport(
    session,
    { yaml, report, reportText: reportText(report), summary, facts: {} },
    call,
    context,
  );
  return 0;
}
