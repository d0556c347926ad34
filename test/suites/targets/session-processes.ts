import { readdirSync } from 'node:fs';
import { familyOf, killTree, listensOn } from '../../servers/process-tree.js';

/** Kills every session of the server that listens on the port, and not the server: what a crash of its half looks like. */
export function endSessions(port: number): void {
  const listener = runningProcesses().find((pid) => listensOn(pid, port));
  if (listener === undefined) throw new Error(`nobody listens on port ${port}`);
  const sessions = familyOf(listener).filter((pid) => pid !== listener);
  if (sessions.length === 0) throw new Error(`the server on port ${port} has no session`);
  for (const pid of sessions) killTree(pid);
}

function runningProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
