import { asTransferError, type TransferError } from '../../../core/transfer-error.js';
import { findLogs, type FoundLog } from '../../../engine/log-files/log-names.js';
import { LogCheck } from '../../../log-tools/check/log-check.js';
import type { CommandCall, CommandContext } from '../../command-call.js';
import { errorLines } from '../../error-text.js';
import { exitCodeOfError } from '../../exit-codes.js';
import { checkReport, type CheckForm, type CheckReport } from '../../log/check-report.js';
import { openLogSession, type LogSession } from '../../log/session.js';

const SOMETHING_WRONG = 6;

/** `tally log check`: what is wrong with the logs themselves. A file that cannot be read keeps no other from it. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const session = await openLogSession(call, context);
  const report = checkReport(formOf(session), context.stdout);
  const check = new LogCheck();
  const unread = new Map<string, TransferError>();
  const tellUnread = async (name: string, thrown: unknown) => {
    const error = asTransferError(thrown, 'log');
    unread.set(name, error);
    await context.stderr.write(
      `${errorLines(error, 'tally log check', error.code, session.style).join('\n')}\n`,
    );
  };
  const found = await foundLogs(call.args.length > 0 ? call.args : [session.folder], tellUnread);
  const hasNodes = new Set(found.map(({ folder }) => folder)).size > 1;
  for (const { name, folder = '' } of found) {
    try {
      await look({ check, session, report, context }, name, hasNodes ? folder : '');
    } catch (error) {
      await tellUnread(name, error);
    }
    // What was looked through so far says nothing of the rest.
    if (context.signal.aborted || context.stdout.isClosed) return 0;
  }
  for (const finding of check.end()) await report.add(finding);
  const summary = check.summary();
  await report.end(summary, unread);
  const codes = [...unread.values()].map(exitCodeOfError);
  if (codes.length > 0) return Math.max(...codes);
  return summary.wrong > 0 ? SOMETHING_WRONG : 0;
}

function formOf({ format, verbosity }: LogSession): CheckForm {
  if (format !== 'words') return format;
  return verbosity > 0 ? 'all' : 'grouped';
}

/** Each file once, in the order of the words; a word that names nothing is told, and the others are looked for. */
async function foundLogs(
  names: readonly string[],
  tellUnread: (name: string, thrown: unknown) => Promise<void>,
): Promise<readonly FoundLog[]> {
  const found = new Map<string, FoundLog>();
  for (const name of names) {
    try {
      for (const log of findLogs([name])) found.set(log.name, found.get(log.name) ?? log);
    } catch (error) {
      await tellUnread(name, error);
    }
  }
  return [...found.values()];
}

interface Looking {
  readonly check: LogCheck;
  readonly session: LogSession;
  readonly report: CheckReport;
  readonly context: CommandContext;
}

async function look({ check, session, report, context }: Looking, name: string, node: string): Promise<void> {
  for await (const findings of check.look(await session.logs([name]), node)) {
    for (const finding of findings) await report.add(finding);
    if (context.signal.aborted || context.stdout.isClosed) return;
  }
}
