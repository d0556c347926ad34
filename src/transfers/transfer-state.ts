import type { Proof } from '../core/outcome.js';
import type { RemotePath } from '../core/remote-path.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import type { TargetDecision } from './overwrite.js';

/**
 * How far one file has come. It outlives the attempt, so that the next one goes on where the facts are settled
 * and sends nothing twice:
 * - `begin`: nothing on the target, or something that is written anew
 * - `sent`: all bytes went out, the confirmation is missing
 * - `copied`: the server confirmed
 * - `verified`: the copy is proven; the final name is next
 * - `renaming`: a rename was asked for and its reply was lost
 * - `named`: whole, under its final name
 */
export type TransferStage = 'begin' | 'sent' | 'copied' | 'verified' | 'renaming' | 'named';

export interface TransferState {
  stage: TransferStage;
  sourceFacts: RemoteEntry | undefined;
  decision: Exclude<TargetDecision, { kind: 'skip' }> | undefined;
  /** Where the bytes are while they are on their way; the final path for `direct`. */
  working: WorkingFile | undefined;
  /** Size that the copy must have. */
  bytes: number;
  sha256: string | undefined;
  /** Code of the transfer itself. */
  code: number;
  proof: Proof;
  readonly notes: string[];
}

export interface WorkingFile {
  readonly path: RemotePath;
  /**
   * What to do with it when the transfer fails: `remove` what is ours; `restore` the partner's file that a resume
   * took over; nothing is done after `named`.
   */
  readonly onFailure: 'remove' | 'restore';
  /** Strikes it off the journal. */
  readonly settle: () => Promise<void>;
}

export function newTransferState(): TransferState {
  return {
    stage: 'begin',
    sourceFacts: undefined,
    decision: undefined,
    working: undefined,
    bytes: 0,
    sha256: undefined,
    code: -1,
    proof: 'none',
    notes: [],
  };
}
