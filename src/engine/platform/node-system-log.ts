import { TransferError } from '../../core/transfer-error.js';
import type { SystemLog } from '../../runs/run-services.js';
import type { CommandRunner } from '../../settings/command-runner.js';

const LIMITS = { timeoutMs: 10_000, maxBytes: 65_536 };
/** Longer ones are cut by the log services themselves, each at another length. */
const MAX_TEXT_LENGTH = 1_000;
/** Any number from 1 to 1000 is allowed to programs without a message file of their own. */
const EVENT_ID = '100';

/**
 * The log of the machine: syslog by `logger`, which every Linux has (Node has no datagram socket of the local kind),
 * the Windows event log by `eventcreate`.
 */
export function createSystemLog(os: NodeJS.Platform, commands: CommandRunner): SystemLog {
  return {
    write: async (severity, text) => {
      const entry = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, MAX_TEXT_LENGTH);
      const command = os === 'win32' ? windowsEntry(severity, entry) : syslogEntry(severity, entry);
      await entered(command, commands);
    },
  };
}

type Severity = Parameters<SystemLog['write']>[0];

function syslogEntry(severity: Severity, text: string): readonly string[] {
  const level = severity === 'error' ? 'err' : severity;
  return ['logger', '-t', 'tallyman', '-p', `daemon.${level}`, '--', text];
}

function windowsEntry(severity: Severity, text: string): readonly string[] {
  const type = severity === 'error' ? 'ERROR' : severity === 'warning' ? 'WARNING' : 'INFORMATION';
  return ['eventcreate', '/L', 'APPLICATION', '/SO', 'Tallyman', '/T', type, '/ID', EVENT_ID, '/D', text];
}

async function entered(command: readonly string[], commands: CommandRunner): Promise<void> {
  try {
    const { exitCode } = await commands.run(command, LIMITS);
    if (exitCode !== 0) throw refused(command, `it ended with ${exitCode}`);
  } catch (cause) {
    if (cause instanceof TransferError) throw cause;
    throw refused(command, (cause as NodeJS.ErrnoException).code ?? 'it could not be run', cause);
  }
}

function refused([program]: readonly string[], reason: string, cause?: unknown): TransferError {
  return new TransferError({
    code: 'SYSTEM_LOG_FAILED',
    lastCode: -1,
    phase: 'action',
    message: `${program ?? ''} did not take the entry: ${reason}`,
    cause,
  });
}
