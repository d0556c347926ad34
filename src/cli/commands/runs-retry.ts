import type { RetryPlanJson } from '../../api/answers.js';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { confirm } from '../confirm.js';
import { numberArgument } from '../daemon/command-parts.js';
import { withDaemon, type DaemonCall } from '../daemon/with-daemon.js';
import { waitForRun } from '../runs/wait-for-run.js';

/** `tally runs retry`: says what it will do and what it would send twice, before anything is done. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const id = numberArgument(call.args[0] ?? '', 'RUN');
  return withDaemon(call, context, async (daemon) => {
    const { client, say, data, session } = daemon;
    const plan = await client.get<RetryPlanJson>(`/v1/runs/${id}/retry-plan`);
    const { sentTwice } = plan;
    await say(
      ...plan.text.map((line) => printable(line, 4000)),
      ...sentTwice.map(
        ({ source, target, reason }) =>
          `  may go twice: ${printable(source, Infinity)} to ${printable(target, Infinity)} (${printable(reason)})`,
      ),
    );
    if (call.flags['dryRun'] === true) {
      await data(plan);
      return 0;
    }
    if (sentTwice.length > 0 && call.flags['yes'] !== true) await askAboutTwice(id, sentTwice.length, daemon);
    const made = await client.post<{ readonly run: number }>(`/v1/runs/${id}/retry`);
    if (call.flags['wait'] === true) return waitForRun(made.run, daemon);
    await data(made);
    if (session.format === 'words') await say(`Run ${made.run} does it: tally runs watch ${made.run}`);
    return 0;
  });
}

async function askAboutTwice(id: number, count: number, { context, session }: DaemonCall): Promise<void> {
  const isAsked = context.canAsk && session.inForce.given.values.noInput !== true;
  const question = `${count === 1 ? 'One file' : `${count} files`} may be sent twice. Go on?`;
  if (isAsked && (await confirm(question, { stake: 'much', signal: context.signal }))) return;
  throw new TransferError({
    code: 'REFUSED',
    lastCode: -1,
    phase: 'plan',
    message: `run ${id} was not retried: ${count === 1 ? 'a file' : `${count} files`} may be sent twice`,
    side: 'us',
    advice: 'Ask the partner whether it is there; with --yes it is done all the same.',
  });
}
