import { parentPort, workerData } from 'node:worker_threads';
import { TransferError, type TransferErrorFacts } from '../../core/transfer-error.js';
import { packGroups, type PackedGroups } from '../../log-tools/stats/packed-groups.js';
import { createScanner } from './scanner.js';
import type { ScanTask, ScanTaskResult, ScanWork } from './scan-task.js';

/** What a lane says to its thread: a piece to scan, or that there are no more and the groups are wanted. */
export type ToWorker =
  | { readonly kind: 'task'; readonly id: number; readonly task: ScanTask }
  | { readonly kind: 'groups'; readonly id: number };

/** The answer, by the same number. A TransferError passes as its facts, any other failure as itself, cloned. */
export type FromWorker =
  | { readonly kind: 'result'; readonly id: number; readonly result: ScanTaskResult }
  | { readonly kind: 'groups'; readonly id: number; readonly groups: PackedGroups | undefined }
  | { readonly kind: 'refused'; readonly id: number; readonly facts: TransferErrorFacts }
  | { readonly kind: 'failed'; readonly id: number; readonly error: unknown };

const port = parentPort;
if (port !== null) {
  const scanner = createScanner(workerData as ScanWork);
  const answer = async (message: ToWorker): Promise<FromWorker> => {
    const { id } = message;
    try {
      if (message.kind === 'groups') {
        const groups = scanner.groups?.();
        return { kind: 'groups', id, groups: groups && packGroups(groups) };
      }
      return { kind: 'result', id, result: await scanner.run(message.task) };
    } catch (error) {
      if (!(error instanceof TransferError)) return { kind: 'failed', id, error };
      const { code, lastCode, phase, message, side, advice } = error;
      return { kind: 'refused', id, facts: { code, lastCode, phase, message, side, advice } };
    }
  };
  port.on('message', (message: ToWorker) => void answer(message).then((reply) => port.postMessage(reply)));
}
