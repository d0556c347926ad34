import type { ChecksumAlgorithm } from '../core/checksum.js';
import type { Proof, ProofFacts } from '../core/outcome.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import type { PassedChecksum } from './copy-bytes.js';
import type { TargetDecision } from './overwrite.js';
import type { ResumePoint } from './resume-point.js';
import type { SourceIdentity } from './source-identity.js';
import type { SetAside } from './swap-names.js';
import type { WritingTime } from './server-clock.js';
import type { WorkingFile } from './working-file.js';

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
  /** Old targets that stepped aside for the final name, and may not have gone yet. */
  readonly setAside: SetAside[];
  /** The source whose bytes stand in the working file; undefined where none do, or none to be relied on. */
  part: SourceIdentity | undefined;
  /** A copy to the working file has begun. */
  hasWritten: boolean;
  /** Of what stands there, what this run did not send; Infinity = all of it, however much it turns out to be. */
  inheritedBytes: number;
  /** Where the copy went on, to be looked at once more before it is relied on; undefined when it began at the start. */
  seam: ResumePoint | undefined;
  /** How often what stood on the target was not what the source has there. */
  disagreements: number;
  /** Size that the copy must have. */
  bytes: number;
  /** Of all bytes as they passed; absent when the copy went on from a part. */
  checksum: PassedChecksum | undefined;
  /** The server compared what it stored with this checksum while it was written. */
  comparedByServer: ChecksumAlgorithm | undefined;
  /** When the bytes went out in one go from the first to the last; absent when they did not. */
  writing: WritingTime | undefined;
  /** Code of the transfer itself. */
  code: number;
  proof: Proof;
  proofFacts: ProofFacts | undefined;
  /** How many of the user's commands were carried out or passed over. */
  readonly commandsDone: { before: number; after: number };
  readonly notes: string[];
}

export function newTransferState(): TransferState {
  return {
    stage: 'begin',
    sourceFacts: undefined,
    decision: undefined,
    working: undefined,
    setAside: [],
    part: undefined,
    hasWritten: false,
    inheritedBytes: 0,
    seam: undefined,
    disagreements: 0,
    bytes: 0,
    checksum: undefined,
    comparedByServer: undefined,
    writing: undefined,
    code: -1,
    proof: 'none',
    proofFacts: undefined,
    commandsDone: { before: 0, after: 0 },
    notes: [],
  };
}
