import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';

/** One file to be read, or stdin. */
export interface FoundLog {
  /** As messages show it; `-` is stdin. */
  readonly name: string;
  /** The folder that it was found in when a folder was named; tells nodes apart. */
  readonly folder?: string;
}

/** What a folder's logs are called; packed ones as well. */
export const LOG_NAME = /^cl\d{6}\.log(\.gz|\.zst|\.zip)?$/i;

/**
 * The files that the words of a command line name: files, masks (`*` and `?` in the last part), folders (their
 * `cl*.log`) and `-`, each once, in the order given, those of a folder or mask by name. Rejects with NOT_FOUND,
 * PERMISSION_DENIED or LOG_UNREADABLE where nothing is found.
 */
export function findLogs(names: readonly string[]): readonly FoundLog[] {
  const found = new Map<string, FoundLog>();
  for (const name of names)
    for (const log of logsNamed(name)) found.set(log.name, found.get(log.name) ?? log);
  return [...found.values()];
}

function logsNamed(name: string): readonly FoundLog[] {
  if (name === '-') return [{ name }];
  try {
    if (!statSync(name).isDirectory()) return [{ name }];
  } catch (error) {
    const masked = /[*?]/.test(basename(name)) ? namesMatching(name) : [];
    if (masked.length > 0) return masked.map((each) => ({ name: each }));
    throw unreadable(name, error);
  }
  const logs = entriesOf(name).filter((entry) => LOG_NAME.test(entry));
  if (logs.length === 0) {
    throw new TransferError({
      code: 'LOG_UNREADABLE',
      lastCode: -1,
      phase: 'log',
      message: `${printable(name)} is a folder without client logs (cl[yymmdd].log)`,
      advice:
        'Name the folder that EFT or Tallyman writes its logs to; EFT: the Logs folder of its data folder.',
    });
  }
  return logs.map((entry) => ({ name: join(name, entry), folder: name }));
}

function namesMatching(mask: string): readonly string[] {
  const folder = dirname(mask);
  const pattern = new RegExp(
    `^${basename(mask)
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  );
  const prefix = mask.slice(0, mask.length - basename(mask).length);
  return entriesOf(folder)
    .filter((entry) => pattern.test(entry))
    .map((entry) => prefix + entry);
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw unreadable(folder, error);
  }
}

/** A file that cannot be opened or read, as the user should hear of it; a TransferError says so already. */
export function unreadable(name: string, cause: unknown): TransferError {
  if (cause instanceof TransferError) return cause;
  const shown = printable(name);
  const errno = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  const facts = { lastCode: -1, phase: 'log', side: 'us', cause } as const;
  switch (errno) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new TransferError({
        ...facts,
        code: 'NOT_FOUND',
        message: `there is no file or folder ${shown}`,
        advice: 'Check the path; a query of several words stands in quotes, before the files.',
      });
    case 'EACCES':
    case 'EPERM':
      return new TransferError({
        ...facts,
        code: 'PERMISSION_DENIED',
        message: `${shown} may not be read by this user`,
        advice: 'Run as a user who may read the log, or ask for the right to.',
      });
    default:
      return new TransferError({
        ...facts,
        code: 'LOG_UNREADABLE',
        message: `${shown} cannot be read: ${cause instanceof Error ? printable(cause.message) : errno}`,
      });
  }
}
