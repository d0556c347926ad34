import type { BlockPool } from './block-pool.js';
import type { Clock } from './clock.js';
import type { Dialer } from './dialer.js';
import type { Files } from './files.js';
import type { Random } from './random.js';
import type { WireTrace } from './wire-trace.js';

/**
 * Everything that comes from outside the program, handed in by the composition root. Nothing below
 * `engine/` reads the time, draws a random number, opens a file or a socket in any other way (checked by
 * lint), so that a test can move the clock, fail the n-th call, or cut a connection after the n-th byte.
 */
export interface Platform {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: Files;
  readonly dialer: Dialer;
  readonly host: HostFacts;
  readonly blocks: BlockPool;
  readonly trace: WireTrace;
}

/** Facts of the machine and process we run in. */
export interface HostFacts {
  /** `linux`, `win32`, ... as in `process.platform`. */
  readonly os: NodeJS.Platform;
  /** Name of the operating-system user: the User Name column of local transfers. */
  readonly userName: string;
  readonly hostName: string;
  readonly pid: number;
  /** IANA name of the machine's time zone, for example `Europe/Berlin`. */
  readonly timeZone: string;
  /** True while a process with this number exists on this machine. */
  isProcessAlive(pid: number): boolean;
}
