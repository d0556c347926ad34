import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** What Linux knows about running processes, read from /proc. */

/**
 * Kills a process and everything below it. Servers put their sessions into process groups of their
 * own, so the group is not enough; each process is frozen before its children are looked up, so
 * that none is born unseen. Returns all that was killed.
 */
export function killTree(pid: number): number[] {
  // Below 1 and above us stands the whole machine.
  if (pid <= 1 || familyOf(pid).includes(process.pid))
    throw new Error(`${pid} is no process of a test server`);
  const family = frozenFamily(pid);
  for (const member of family) signal(member, 'SIGKILL');
  return family;
}

/** True while the process exists; one that is dead and only waits for its parent to notice counts as gone. */
export function isRunning(pid: number): boolean {
  const state = statFields(pid)?.[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/**
 * True once this very process listens on the TCP port. Unlike a trial connection it costs the server
 * no session. In a container that may not look into a process which changed its user, any listener will do.
 */
export function listensOn(pid: number, port: number): boolean {
  const sockets = listeningSockets(port);
  if (sockets.length === 0) return false;
  const open = openSockets(pid);
  return open === 'hidden' || open.some((socket) => sockets.includes(socket));
}

/** A process and everything below it. */
export function familyOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(familyOf)];
}

function frozenFamily(pid: number): number[] {
  signal(pid, 'SIGSTOP');
  return [pid, ...childrenOf(pid).flatMap(frozenFamily)];
}

function childrenOf(pid: number): number[] {
  return runningProcesses().filter((candidate) => Number(statFields(candidate)?.[1]) === pid);
}

function runningProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The fields of /proc/PID/stat from the third on: state, parent, ... The second, the name, may itself hold spaces and brackets. */
function statFields(pid: number): string[] | undefined {
  const line = whileItExists(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  return line?.slice(line.lastIndexOf(')') + 2).split(' ');
}

/** Inode numbers of the IPv4 sockets that listen on the port. Columns: 1 local address, 3 state (0A: listening), 9 inode. */
function listeningSockets(port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) && columns[3] === '0A')
    .map((columns) => columns[9] ?? '');
}

function openSockets(pid: number): string[] | 'hidden' {
  try {
    const folder = `/proc/${pid}/fd`;
    const descriptors = whileItExists(() => readdirSync(folder)) ?? [];
    const targets = descriptors.map((name) => whileItExists(() => readlinkSync(`${folder}/${name}`)) ?? '');
    return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return 'hidden';
    throw error;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  whileItExists(() => process.kill(pid, name));
}

/** A process may end between any two looks at it; that is an answer, not a failure. */
function whileItExists<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
