import type { DaemonCall } from '../daemon/with-daemon.js';
import { followRun } from './follow-run.js';
import { runExitCode } from './run-exit-code.js';
import { endLine, stepLines } from './run-text.js';

/** Follows a run to its end: steps as they change, then the result, which is the exit code too. */
export async function waitForRun(id: number, daemon: DaemonCall): Promise<number> {
  const { client, say, session, style, context } = daemon;
  const { stdout } = context;
  const options = { style, width: stdout.isTerminal ? stdout.size().columns : Infinity };
  const whole = await followRun(client, id, async (step) => {
    if (session.format === 'jsonl') await stdout.write(`${JSON.stringify({ type: 'step', ...step })}\n`);
    else await say(...stepLines(step, options));
  });
  if (session.format === 'jsonl') await daemon.data({ type: 'run', ...whole.run });
  else await daemon.data({ schemaVersion: 1, ...whole });
  await say(endLine(whole.run, style));
  return runExitCode(whole.run);
}
