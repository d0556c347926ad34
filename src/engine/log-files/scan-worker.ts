import { parentPort, workerData } from 'node:worker_threads';
import { TransferError, type TransferErrorFacts } from '../../core/transfer-error.js';
import { createScanner } from './scanner.js';
import type { ScanSum, ScanTask, ScanTaskResult, ScanWork } from './scan-task.js';

/** What a lane says to its thread: a piece to scan, or that there are no more. */
export type ToWorker =
  | { readonly kind: 'task'; readonly id: number; readonly task: ScanTask }
  | { readonly kind: 'finish'; readonly id: number };

/** The answer, by the same number. A TransferError passes as its facts, any other failure as itself, cloned. */
export type FromWorker =
  | { readonly kind: 'result'; readonly id: number; readonly result: ScanTaskResult }
  | { readonly kind: 'sum'; readonly id: number; readonly sum: ScanSum }
  | { readonly kind: 'refused'; readonly id: number; readonly facts: TransferErrorFacts }
  | { readonly kind: 'failed'; readonly id: number; readonly error: unknown };

const port = parentPort;
if (port !== null) {
  const scanner = createScanner(workerData as ScanWork);
  const answer = async (message: ToWorker): Promise<FromWorker> => {
    const { id } = message;
    try {
      if (message.kind === 'finish') return { kind: 'sum', id, sum: scanner.finish() };
      return { kind: 'result', id, result: await scanner.run(message.task) };
    } catch (error) {
      if (!(error instanceof TransferError)) return { kind: 'failed', id, error };
      const { code, lastCode, phase, message, side, advice } = error;
      return { kind: 'refused', id, facts: { code, lastCode, phase, message, side, advice } };
    }
  };
  port.on('message', (message: ToWorker) => void answer(message).then((reply) => port.postMessage(reply)));
}
