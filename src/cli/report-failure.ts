import type { TransferError } from '../core/transfer-error.js';
import type { CommandCall, CommandContext } from './command-call.js';
import { dialogueHint, dialogueLines, errorData, errorLines, stackLines } from './error-text.js';
import { exitCodeOfError } from './exit-codes.js';
import { styleFor } from './style.js';

/** Says what became of a command that failed as a whole: in words on stderr, with `--json` as data too. */
export async function reportFailure(
  error: TransferError,
  call: CommandCall,
  { stdout, stderr }: Pick<CommandContext, 'stdout' | 'stderr'>,
): Promise<number> {
  if (call.flags['json'] === true || call.flags['jsonl'] === true) {
    await stdout.write(`${JSON.stringify({ schemaVersion: 1, error: errorData(error) })}\n`);
  }
  const codeWords = `${error.code}, ${error.lastCode} in the log`;
  const lines = [
    ...errorLines(
      error,
      `tally ${call.name}`,
      error.lastCode === -1 ? error.code : codeWords,
      styleFor(stderr),
    ),
    ...(verbosityOf(call) > 0 ? dialogueLines(error) : dialogueHint([error])),
    ...(verbosityOf(call) > 1 ? stackLines(error) : []),
  ];
  await stderr.write(`${lines.join('\n')}\n`);
  return exitCodeOfError(error);
}

function verbosityOf({ flags }: CommandCall): number {
  const { verbose } = flags;
  return typeof verbose === 'number' ? verbose : 0;
}
