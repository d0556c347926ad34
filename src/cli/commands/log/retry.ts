import { countLines, NO_LINES } from '../../../client-log/reading/count-lines.js';
import type { LineCounts } from '../../../client-log/reading/log-line.js';
import { printable } from '../../../core/printable.js';
import { planRetry } from '../../../engine/log-retry/plan-retry.js';
import { retryContext } from '../../../engine/log-retry/retry-context.js';
import type { RetryPlan } from '../../../engine/log-retry/retry-plan.js';
import type { RetryReport } from '../../../engine/log-retry/send-retry.js';
import type { FailureFindings } from '../../../log-tools/retry/failed-file.js';
import { FailureBook } from '../../../log-tools/retry/failure-book.js';
import { FileIdentifier } from '../../../log-tools/retry/file-identity.js';
import type { CandidateContext } from '../../../log-tools/retry/retry-candidate.js';
import type { CommandCall, CommandContext } from '../../command-call.js';
import { refuseFileAsQuery } from '../../log/file-as-query.js';
import { commandFlagWords } from '../../flag-words.js';
import { JsonListWriter } from '../../json-list.js';
import { exitCodeOfRetry, reportData, reportLines, sendPlan, type Sender } from '../../log/retry-sending.js';
import {
  inPlanOrder,
  planCounts,
  planData,
  planNotes,
  writePlan,
  type PlanCounts,
  type PlanWords,
} from '../../log/retry-text.js';
import { openLogSession, type LogSession } from '../../log/session.js';
import { lineNotes, showCount } from '../../log/stats-text.js';
import { shellLine } from '../../shell-words.js';
import { styleFor } from '../../style.js';

/** `tally log retry`. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const session = await openLogSession(call, context);
  const candidates = retryContext(
    { maps: texts(call, 'map'), connections: texts(call, 'connection') },
    session.inForce,
  );
  const { findings, counts } = await findFailures(call, session, candidates);
  const plan = await planRetry(
    { findings, context: candidates, resendsExisting: call.flags['resendExisting'] === true },
    session.inForce,
    session.surroundings,
    { signal: context.signal, looking: (files, names) => tellLooking(files, names, session, context) },
  );
  const sends = call.flags['yes'] === true && session.inForce.given.values.dryRun !== true;
  return tell({ call, context, session, plan, counts: planCounts(plan), lines: counts, sends });
}

function texts({ flags }: CommandCall, key: string): readonly string[] {
  const value = flags[key];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** All records are read: a success counts whatever the query says. */
async function findFailures(
  call: CommandCall,
  session: LogSession,
  context: CandidateContext,
): Promise<{ readonly findings: FailureFindings; readonly counts: LineCounts }> {
  const [queryText = '', ...names] = call.args;
  await refuseFileAsQuery(call, session);
  const book = new FailureBook({ query: session.query(queryText), identifier: new FileIdentifier(context) });
  let counts = NO_LINES;
  for await (const batch of (await session.logs(names)).lines()) {
    counts = countLines(batch, counts);
    for (const line of batch) book.take(line);
  }
  return { findings: book.findings(), counts };
}

function tellLooking(
  files: number,
  names: readonly string[],
  { isQuiet }: LogSession,
  { stderr }: CommandContext,
): void {
  if (isQuiet) return;
  const shown = names.slice(0, 5).map((name) => printable(name));
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  const what = files === 1 ? '1 file' : `${showCount(files)} files`;
  void stderr.write(`Looking at both ends of ${what}: ${shown.join(', ')}${more}\n`);
}

interface Telling extends Sender {
  readonly session: LogSession;
  readonly plan: RetryPlan;
  readonly counts: PlanCounts;
  readonly lines: LineCounts;
  /** Sends what is planned. */
  readonly sends: boolean;
}

async function tell(telling: Telling): Promise<number> {
  const { format } = telling.session;
  switch (format) {
    case 'words':
      return tellInWords(telling);
    case 'json':
      return tellAsDocument(telling);
    case 'jsonl':
      return tellAsEvents(telling);
  }
}

