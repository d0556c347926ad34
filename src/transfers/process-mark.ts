import { createHash } from 'node:crypto';
import type { Platform } from '../core/platform.js';

/** Stands in place of a process's number where no process owns the file any more. */
const NOBODY = 0;

/**
 * Names of notes in a folder that many processes share, `machine-process-token` first: so that each knows its own, and
 * which ones belong to a process that is no more.
 */
export class ProcessMark {
  /** Begins the name of each file of this process. */
  readonly own: string;
  readonly #platform: Platform;
  readonly #machine: string;

  constructor(platform: Platform) {
    const { hostName, pid } = platform.host;
    this.#platform = platform;
    this.#machine = createHash('sha256').update(hostName).digest('hex').slice(0, 8);
    this.own = `${this.#machine}-${pid}-${platform.random.token(8)}`;
  }

  /** Begins the name of a file that any process of this machine may take over. */
  get nobodys(): string {
    return `${this.#machine}-${NOBODY}-${this.#platform.random.token(8)}`;
  }

  /** A file of this machine whose process is gone, or whose number was given to us since. */
  isFree(name: string): boolean {
    const match = /^([0-9a-f]{8})-(\d+)-([a-z0-9]{8})[.-]/.exec(name);
    if (match?.[1] !== this.#machine) return false;
    const pid = Number(match[2]);
    if (pid === NOBODY) return true;
    const { host } = this.#platform;
    if (pid === host.pid) return !name.startsWith(this.own);
    return !host.isProcessAlive(pid);
  }
}
