import { RUN_STATES } from '../../api/views/run-view.js';
import type { RunJson } from '../../api/answers.js';
import { printable } from '../../core/printable.js';
import { settingsError } from '../../settings/settings-error.js';
import type { RunState } from '../../store/run-store.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { numberArgument, pastTime, timeWords } from '../daemon/command-parts.js';
import { flagText } from '../daemon/with-daemon.js';
import { withRunSource } from '../runs/run-source.js';
import { styleFor } from '../style.js';
import { writeResult, type ResultColumn } from '../tabular.js';

const DEFAULT_LIMIT = 50;

/** `tally runs list`: newest first; also without a daemon, from its store. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const states = statesOf(call.flags['states']);
  const limit = numberArgument(flagText(call, 'limit') ?? String(DEFAULT_LIMIT), '--limit');
  return withRunSource(call, context, async (source, session) => {
    const { clock, host } = session.surroundings.platform;
    const since = flagText(call, 'since');
    const runs = await source.runs({
      rule: call.args[0],
      states,
      sinceMs: since === undefined ? undefined : pastTime(since, '--since', clock.now()),
      limit,
    });
    const form = { format: session.format, noHeader: false, name: 'runs' };
    if (runs.length > 0 || session.format !== 'words') {
      await writeResult(runs, columnsFor(host.timeZone), form, context.stdout, styleFor(context.stdout));
    } else if (!session.isQuiet) await context.stderr.write('no run matches\n');
    return 0;
  });
}

function statesOf(given: CommandCall['flags'][string]): readonly RunState[] | undefined {
  if (!Array.isArray(given)) return undefined;
  const words = given.flatMap((word: string) => word.split(','));
  const strange = words.find((word) => !RUN_STATES.some((state) => state === word));
  if (strange === undefined) return words as RunState[];
  throw settingsError(
    { kind: 'flag', name: '--state' },
    `must be of ${RUN_STATES.join(', ')}, not "${strange}"`,
  );
}

function columnsFor(timeZone: string): readonly ResultColumn<RunJson>[] {
  return [
    {
      key: 'run',
      title: 'RUN',
      align: 'right',
      words: ({ run: id }) => String(id),
      value: ({ run: id }) => id,
    },
    {
      key: 'rule',
      title: 'RULE',
      shrinks: 'end',
      words: ({ rule }) => printable(rule),
      value: ({ rule }) => rule,
    },
    {
      key: 'state',
      title: 'STATE',
      words: ({ state, isShadow }) => (isShadow ? `${state} (shadow)` : state),
      value: ({ state }) => state,
    },
    {
      key: 'createdAt',
      title: 'MADE',
      dropOrder: 1,
      words: ({ createdAt }) => timeWords(createdAt, timeZone),
      value: ({ createdAt }) => createdAt,
    },
    {
      key: 'endedAt',
      title: 'ENDED',
      dropOrder: 5,
      words: ({ endedAt }) => timeWords(endedAt, timeZone),
      value: ({ endedAt }) => endedAt,
    },
    {
      key: 'filesSucceeded',
      title: 'FILES',
      align: 'right',
      dropOrder: 3,
      words: ({ filesSucceeded, filesFailed }) => `${filesSucceeded}/${filesSucceeded + filesFailed}`,
      value: ({ filesSucceeded }) => filesSucceeded,
    },
    {
      key: 'filesFailed',
      title: 'FAILED',
      onlyData: true,
      words: ({ filesFailed }) => String(filesFailed),
      value: ({ filesFailed }) => filesFailed,
    },
    {
      key: 'trigger',
      title: 'BY',
      dropOrder: 4,
      words: ({ trigger, askedBy }) => printable(askedBy === undefined ? trigger : `${trigger}, ${askedBy}`),
      value: ({ trigger }) => trigger,
    },
    { key: 'code', title: 'CODE', dropOrder: 2, words: ({ code }) => code ?? '-', value: ({ code }) => code },
    {
      key: 'reason',
      title: 'WHY',
      shrinks: 'end',
      words: ({ reason }) => printable(reason ?? '-', 1000),
      value: ({ reason }) => reason,
    },
  ];
}
