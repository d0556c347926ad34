import { parentPort } from 'node:worker_threads';
import { TransferError, type TransferErrorFacts } from '../../core/transfer-error.js';
import { packGroups, type PackedGroups } from '../../log-tools/stats/packed-groups.js';
import type { LineCounts } from '../../client-log/reading/log-line.js';
import { createScanner } from './scanner.js';
import type { Scanner, ScanTask, ScanTaskResult, ScanWork } from './scan-task.js';

/** What a lane says to its thread: first its work, then pieces to scan, at last that the groups are wanted. */
export type ToWorker =
  | { readonly kind: 'work'; readonly work: ScanWork }
  | { readonly kind: 'task'; readonly id: number; readonly task: ScanTask }
  | { readonly kind: 'groups'; readonly id: number };

/** What one thread has counted. */
export interface WorkerGroups {
  readonly groups: PackedGroups;
  readonly counts: LineCounts;
}

/** The answer, by the same number. A TransferError passes as its facts, any other failure as itself, cloned. */
export type FromWorker =
  | { readonly kind: 'result'; readonly id: number; readonly result: ScanTaskResult }
  | { readonly kind: 'groups'; readonly id: number; readonly groups: WorkerGroups | undefined }
  | { readonly kind: 'refused'; readonly id: number; readonly facts: TransferErrorFacts }
  | { readonly kind: 'failed'; readonly id: number; readonly error: unknown };

const port = parentPort;
if (port !== null) {
  let scanner: Scanner | undefined;
  port.on('message', (asked: ToWorker) => {
    if (asked.kind === 'work') scanner = createScanner(asked.work);
    else if (scanner !== undefined) {
      void answer(asked, scanner)
        .catch((error: unknown) => failureReply(asked.id, error))
        .then((reply) => port.postMessage(reply, memoryOf(reply)));
    }
  });
}

async function answer(asked: Exclude<ToWorker, { kind: 'work' }>, scanner: Scanner): Promise<FromWorker> {
  if (asked.kind === 'task') {
    return { kind: 'result', id: asked.id, result: await scanner.run(asked.task) };
  }
  const groups = scanner.groups?.();
  return {
    kind: 'groups',
    id: asked.id,
    groups: groups && { groups: packGroups(groups.table), counts: groups.counts },
  };
}

function failureReply(id: number, error: unknown): FromWorker {
  if (!(error instanceof TransferError)) return { kind: 'failed', id, error };
  const { code, lastCode, phase, message, side, advice } = error;
  return { kind: 'refused', id, facts: { code, lastCode, phase, message, side, advice } };
}

/** What passes to the other thread without being copied. */
function memoryOf(reply: FromWorker): readonly ArrayBuffer[] {
  if (reply.kind !== 'result') return [];
  const { hits, odd } = reply.result;
  const buffer = (hits ?? odd)?.bytes.buffer;
  return buffer instanceof ArrayBuffer ? [buffer] : [];
}
