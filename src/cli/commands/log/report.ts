import { printable } from '../../../core/printable.js';
import { makeReport, type ReportSummary } from '../../../engine/log-report/make-report.js';
import { byteSinkOf } from '../../byte-outputs.js';
import type { CommandCall, CommandContext } from '../../command-call.js';
import { openLogSession } from '../../log/session.js';
import { packageVersion } from '../../version.js';

const DEFAULT_FILE = 'report.html';
const DEFAULT_TITLE = 'Transfer report';

/** `tally log report`: one HTML page of the logs; where it stands is told on stderr. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const session = await openLogSession(call, context);
  const query = session.query();
  const source = await session.logs(call.args);
  const name = String(call.flags['output'] ?? DEFAULT_FILE);
  const summary = await makeReport({
    source,
    query,
    partners: session.queryContext.partners,
    timeZone: session.queryContext.timeZone,
    title: String(call.flags['title'] ?? DEFAULT_TITLE),
    madeBy: `tally ${packageVersion()}`,
    output: name === '-' ? byteSinkOf(context.stdout) : name,
    platform: session.surroundings.platform,
    signal: context.signal,
  });
  if (!session.isQuiet && name !== '-') await context.stderr.write(`${summaryLine(summary, name)}\n`);
  return 0;
}

function summaryLine(summary: ReportSummary, name: string): string {
  const { attempts, failed, openIncidents, sizeBytes, durationMs } = summary;
  const count = (number: number, one: string) =>
    `${number.toLocaleString('en')} ${number === 1 ? one : `${one}s`}`;
  const size = `${Math.max(1, Math.round(sizeBytes / 1024)).toLocaleString('en')} KiB`;
  const seconds = (durationMs / 1000).toFixed(1);
  return `${printable(name)}: ${count(attempts, 'record')}, ${failed.toLocaleString('en')} failed, ${count(openIncidents, 'incident')} open (${size}, ${seconds} s)`;
}
