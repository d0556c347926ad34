import type { CommandRunner } from '../../settings/command-runner.js';
import type { RegistryQuery } from '../../settings/tenth-column.js';

const TIME_LIMIT_MS = 5000;
const MAX_BYTES = 64 * 1024;

/** `reg query` says 1 for "no such key or value" and for "no right to read it" alike, told apart only by translated words. */
const NOT_THERE = 1;

/**
 * Reads values of the live registry by `reg query` (Windows only). `systemRoot` is the Windows folder, so that
 * no other `reg.exe` on the search path is run.
 */
export function createRegistryQuery(runner: CommandRunner, systemRoot = 'C:\\Windows'): RegistryQuery {
  return async (key, valueName) => {
    const argv = [`${systemRoot}\\System32\\reg.exe`, 'query', key, '/v', valueName];
    const { exitCode, stdout } = await runner.run(argv, { timeoutMs: TIME_LIMIT_MS, maxBytes: MAX_BYTES });
    if (exitCode === NOT_THERE) return undefined;
    if (exitCode !== 0)
      throw Object.assign(new Error(`reg query ended with ${exitCode}`), { code: 'EREGQUERY' });
    return valueIn(stdout.toString('latin1'), valueName);
  };
}

/** `    NAME    REG_DWORD    0x1`, parted by four spaces; the words around it are translated. */
function valueIn(output: string, valueName: string): { type: string; data: string } | undefined {
  for (const line of output.split(/\r?\n/)) {
    const [, name, type, data] = /^ {4}(.+?) {4}(REG_[A-Z_]+)(?: {4}(.*))?$/.exec(line) ?? [];
    if (name?.toLowerCase() === valueName.toLowerCase() && type !== undefined)
      return { type, data: data ?? '' };
  }
  return undefined;
}
