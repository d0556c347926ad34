import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** Below so many bytes a thread takes longer to start than it saves. */
export const WORTH_A_THREAD_BYTES = 24 * 1024 * 1024;

let spare: Worker | undefined;

/** A thread that waits for its work: the one that was started early, or a new one. */
export function takeScanThread(): Worker {
  const thread = spare ?? startThread();
  spare = undefined;
  return thread;
}

/** Starts a thread while this one still reads settings, where the files named are worth it. */
export function startScanThreadEarly(names: readonly string[], jobs: number): void {
  if (jobs < 2 || spare !== undefined || !canStartThreads()) return;
  if (names.some(isLarge)) spare = startThread();
}

/** Once it is clear that no thread is needed. */
export async function dropSpareThread(): Promise<void> {
  await spare?.terminate();
  spare = undefined;
}

/** A thread loads JavaScript; where the sources themselves run, as in tests, all is done in this one. */
export function canStartThreads(): boolean {
  return import.meta.url.endsWith('.js');
}

function startThread(): Worker {
  return new Worker(new URL('./scan-worker.js', import.meta.url));
}

/** What is no file, or cannot be looked at, is told by whoever opens it. */
function isLarge(name: string): boolean {
  const stats = statSync(name, { throwIfNoEntry: false });
  return stats !== undefined && stats.isFile() && stats.size >= WORTH_A_THREAD_BYTES;
}
