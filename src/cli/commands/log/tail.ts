import { basename } from 'node:path';
import { openTailLogs } from '../../../engine/log-tail/open-tail-logs.js';
import { dayFileName } from '../../../log-tools/tail/day-files.js';
import { lineChoice } from '../../../log-tools/tail/line-choice.js';
import { logLabels } from '../../../log-tools/tail/log-labels.js';
import { tailLogs, type TailedLog } from '../../../log-tools/tail/tail-logs.js';
import type { TailLine } from '../../../log-tools/tail/tail-event.js';
import { printable } from '../../../core/printable.js';
import { settingsError } from '../../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../../command-call.js';
import { showCount } from '../../log/stats-text.js';
import { openLogSession, type LogSession } from '../../log/session.js';
import { TailPrinter, type TailForm } from '../../log/tail-printer.js';

const USUAL_LINES = 10;
/** More would have to be held at once; `tally log find` writes any number. */
const MOST_LINES = 50_000;

/** `tally log tail`: the last lines at once, whatever the size of the file, and with -f what comes. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const session = await openLogSession(call, context);
  const isFollowing = call.flags['follow'] === true;
  const count = readLines(call);
  const form = readForm(call, session);
  const query = session.query();
  const isFailedOnly = call.flags['failed'] === true;
  const { platform } = session.surroundings;
  const choice = lineChoice({ isFailedOnly, query });
  const logs = openTailLogs({
    names: call.args.length > 0 ? call.args : [session.folder],
    choice,
    isFollowing,
    timeZoneOf: session.timeZoneOf,
    readThrough: async (name) => (await session.logs([name])).lines(),
    platform,
    signal: context.signal,
  });
  const printer = new TailPrinter(
    { form, partners: session.queryContext.partners, labelOf: labeller(logs), isQuiet: session.isQuiet },
    context,
  );
  const events = tailLogs({
    logs,
    count,
    isFollowing,
    clock: platform.clock,
    signal: context.signal,
    isRead: () => !context.stdout.isClosed,
  });
  if (isFollowing && context.stderr.isTerminal) await printer.note(followingText(logs));
  for await (const event of events) {
    await printer.take(event);
    if (context.stdout.isClosed || context.signal.aborted) break;
  }
  if (!isFollowing && printer.count === 0 && count > 0) await printer.note('no line to show');
  if (choice.unread > 0) await printer.note(unreadText(choice.unread), 'warning');
  return 0;
}

function unreadText(count: number): string {
  const lines =
    count === 1 ? 'one line that is no record was' : `${showCount(count)} lines that are no records were`;
  return `${lines} passed over; tally log check tells why`;
}

function readForm({ flags }: CommandCall, { format }: LogSession): TailForm {
  if (flags['raw'] !== true) return format === 'jsonl' ? 'jsonl' : 'words';
  if (format === 'words') return 'raw';
  throw settingsError({ kind: 'flag', name: '--raw' }, `and --${format} exclude each other`);
}

function readLines({ flags }: CommandCall): number {
  const value = flags['lines'] ?? USUAL_LINES;
  const count = /^\d+$/.test(String(value)) ? Number(value) : NaN;
  if (count <= MOST_LINES) return count;
  throw settingsError(
    { kind: 'flag', name: '--lines' },
    `must be a whole number up to ${MOST_LINES}; found "${printable(String(value))}". For more: tally log find`,
  );
}

/** Which log a line is of, where there are several. */
function labeller(logs: readonly TailedLog[]): (line: TailLine) => string {
  if (logs.length < 2) return () => '';
  const names = logs.map(({ name }) => name);
  const labels = new Map(logLabels(names).map((label, index) => [names[index], label]));
  return ({ file }) => labels.get(file.node) ?? labels.get(file.name) ?? '';
}

function followingText(logs: readonly TailedLog[]): string {
  const names = logs.map(({ name }) => printable(name));
  const dated = logs.find(({ name }) => dayFileName(basename(name)) !== undefined);
  const hint = dated === undefined ? '' : '; to go on over midnight, name the folder instead of the file';
  return `following ${names.length > 3 ? `${names.length} logs` : names.join(', ')}; Ctrl-C ends${hint}`;
}
