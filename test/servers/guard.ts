import { spawn } from 'node:child_process';

/**
 * Ends the process and removes the folder once this process is gone, however it went: a test run
 * that is broken off, or killed, cannot clean up by itself. Returns what calls the guard off again.
 */
export function guardAgainstOurEnd(pid: number, folder: string): () => void {
  const guard = spawn('sh', ['-c', script, 'guard', String(pid), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  guard.stdin.on('error', () => undefined);
  return () => guard.stdin.end('called off\n');
}

/** The guard reads from a pipe that ends with this process. A disk may be mounted on the folder's `root`. */
const script = `
  read -r message && exit
  kill -9 "$1"
  [ "$TALLY_KEEP_TEST_ROOTS" = 1 ] && exit
  umount -l "$2/root" 2>/dev/null
  rm -rf "$2"
`;
