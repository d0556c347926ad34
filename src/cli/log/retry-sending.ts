import { printable } from '../../core/printable.js';
import { errorFacts } from '../../core/error-codes.js';
import type { RetryPlan, RetryRow } from '../../engine/log-retry/retry-plan.js';
import {
  sendRetry,
  type BatchWatch,
  type RetryReport,
  type SentBatch,
} from '../../engine/log-retry/send-retry.js';
import type { BatchRequest, BatchResult } from '../../transfers/batch-request.js';
import { tallyProofs } from '../../transfers/proof-tally.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import type { CommandSession } from '../command-session.js';
import { errorData, errorLines } from '../error-text.js';
import { exitCodeOfBatch } from '../exit-codes.js';
import { transferDisplay } from '../progress/create-display.js';
import { fileEvents } from '../transfer-events.js';
import { summaryLines } from '../transfer-summary.js';

/** A command that sends. */
export interface Sender {
  readonly call: CommandCall;
  readonly context: CommandContext;
  readonly session: CommandSession;
}

/** Sends what the plan says, with progress as `tally copy` shows it. */
export function sendPlan(plan: RetryPlan, { context, session }: Sender): Promise<RetryReport> {
  return sendRetry(plan, session.inForce, session.surroundings, {
    signal: context.signal,
    batch: (request) => watchBatch(request, context, session),
  });
}

function watchBatch(request: BatchRequest, context: CommandContext, session: CommandSession): BatchWatch {
  const display = transferDisplay(session, context);
  display.begin(request);
  const { observer } = display;
  const shown = session.format === 'jsonl' ? fileEvents(observer, context.stdout) : observer;
  return {
    observer: {
      ...shown,
      // The plan said that it would be sent: what has changed since is not passed over in silence.
      fileSettled: (file, outcome) => {
        shown.fileSettled?.(file, outcome);
        if (outcome.kind === 'skipped') observer.warned?.(`${file.source} was not sent: ${outcome.reason}`);
      },
    },
    attemptLogged: display.attempted,
    close: () => display.close(),
  };
}

/** What is said when all has been sent. */
export function reportLines(report: RetryReport, { call, session }: Sender): readonly string[] {
  const { batches, notBegun, logFolder, closingError } = report;
  const { style, surroundings } = session;
  const lines = batches.flatMap(({ name, request, result }) => [
    ...(batches.length > 1 ? [style.strong(`${printable(name)}, ${request.operation}:`)] : []),
    ...summaryLines(result, {
      call,
      again: { ...call, name: request.operation === 'download' ? 'download' : 'copy' },
      request,
      os: surroundings.platform.host.os,
      style,
      logFolder: undefined,
    }),
  ]);
  return [
    ...lines,
    ...(notBegun > 0 ? [`${notBegun} not attempted`] : []),
    ...(closingError === undefined ? [] : errorLines(closingError, `tally ${call.name}`, '', style)),
    'Sources stay where they are, also where a move had failed.',
    `client log: ${printable(logFolder, 1000)}`,
  ];
}

/** The same for programs. */
export function reportData({
  batches,
  notBegun,
  logFolder,
  closingError,
}: RetryReport): Readonly<Record<string, unknown>> {
  return {
    batches: batches.map(({ name, request, result }: SentBatch) => ({
      connection: name,
      operation: request.operation,
      ...result,
      elapsedMs: Math.round(result.elapsedMs),
      failures: result.failures.map((failure) => ({ ...failure, error: errorData(failure.error) })),
      stoppedBy: result.stoppedBy && errorData(result.stoppedBy),
    })),
    notBegun,
    closingError: closingError && errorData(closingError),
    logFolder,
  };
}

/** As for transfers; files that cannot be planned count as failed. */
export function exitCodeOfRetry({ rows }: RetryPlan, report: RetryReport | undefined): number {
  const result = report === undefined ? undefined : merged(report);
  const code = result === undefined ? 9 : exitCodeOfBatch(result, false);
  const cannot = rows.filter(({ plan }) => plan.action === 'refuse');
  if (cannot.length === 0 || (code !== 0 && code !== 9)) return code;
  return code === 9 ? (commonExitCode(cannot) ?? 6) : 6;
}

/** Nothing was sent: one cause that all files share says more than "some files failed". */
function commonExitCode(rows: readonly RetryRow[]): number | undefined {
  const codes = new Set(
    rows.map(({ plan }) =>
      'error' in plan && plan.error !== undefined ? errorFacts(plan.error.code).exitCode : undefined,
    ),
  );
  const [only] = codes;
  return codes.size === 1 ? only : undefined;
}

function merged({ batches, notBegun, closingError }: RetryReport): BatchResult {
  const results = batches.map(({ result }) => result);
  const sum = (count: (result: BatchResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  const stoppedBy = results.find((result) => result.stoppedBy !== undefined)?.stoppedBy ?? closingError;
  return {
    succeeded: sum(({ succeeded }) => succeeded),
    skipped: sum(({ skipped }) => skipped),
    failed: sum(({ failed }) => failed),
    cancelled: sum(({ cancelled }) => cancelled),
    notAttempted: sum(({ notAttempted }) => notAttempted) + notBegun,
    proofs: tallyProofs(results.flatMap(({ proofs }) => proofs)),
    movedBytes: sum(({ movedBytes }) => movedBytes),
    elapsedMs: sum(({ elapsedMs }) => elapsedMs),
    planned: 0,
    failures: results.flatMap(({ failures }) => failures),
    leftovers: results.flatMap(({ leftovers }) => leftovers),
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
  };
}
