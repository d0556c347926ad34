import { availableParallelism } from 'node:os';
import { chartBars, chartRows, hoursOrDays } from '../../../log-tools/chart/chart-bars.js';
import type { GroupName } from '../../../log-tools/stats/groupings.js';
import { isInOrder } from '../../../log-tools/stats/log-stats.js';
import { settingsError } from '../../../settings/settings-error.js';
import { startScanThreadEarly } from '../../../engine/log-files/scan-thread.js';
import type { CommandCall, CommandContext } from '../../command-call.js';
import { chartLegend, chartLines } from '../../log/chart-text.js';
import { groupNames } from '../../log/groups.js';
import { openLogSession } from '../../log/session.js';
import { showCount, statsNotes } from '../../log/stats-text.js';

/** Bars of a group that has no order of its own; the largest are drawn. */
const MAX_BARS = 50;

/** `tally log chart`. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  startScanThreadEarly(call.args, Number(call.flags['jobs'] ?? availableParallelism()));
  const session = await openLogSession(call, context);
  const by = oneGroup(call);
  const query = session.query();
  const logs = await session.logs(call.args);
  const { partners, timeZone } = session.queryContext;
  const stats = await logs.groups({
    partners,
    timeZone,
    query: query && { text: query.text, context: session.queryContext },
    by: [by ?? 'hour'],
  });
  const all = chartRows(stats.rows);
  const chosen = by === undefined ? hoursOrDays(all) : { by, rows: all };
  const rows = isInOrder(chosen.by) ? chosen.rows : chosen.rows.slice(0, MAX_BARS);
  const { stdout, stderr } = context;
  if (rows.length > 0) {
    const lines = [...chartLines(chartBars(rows, chosen.by), chosen.by, stdout), chartLegend(stdout)];
    await stdout.write(`${lines.join('\n')}\n`);
  }
  if (session.isQuiet) return 0;
  const left = chosen.rows.length - rows.length;
  if (left > 0)
    await stderr.write(
      `${showCount(left)} more groups are not drawn; tally log stats --by ${chosen.by} has all.\n`,
    );
  for (const note of statsNotes(stats, { isSelected: query !== undefined, left: 0 }))
    await stderr.write(`${note}\n`);
  return 0;
}

function oneGroup({ flags }: CommandCall): GroupName | undefined {
  const [name, ...others] = groupNames(flags['by']) ?? [];
  if (others.length === 0) return name;
  throw settingsError(
    { kind: 'flag', name: '--by' },
    'takes one group in a chart; tally log stats takes several',
  );
}
