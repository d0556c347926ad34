import { asTransferError } from '../core/transfer-error.js';
import { parseCommandLine, type CommandLine } from './command-line.js';
import { StreamOutput } from './output.js';
import { listenForStop } from './stop-signals.js';
import { styleFor } from './style.js';
import { packageVersion } from './version.js';

const KEEP_ALIVE_INTERVAL_MS = 60_000;

/** Runs the words behind `tally` to their end, everything written. Resolves with the exit code; never rejects. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  if (words[0] === '__complete') return (await import('./complete.js')).printCompletions(words.slice(1));
  const noColor = words.includes('--no-color');
  const stdout = new StreamOutput(process.stdout, process.env, noColor);
  const stderr = new StreamOutput(process.stderr, process.env, noColor);
  // Timers of the transfers keep no process alive, so one wait between two attempts would end it.
  const keepAlive = setInterval(() => undefined, KEEP_ALIVE_INTERVAL_MS);
  try {
    const line = parseCommandLine(words, packageVersion(), stdout.size().columns);
    return await runParsed(line, stdout, stderr);
  } finally {
    clearInterval(keepAlive);
    await Promise.all([stdout.flush(), stderr.flush()]);
  }
}

async function runParsed(line: CommandLine, stdout: StreamOutput, stderr: StreamOutput): Promise<number> {
  switch (line.kind) {
    case 'print':
      await stdout.write(line.text);
      return 0;
    case 'usage': {
      const name = line.command === '' ? 'tally' : `tally ${line.command}`;
      await stderr.write(
        `${styleFor(stderr).bad(name)}: ${line.problem}\n  See: ${name} --help, tally help exit-codes\n`,
      );
      return 2;
    }
    case 'call':
      return runCall(line, stdout, stderr);
  }
}

async function runCall(
  { command, call }: Extract<CommandLine, { kind: 'call' }>,
  stdout: StreamOutput,
  stderr: StreamOutput,
): Promise<number> {
  const signals = listenForStop((name) => {
    if (command.endsAtOnce || command.stopsInOrder) return;
    const how = name === 'SIGINT' ? 'Ctrl-C again stops at once' : 'a second signal stops at once';
    void stderr.write(`\nStopping: files under way are finished or rolled back (${how}).\n`);
  });
  try {
    const module = await command.load();
    const exitCode = await module.run(call, {
      stdout,
      stderr,
      environment: process.env,
      canAsk: Boolean(process.stdin.isTTY) && Boolean(process.stderr.isTTY),
      signal: signals.signal,
    });
    return command.stopsInOrder ? exitCode : (signals.exitCode() ?? exitCode);
  } catch (error) {
    const failure = asTransferError(error, 'plan');
    if (command.endsAtOnce && failure.code === 'CANCELLED') return signals.exitCode() ?? 130;
    const { reportFailure } = await import('./report-failure.js');
    const exitCode = await reportFailure(failure, call, { stdout, stderr });
    return signals.exitCode() ?? exitCode;
  } finally {
    signals.release();
  }
}
