import { hostname, userInfo } from 'node:os';
import { BlockPool } from '../../core/block-pool.js';
import type { HostFacts, Platform } from '../../core/platform.js';
import type { WireTrace } from '../../core/wire-trace.js';
import { TcpDialer } from '../../net/tcp-dialer.js';
import { RecordedTrace } from '../wire-trace/recorded-trace.js';
import { nodeClock } from './node-clock.js';
import { nodeFiles } from './node-files.js';
import { nodeRandom } from './node-random.js';

/** The real world: what every command and the daemon run on. */
export function createNodePlatform(trace: WireTrace = new RecordedTrace(nodeClock)): Platform {
  return {
    clock: nodeClock,
    random: nodeRandom,
    files: nodeFiles,
    dialer: new TcpDialer(nodeClock),
    host: hostFacts(),
    blocks: new BlockPool(),
    trace,
  };
}

function hostFacts(): HostFacts {
  return {
    os: process.platform,
    userName: userName(),
    hostName: hostname(),
    pid: process.pid,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    isProcessAlive,
  };
}

/** `userInfo` throws for a user number without a name, as containers often have it. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? process.env['USERNAME'] ?? `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
