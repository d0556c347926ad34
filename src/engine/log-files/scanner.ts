import { FindScanner } from './find-scanner.js';
import { GroupScanner } from './group-scanner.js';
import type { Scanner, ScanWork } from './scan-task.js';

/** The scanner for a piece of work; each thread has its own. */
export function createScanner(work: ScanWork): Scanner {
  return work.kind === 'find' ? new FindScanner(work) : new GroupScanner(work);
}
