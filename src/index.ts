/**
 * `tallyman`: move files and write the client log from a program of your own. The command line is one user of this
 * face; `tallyman/client-log` has the log alone.
 */
export { openEngine, type Engine, type EngineOptions, type ListingOptions } from './engine/engine.js';
export type { TransferHooks, TransferOrder, TransferReport } from './engine/one-shot-transfer.js';
export {
  ERROR_CODES,
  type ErrorCode,
  type ErrorFacts,
  type RetryClass,
  type Side,
} from './core/error-codes.js';
export type { Outcome, Proof, Receipt } from './core/outcome.js';
export { Secret } from './core/secret.js';
export { TransferError, type Phase } from './core/transfer-error.js';
export type { BatchFailure, BatchResult, PlannedFile } from './transfers/batch-request.js';
export type { EndedAttempt, FileProgress, TransferObserver } from './transfers/transfer-observer.js';
