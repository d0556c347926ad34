import type { QuarantinedJson } from '../../api/answers.js';
import { printable } from '../../core/printable.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { timeWords } from '../daemon/command-parts.js';
import { withDaemon } from '../daemon/with-daemon.js';
import { writeResult, type ResultColumn } from '../tabular.js';

/** `tally quarantine list`: files that were put aside so that the others could go on. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  return withDaemon(call, context, async ({ client, session, style }) => {
    const answer = await client.get<{ readonly files: readonly QuarantinedJson[] }>('/v1/quarantine', {
      rule: call.args[0],
    });
    const form = { format: session.format, noHeader: false, name: 'files' };
    if (answer.files.length > 0 || session.format !== 'words') {
      const columns = columnsFor(session.surroundings.platform.host.timeZone);
      await writeResult(answer.files, columns, form, context.stdout, style);
    } else if (!session.isQuiet) await context.stderr.write('no file is put aside\n');
    return 0;
  });
}

function columnsFor(timeZone: string): readonly ResultColumn<QuarantinedJson>[] {
  return [
    { key: 'rule', title: 'RULE', words: ({ rule }) => printable(rule), value: ({ rule }) => rule },
    {
      key: 'path',
      title: 'FILE',
      shrinks: 'middle',
      words: ({ path }) => printable(path, Infinity),
      value: ({ path }) => path,
    },
    {
      key: 'since',
      title: 'SINCE',
      words: ({ since }) => timeWords(since, timeZone),
      value: ({ since }) => since,
    },
    {
      key: 'failures',
      title: 'FAILED',
      align: 'right',
      dropOrder: 1,
      words: ({ failures }) => String(failures),
      value: ({ failures }) => failures,
    },
    {
      key: 'reason',
      title: 'WHY',
      shrinks: 'end',
      words: ({ reason }) => printable(reason, 1000),
      value: ({ reason }) => reason,
    },
    {
      key: 'fileKey',
      title: 'KEY',
      onlyData: true,
      words: ({ fileKey }) => fileKey,
      value: ({ fileKey }) => fileKey,
    },
  ];
}
