import { openSync, writeSync } from 'node:fs';
import { printable } from '../../core/printable.js';
import { settingsError } from '../../settings/settings-error.js';
import type { TraceSink } from './recorded-trace.js';

/**
 * Opens a file for the lines of the wire trace, for its owner only where it is made now. Each line is written at once,
 * so that a process that is killed leaves the whole of it. Rejects with SETTINGS_INVALID. When the disk refuses later,
 * `warn` is told once and the transfer goes on without.
 */
export function openTraceFile(path: string, warn: (text: string) => void): TraceSink {
  const handle = openForAppending(path);
  let isBroken = false;
  return (line) => {
    if (isBroken) return;
    try {
      writeSync(handle, line);
    } catch (error) {
      isBroken = true;
      warn(`the trace ends here: ${printable(path)} cannot be written (${causeOf(error)})`);
    }
  };
}

function openForAppending(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    throw settingsError(
      { kind: 'flag', name: '--trace' },
      `cannot write ${printable(path)} (${causeOf(error)})`,
      error,
    );
  }
}

function causeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown cause';
}
