import type { AlarmJson } from '../../api/answers.js';
import { printable } from '../../core/printable.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { timeWords } from '../daemon/command-parts.js';
import { SIDE_NAMES } from '../error-text.js';
import { withRunSource } from '../runs/run-source.js';
import { styleFor } from '../style.js';
import { writeResult, type ResultColumn } from '../tabular.js';

const LIMIT = 100;

/** `tally alarms`: the open ones, or with `--all` the past ones too; also without a daemon, from its store. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const onlyOpen = call.flags['all'] !== true;
  return withRunSource(call, context, async (source, session) => {
    const alarms = await source.alarms({ onlyOpen, limit: LIMIT });
    const form = { format: session.format, noHeader: false, name: 'alarms' };
    const { timeZone } = session.surroundings.platform.host;
    if (alarms.length > 0 || session.format !== 'words') {
      await writeResult(alarms, columnsFor(timeZone), form, context.stdout, styleFor(context.stdout));
    } else if (!session.isQuiet) await context.stderr.write(onlyOpen ? 'no alarm is open\n' : 'no alarms\n');
    return 0;
  });
}

function columnsFor(timeZone: string): readonly ResultColumn<AlarmJson>[] {
  return [
    { key: 'id', title: 'ID', onlyData: true, words: ({ id }) => String(id), value: ({ id }) => id },
    {
      key: 'openedAt',
      title: 'SINCE',
      words: ({ openedAt }) => timeWords(openedAt, timeZone),
      value: ({ openedAt }) => openedAt,
    },
    {
      key: 'closedAt',
      title: 'UNTIL',
      dropOrder: 2,
      words: ({ closedAt }) => timeWords(closedAt, timeZone),
      value: ({ closedAt }) => closedAt,
    },
    {
      key: 'count',
      title: 'TIMES',
      align: 'right',
      dropOrder: 1,
      words: ({ count }) => String(count),
      value: ({ count }) => count,
    },
    {
      key: 'side',
      title: 'WHO ACTS',
      words: ({ side }) => SIDE_NAMES[side],
      value: ({ side }) => side,
    },
    {
      key: 'cause',
      title: 'CAUSE',
      onlyData: true,
      words: ({ cause }) => printable(cause),
      value: ({ cause }) => cause,
    },
    {
      key: 'text',
      title: 'WHAT',
      shrinks: 'end',
      words: ({ text }) => printable(text, 2000),
      value: ({ text }) => text,
    },
  ];
}
