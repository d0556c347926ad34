import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asTransferError } from '../../core/transfer-error.js';

/** How commands on this machine find the running daemon: `daemon.json` in its state folder, for its user only. */
export interface DaemonFile {
  readonly url: string;
  readonly pid: number;
  readonly startedMs: number;
  /** Of the role admin, and worth nothing once the daemon has ended. */
  readonly token: string;
  /** PEM of the certificate, where it serves https: its own pin. */
  readonly certificate?: string;
}

const NAME = 'daemon.json';
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** Path of the file in that state folder. */
export function daemonFilePath(stateFolder: string): string {
  return join(stateFolder, NAME);
}

/** Writes it whole or not at all, readable by its owner only. Rejects with a TransferError. */
export async function writeDaemonFile(stateFolder: string, facts: DaemonFile): Promise<void> {
  const path = daemonFilePath(stateFolder);
  const temporary = `${path}.${facts.pid}.new`;
  try {
    await mkdir(stateFolder, { recursive: true, mode: PRIVATE_FOLDER });
    await rm(temporary, { force: true });
    const file = await open(temporary, 'wx', PRIVATE_FILE);
    try {
      await file.writeFile(`${JSON.stringify({ schemaVersion: 1, ...facts })}\n`);
    } finally {
      await file.close();
    }
    await chmod(temporary, PRIVATE_FILE);
    await rename(temporary, path);
  } catch (error) {
    throw asTransferError(error, 'store').with({
      code: 'LOCAL_DISK_FAILED',
      message: `${path} cannot be written (${(error as Error).message})`,
    });
  }
}

/** Undefined where there is none, or none that can be read. */
export async function readDaemonFile(stateFolder: string): Promise<DaemonFile | undefined> {
  try {
    const facts: unknown = JSON.parse(await readFile(daemonFilePath(stateFolder), 'utf8'));
    return isDaemonFile(facts) ? facts : undefined;
  } catch {
    // Missing, not ours to read, or cut by a full disk: there is no daemon that we could ask.
    return undefined;
  }
}

/** Removes it when it is still the one of this token. */
export async function removeDaemonFile(stateFolder: string, token: string): Promise<void> {
  const present = await readDaemonFile(stateFolder);
  if (present?.token === token) await rm(daemonFilePath(stateFolder), { force: true });
}

function isDaemonFile(facts: unknown): facts is DaemonFile {
  if (typeof facts !== 'object' || facts === null) return false;
  const { url, pid, startedMs, token } = facts as Readonly<Record<string, unknown>>;
  return (
    typeof url === 'string' &&
    typeof pid === 'number' &&
    typeof startedMs === 'number' &&
    typeof token === 'string'
  );
}
