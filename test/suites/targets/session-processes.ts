import { familyOf, killTree } from '../../servers/process-tree.js';

/** Kills every session of a server that this process has started, and not the server: what a crash of its half looks like. */
export function endSessions(serverPid: number): void {
  if (!familyOf(process.pid).includes(serverPid)) throw new Error(`process ${serverPid} is none of ours`);
  const sessions = familyOf(serverPid).filter((pid) => pid !== serverPid);
  if (sessions.length === 0) throw new Error(`the server with process ${serverPid} has no session`);
  for (const pid of sessions) killTree(pid);
}
