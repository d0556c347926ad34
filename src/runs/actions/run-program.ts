import { isAbsolute, normalize, resolve, sep } from 'node:path';
import { printable } from '../../core/printable.js';
import { cancelledError, TransferError } from '../../core/transfer-error.js';
import type { RunProgramAction } from '../../rules/actions/action.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import type { ProgramEnd } from '../run-services.js';

/** For a program whose step has no time limit of its own. */
const DEFAULT_TIME_LIMIT_MS = 10 * 60_000;

/**
 * Runs a program of `commands.allow` with an argument vector, never a shell. Its output is kept with the step, to
 * `maxOutputBytes` of each stream. An exit code that is not among `okExitCodes` is a failure.
 */
export async function performRunProgram(
  action: RunProgramAction,
  context: ActionContext,
): Promise<ActionEnd> {
  const { scope, services, signal, isShadow } = context;
  const [program, ...args] = action.command.map((part) => scope.argument(part));
  const command = [allowedProgram(program ?? '', context), ...args];
  const shown = printable(command.join(' '), 300);
  if (isShadow) return { kind: 'succeeded', text: `would run ${shown}` };
  let end: ProgramEnd;
  try {
    end = await services.outside.programs.run({
      command,
      ...(action.folder === undefined ? {} : { folder: scope.location(action.folder) }),
      environment: expanded(action.environment, context),
      timeoutMs: context.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS,
      maxOutputBytes: action.maxOutputBytes,
      signal,
    });
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown cause';
    return { kind: 'failed', error: programError(`${shown} could not be started (${reason})`, cause) };
  }
  return actionEnd(end, shown, action, context);
}

function actionEnd(
  end: ProgramEnd,
  shown: string,
  { okExitCodes }: RunProgramAction,
  { signal }: ActionContext,
): ActionEnd {
  const detail = end;
  switch (end.endedBy) {
    case 'cancel': {
      const error = cancelledError(signal, 'action');
      return error.code === 'CANCELLED' ? { kind: 'cancelled' } : { kind: 'failed', error, detail };
    }
    case 'timeLimit': {
      const error = programError(`${shown} did not end within its time limit and was ended`);
      return { kind: 'failed', error: error.with({ code: 'TIMEOUT', side: 'us' }), detail };
    }
    case 'signal':
      return { kind: 'failed', error: programError(`${shown} was ended by a signal`), detail };
    case 'itself': {
      if (end.exitCode !== undefined && okExitCodes.includes(end.exitCode)) {
        const dropped =
          end.droppedBytes === 0 ? '' : `; ${end.droppedBytes} bytes of its output were not kept`;
        return { kind: 'succeeded', text: `${shown} ended with ${end.exitCode}${dropped}`, detail };
      }
      const said = printable(end.stderr.trim().split('\n').at(-1) ?? '', 200);
      const words = said === '' ? '' : `: ${said}`;
      return {
        kind: 'failed',
        error: programError(`${shown} ended with ${end.exitCode ?? 'no exit code'}${words}`),
        detail,
      };
    }
  }
}

/** The program's absolute path; PROGRAM_REFUSED when it is not allowed. A value never chooses it (see `argument`). */
function allowedProgram(program: string, { services, rule }: ActionContext): string {
  const { allow } = services.book().commands;
  const path = isAbsolute(program) ? normalize(program) : resolve(rule.source.file, '..', program);
  const isAllowed = allow.some((entry) =>
    entry.endsWith('/') || entry.endsWith(sep)
      ? path.startsWith(entry) && !path.slice(entry.length).includes(sep)
      : path === normalize(entry),
  );
  if (isAllowed) return path;
  throw new TransferError({
    code: 'PROGRAM_REFUSED',
    lastCode: -1,
    phase: 'action',
    message: `${printable(path, 300)} is not among commands.allow`,
  });
}

function expanded(
  environment: Readonly<Record<string, string>>,
  { scope }: ActionContext,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, scope.text(value)]));
}

function programError(message: string, cause?: unknown): TransferError {
  return new TransferError({ code: 'PROGRAM_FAILED', lastCode: -1, phase: 'action', message, cause });
}
