import type { Platform } from '../core/platform.js';
import type { BatchRequest, BatchResult, PlannedFile } from './batch-request.js';
import type { PartialJournal } from './partial-journal.js';
import type { TransferObserver } from './transfer-observer.js';

export interface BatchContext {
  readonly platform: Platform;
  readonly observer: TransferObserver;
  /** Abort = begin no further file; finish or roll back those under way. */
  readonly signal: AbortSignal;
  readonly journal: PartialJournal;
  /** Called for each file of a dry run, in order. */
  readonly planned?: (file: PlannedFile) => void;
}

/** Runs one batch to its end. Never rejects for anything that happens to a file or a connection: read the result. */
export async function runBatch(request: BatchRequest, context: BatchContext): Promise<BatchResult> {
  void request;
  void context;
  throw new TypeError('being written');
}
