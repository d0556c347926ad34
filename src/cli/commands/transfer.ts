import {
  runOneShotTransfer,
  type TransferOrder,
  type TransferReport,
} from '../../engine/one-shot-transfer.js';
import type { PlannedFile } from '../../transfers/batch-request.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession, type CommandSession } from '../command-session.js';
import { errorData } from '../error-text.js';
import { exitCodeOfBatch } from '../exit-codes.js';
import { settleHeapForPayload } from '../payload-heap.js';
import { planWriter, type PlanWriter } from '../plan-writer.js';
import { transferDisplay } from '../progress/create-display.js';
import { fileEvents } from '../transfer-events.js';
import { summaryLines } from '../transfer-summary.js';

/** `tally copy`, `move` and `download`. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  settleHeapForPayload();
  const session = await openSession(call, context);
  const order: TransferOrder = {
    source: call.args[0] ?? '',
    destination: call.args[1] ?? '',
    verb: call.name as TransferOrder['verb'],
  };
  const plan = planWriter(session, context.stdout);
  const display = transferDisplay(session, context);
  let report: TransferReport;
  try {
    report = await runOneShotTransfer(order, session.inForce, session.surroundings, {
      signal: context.signal,
      observer: session.format === 'jsonl' ? fileEvents(display.observer, context.stdout) : display.observer,
      resolved: (request) => {
        plan.begin(request);
        display.begin(request);
      },
      attemptLogged: display.attempted,
      planned: (file: PlannedFile) => plan.add(file),
    });
  } finally {
    display.close();
  }
  return tellReport(report, { call, context, session, plan });
}

interface Telling {
  readonly call: CommandCall;
  readonly context: CommandContext;
  readonly session: CommandSession;
  readonly plan: PlanWriter;
}

async function tellReport(report: TransferReport, telling: Telling): Promise<number> {
  const { call, context, session, plan } = telling;
  const { request, result, logFolder } = report;
  const exitCode = exitCodeOfBatch(result, request.missingSourceOk);
  const stoppedBy = result.stoppedBy && errorData(result.stoppedBy);
  if (request.dryRun) await plan.end({ exitCode, stoppedBy });
  else if (session.format !== 'words')
    await context.stdout.write(resultData(report, call, exitCode, session));
  const lines = summaryLines(result, {
    call,
    request,
    logFolder,
    os: session.surroundings.platform.host.os,
    style: session.style,
    showsDialogue: session.verbosity > 0,
  });
  const isFine = exitCode === 0;
  if (!(session.isQuiet && isFine)) await context.stderr.write(`${lines.join('\n')}\n`);
  return exitCode;
}

function resultData(
  { request, result, logFolder }: TransferReport,
  call: CommandCall,
  exitCode: number,
  { format }: CommandSession,
): string {
  const data = {
    ...(format === 'jsonl' ? { type: 'result' } : { schemaVersion: 1 }),
    command: call.name,
    source: request.source.text,
    destination: request.destination.text,
    operation: request.operation,
    exitCode,
    ...result,
    elapsedMs: Math.round(result.elapsedMs),
    failures: result.failures.map((failure) => ({ ...failure, error: errorData(failure.error) })),
    stoppedBy: result.stoppedBy && errorData(result.stoppedBy),
    logFolder,
  };
  return `${JSON.stringify(data)}\n`;
}