async function tellInWords(telling: Telling): Promise<number> {
  const { context, plan } = telling;
  await writePlan(inPlanOrder(plan.rows), planWords(telling), context.stdout, styleFor(context.stdout));
  await tellPlan(telling);
  const report = await sendIfAsked(telling);
  const exitCode = exitCodeOf(telling, report);
  await tellReport(telling, report, exitCode);
  return exitCode;
}

async function tellAsDocument(telling: Telling): Promise<number> {
  const { call, context, plan, lines } = telling;
  const words = planWords(telling);
  const list = new JsonListWriter(context.stdout, 'plan', { query: call.args[0] ?? '', lines });
  for (const row of inPlanOrder(plan.rows)) await list.add(planData(row, words));
  await tellPlan(telling);
  const report = await sendIfAsked(telling);
  const exitCode = exitCodeOf(telling, report);
  await list.end(resultData(telling, report, exitCode));
  await tellReport(telling, report, exitCode);
  return exitCode;
}

async function tellAsEvents(telling: Telling): Promise<number> {
  const { context, plan, lines } = telling;
  const words = planWords(telling);
  for (const row of inPlanOrder(plan.rows)) {
    if (context.stdout.isClosed) break;
    await context.stdout.write(`${JSON.stringify({ type: 'planned', ...planData(row, words) })}\n`);
  }
  await tellPlan(telling);
  const report = await sendIfAsked(telling);
  const exitCode = exitCodeOf(telling, report);
  const result = { type: 'result', lines, ...resultData(telling, report, exitCode) };
  await context.stdout.write(`${JSON.stringify(result)}\n`);
  await tellReport(telling, report, exitCode);
  return exitCode;
}

function planWords({ session }: Telling): PlanWords {
  const { partners, timeZone } = session.queryContext;
  return { partners, timeZone, os: session.surroundings.platform.host.os };
}

async function sendIfAsked(telling: Telling): Promise<RetryReport | undefined> {
  return telling.sends && telling.counts.toSend > 0 ? sendPlan(telling.plan, telling) : undefined;
}

/** Without sending: 0 where there is something to send. */
function exitCodeOf({ plan, counts, sends }: Telling, report: RetryReport | undefined): number {
  if (sends) return exitCodeOfRetry(plan, report);
  return counts.toSend > 0 ? 0 : 9;
}

function resultData(
  telling: Telling,
  report: RetryReport | undefined,
  exitCode: number,
): Readonly<Record<string, unknown>> {
  return {
    ...telling.counts,
    recovered: telling.plan.findings.recovered,
    sent: report && reportData(report),
    command: report === undefined && telling.counts.toSend > 0 ? sendingCommand(telling) : undefined,
    exitCode,
  };
}

/** What the plan comes to, before anything is sent. */
async function tellPlan({ call, context, session, plan, counts, lines, sends }: Telling): Promise<void> {
  if (session.isQuiet) return;
  const notes = [...planNotes(plan, counts), ...lineNotes(lines)];
  if (plan.rows.length === 0 && plan.findings.recovered === 0) {
    notes.unshift(`No failure matches ${printable(call.args[0] ?? '')}.`);
  }
  if (!sends && counts.toSend > 0) {
    const command = sendingCommand({ call, session });
    notes.push(`Nothing was sent.${command === undefined ? ' Add --yes to send.' : ` To send: ${command}`}`);
  }
  await context.stderr.write(`${notes.join('\n')}\n`);
}

/** The same call with `--yes`; undefined when no line of text can hold it. */
function sendingCommand({ call, session }: Pick<Telling, 'call' | 'session'>): string | undefined {
  const flags = { ...call.flags, yes: true, dryRun: undefined, json: undefined, jsonl: undefined };
  const args = call.args.some((arg) => arg.startsWith('-') && arg !== '-') ? ['--', ...call.args] : call.args;
  const words = ['tally', ...call.name.split(' ')];
  const flagWords = commandFlagWords(call.name, flags);
  const line = args === call.args ? [...words, ...args, ...flagWords] : [...words, ...flagWords, ...args];
  return shellLine(line, session.surroundings.platform.host.os);
}

async function tellReport(
  telling: Telling,
  report: RetryReport | undefined,
  exitCode: number,
): Promise<void> {
  if (report === undefined || (telling.session.isQuiet && exitCode === 0)) return;
  await telling.context.stderr.write(`${reportLines(report, telling).join('\n')}\n`);
}
