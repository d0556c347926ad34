import { execFile } from 'node:child_process';
import type { CommandResult, CommandRunner } from '../settings/command-runner.js';

/** Programs of this machine, started without a shell. What they say on stderr goes to ours. */
export const nodeCommands: CommandRunner = {
  run: ([program, ...args], { timeoutMs, maxBytes }) =>
    new Promise<CommandResult>((resolve, reject) => {
      if (program === undefined) return reject(failed('ENOENT', 'no program is named'));
      const child = execFile(
        program,
        args,
        { encoding: 'buffer', timeout: timeoutMs, maxBuffer: maxBytes, windowsHide: true },
        (error, stdout) => {
          if (error === null) return resolve({ exitCode: 0, stdout });
          if (typeof error.code === 'number') return resolve({ exitCode: error.code, stdout });
          reject(
            error.killed === true
              ? failed('ETIMEDOUT', 'it was stopped')
              : failed(error.code ?? 'UNKNOWN', 'it could not be run'),
          );
        },
      );
      child.stdin?.end();
    }),
};

function failed(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}
