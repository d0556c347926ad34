import { availableParallelism } from 'node:os';
import type { GroupName } from '../../../log-tools/stats/groupings.js';
import { startScanThreadEarly } from '../../../engine/log-files/scan-thread.js';
import type { CommandCall, CommandContext } from '../../command-call.js';
import { groupNames } from '../../log/groups.js';
import { openLogSession, readCount } from '../../log/session.js';
import { resultForm } from '../../result-form.js';
import { statsColumns, statsNotes } from '../../log/stats-text.js';
import { styleFor } from '../../style.js';
import { writeResult } from '../../tabular.js';

const DEFAULT_GROUPS: readonly GroupName[] = ['partner'];

/** `tally log stats`. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  startScanThreadEarly(call.args, Number(call.flags['jobs'] ?? availableParallelism()));
  const session = await openLogSession(call, context);
  const by = groupNames(call.flags['by']) ?? DEFAULT_GROUPS;
  const limit = readCount(call, 'limit');
  const query = session.query();
  const logs = await session.logs(call.args);
  const { partners, timeZone } = session.queryContext;
  const stats = await logs.groups({
    by,
    partners,
    timeZone,
    query: query && { text: query.text, context: session.queryContext },
  });
  const rows = limit === undefined ? stats.rows : stats.rows.slice(0, limit);
  await writeResult(
    rows,
    statsColumns(by),
    resultForm(call, session, 'groups', { by, timeZone, lines: stats.counts, ungrouped: stats.ungrouped }),
    context.stdout,
    styleFor(context.stdout),
  );
  if (!session.isQuiet) {
    for (const note of statsNotes(stats, {
      isSelected: query !== undefined,
      left: stats.rows.length - rows.length,
    })) {
      await context.stderr.write(`${note}\n`);
    }
  }
  return 0;
}
