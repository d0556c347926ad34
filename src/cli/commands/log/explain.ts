import type { LogFileRef, LogLine } from '../../../client-log/reading/log-line.js';
import { readLogBatches } from '../../../client-log/reading/read-client-log.js';
import { printable } from '../../../core/printable.js';
import { TransferError } from '../../../core/transfer-error.js';
import { explainLastLine, explainLine, type ExplainedLine } from '../../../log-tools/explain/explain-line.js';
import type { LogSource } from '../../../log-tools/log-source.js';
import { settingsError } from '../../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../../command-call.js';
import { explanationData } from '../../log/explain-data.js';
import { explanationLines } from '../../log/explain-text.js';
import { readAskedLine, type AskedLine } from '../../log/line-place.js';
import { openLogSession, type LogSession } from '../../log/session.js';
import { showCount } from '../../log/stats-text.js';
import { styleFor } from '../../style.js';

/** `tally log explain`. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const session = await openLogSession(call, context);
  const asked = readAskedLine(call.args[0], Boolean(process.stdin.isTTY));
  const explained = await explain(asked, session);
  const isPasted = asked.kind !== 'file';
  const { partners } = session.queryContext;
  if (session.format === 'json') {
    await context.stdout.write(`${JSON.stringify(explanationData(explained, partners))}\n`);
    return 0;
  }
  const { clientLog } = session.inForce.loaded.settings;
  const isZoneAssumed = call.flags['timeZones'] === undefined && clientLog?.timeZone === undefined;
  const { stdout } = context;
  const lines = explanationLines(
    explained.explanation,
    { line: explained.line, isZoneAssumed, isPasted },
    { style: styleFor(stdout), width: stdout.isTerminal ? stdout.size().columns : Infinity },
  );
  await stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

async function explain(asked: AskedLine, session: LogSession): Promise<ExplainedLine> {
  if (asked.kind === 'file') return explainInFile(asked, session);
  const log = asked.kind === 'stdin' ? await session.logs(['-']) : textLog(asked.text, session);
  const explained = await explainLastLine(log, session.queryContext);
  if (explained === undefined) {
    throw settingsError(
      { kind: 'location', text: '-' },
      'holds no line: put a line of a client log into stdin',
    );
  }
  return explained;
}

async function explainInFile(
  { file, lineNumber }: Extract<AskedLine, { kind: 'file' }>,
  session: LogSession,
): Promise<ExplainedLine> {
  const found = await explainLine(await oneLog(file, session), lineNumber, session.queryContext);
  if ('line' in found) return found;
  const count = found.lines === 1 ? 'one line' : `${showCount(found.lines)} lines`;
  throw new TransferError({
    code: 'NOT_FOUND',
    lastCode: -1,
    phase: 'log',
    side: 'us',
    message: `${printable(file)} has ${count}: there is no line ${lineNumber}`,
    advice: 'Name a line of this file; tally log find QUERY FILE --fields line,time shows the numbers.',
  });
}

const IN_ARCHIVE = /^(.+\.zip)\/./i;

/** One file's lines; a log within an archive is named `archive.zip/name.log`. */
async function oneLog(name: string, session: LogSession): Promise<Pick<LogSource, 'lines'>> {
  const archive = IN_ARCHIVE.exec(name)?.[1];
  const logs = await session.logs([archive ?? name]);
  const chosen = archive === undefined ? logs.files : logs.files.filter((file) => file.name === name);
  const [only] = chosen;
  if (chosen.length === 1 && only !== undefined) {
    if (logs.files.length === 1) return logs;
    return { lines: (request) => linesOf(only, logs.lines(request)) };
  }
  const names = logs.files.slice(0, 3).map((file) => printable(file.name));
  throw settingsError(
    { kind: 'location', text: name },
    chosen.length === 0
      ? `is not in the archive, which holds ${names.join(', ')}${logs.files.length > names.length ? ', ...' : ''}`
      : `names ${chosen.length} logs; name one, such as ${names[0] ?? ''}`,
  );
}

async function* linesOf(
  file: LogFileRef,
  batches: AsyncIterable<readonly LogLine[]>,
): AsyncGenerator<readonly LogLine[]> {
  for await (const batch of batches) yield batch.filter((line) => line.file.name === file.name);
}

/** A line that stands on the command line itself. */
function textLog(text: string, { queryContext }: LogSession): Pick<LogSource, 'lines'> {
  const file: LogFileRef = { name: '-', timeZone: queryContext.timeZone, node: '' };
  const bytes = new TextEncoder().encode(text);
  return { lines: () => readLogBatches(chunksOf(bytes), file) };
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
