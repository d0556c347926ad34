import { probeConnection } from '../../engine/connection-probe/probe-connection.js';
import type { ProbeStep } from '../../engine/connection-probe/probe-step.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession } from '../command-session.js';
import { blockedLines, resultData, resultLines, stepData, stepLines } from '../connections/probe-text.js';
import { exitCodeOfError } from '../exit-codes.js';
import { styleFor } from '../style.js';

/** `tally connections test`: each step is told as it ends. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const session = await openSession(call, context);
  const { stdout } = context;
  const { format, isQuiet } = session;
  const text = {
    style: styleFor(stdout),
    width: stdout.isTerminal ? stdout.size().columns : Infinity,
    verbosity: session.verbosity,
  };
  const say = (lines: readonly string[]) => stdout.write(lines.map((line) => `${line}\n`).join(''));
  const tell = (step: ProbeStep) => {
    if (format === 'jsonl') void say([JSON.stringify({ type: 'step', ...stepData(step) })]);
    if (format === 'words' && !isQuiet && step.blockedBy === undefined) void say(stepLines(step, text));
  };
  const order = { location: call.args[0] ?? '', write: call.flags['write'] === true };
  const hooks = { signal: context.signal, step: tell };
  const report = await probeConnection(order, session.inForce, session.surroundings, hooks);
  const exitCode = report.failure === undefined ? 0 : exitCodeOfError(report.failure);
  const blocked = isQuiet ? [] : blockedLines(report.steps, text);
  if (format === 'words') await say([...blocked, ...resultLines(report, exitCode, text)]);
  else if (format === 'jsonl')
    await say([JSON.stringify({ type: 'result', ...resultData(report, exitCode) })]);
  else {
    const data = { schemaVersion: 1, ...resultData(report, exitCode), steps: report.steps.map(stepData) };
    await say([JSON.stringify(data)]);
  }
  return exitCode;
}
