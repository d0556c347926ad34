import type { Receipt } from '../core/outcome.js';
import { remotePath } from '../core/remote-path.js';
import { asTransferError, type TransferError } from '../core/transfer-error.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import { fillVariables } from './file-variables.js';
import type { AttemptContext, TransferJob } from './transfer-job.js';
import type { TransferSide } from './transfer-side.js';
import type { TransferState } from './transfer-state.js';

/**
 * What the server is told to do before or after a file (EFT: pre and post command). Text and paths may hold the
 * variables of `file-variables.ts`.
 */
export type ServerCommand = {
  /** A refusal is noted and passed over. */
  readonly continueOnFail: boolean;
} & (
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'makeFolder'; readonly path: string }
);

export type CommandMoment = 'before' | 'after';

/**
 * Runs the commands that this file has not had yet, on the session of its server: the target's, of a download the
 * source's. Rejects COMMAND_REFUSED with the server's code for one that is refused, and with what befell the session
 * when it broke. Gives the code of the last one.
 */
export async function runServerCommands(
  moment: CommandMoment,
  job: TransferJob,
  state: TransferState,
  { options, signal }: Pick<AttemptContext, 'options' | 'signal'>,
): Promise<number> {
  let lastCode = 0;
  for (const command of options[moment].slice(state.commandsDone[moment])) {
    try {
      lastCode = (await runOne(command, job, state, signal)).lastCode;
    } catch (thrown) {
      const error = refusal(moment, command, asTransferError(thrown, 'command'));
      const isPassedOver =
        command.continueOnFail && error.code !== 'CANCELLED' && error.retry !== 'transient';
      if (!isPassedOver) throw error;
      state.notes.push(`${error.message}; passed over`);
    }
    state.commandsDone[moment] += 1;
  }
  return lastCode;
}

function runOne(
  command: ServerCommand,
  job: TransferJob,
  state: TransferState,
  signal: AbortSignal,
): Promise<Receipt> {
  const side = commandedSide(job);
  const path = side === job.source ? side.path : (state.decision?.path ?? side.path);
  const fill = (text: string) => fillVariables(text, path, job.source.path);
  return side.use(signal, (session) => carryOut(command, session, fill, signal), 'command');
}

function commandedSide({ source, target }: TransferJob): TransferSide {
  return target.isLocal && !source.isLocal ? source : target;
}

function carryOut(
  command: ServerCommand,
  session: ProtocolClient,
  fill: (text: string) => string,
  signal: AbortSignal,
): Promise<Receipt> {
  const pathOf = (text: string) => remotePath(fill(text));
  switch (command.kind) {
    case 'command':
      return session.command(fill(command.text), { signal });
    case 'rename':
      return session.rename(pathOf(command.from), pathOf(command.to), { signal, replace: false });
    case 'remove':
      return session.remove(pathOf(command.path), { signal });
    case 'makeFolder':
      return session.makeFolder(pathOf(command.path), { signal });
  }
}

function refusal(moment: CommandMoment, command: ServerCommand, error: TransferError): TransferError {
  const message = `the command ${moment} the transfer (${showCommand(command)}) failed: ${error.message}`;
  const isBroken = error.retry === 'transient' || error.code === 'CANCELLED';
  return error.with({ message, phase: 'command', ...(isBroken ? {} : { code: 'COMMAND_REFUSED' }) });
}

function showCommand(command: ServerCommand): string {
  switch (command.kind) {
    case 'command':
      return command.text;
    case 'rename':
      return `rename ${command.from} to ${command.to}`;
    case 'remove':
      return `remove ${command.path}`;
    case 'makeFolder':
      return `make folder ${command.path}`;
  }
}
