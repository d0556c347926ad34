import type { ChecksumAlgorithm } from './checksum.js';
import type { TransferError } from './transfer-error.js';

/** Proof of a finished operation. */
export interface Receipt {
  /** The code for the client log: 226, 250, 0, ... */
  readonly lastCode: number;
  /** Payload bytes moved by the operation; 0 for operations without payload. */
  readonly bytes: number;
  /** The server's closing words, when it has any. */
  readonly reply?: string | undefined;
  /**
   * Of a write: the server compared what it stored with this checksum of ours, so the copy is proven (S3). Absent
   * where nobody did.
   */
  readonly checksum?: ChecksumAlgorithm | undefined;
  /** Of a login: what let us in, such as `key "id_ed25519"`, and all ways that the server offered. */
  readonly login?: { readonly by: string; readonly offered: readonly string[] } | undefined;
}

/** How it was proven that the copy is whole. */
export type Proof = 'none' | 'size' | 'checksum' | 'read-back';

/** Of the proofs by content: what was compared, and who computed it on the target's side. */
export interface ProofFacts {
  readonly algorithm: ChecksumAlgorithm;
  /** `server`: claimed by the server; `us`: read again by us. */
  readonly computedBy: 'server' | 'us';
}

/** What became of one file. */
export type Outcome =
  | {
      readonly kind: 'succeeded';
      readonly receipt: Receipt;
      readonly proof: Proof;
      readonly proofFacts?: ProofFacts | undefined;
      /** What a careful reader should know besides, such as "the reply was lost; settled by size". */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'skipped'; readonly reason: string }
  | {
      readonly kind: 'failed';
      readonly error: TransferError;
      /** True when the target holds the whole file all the same (a move whose source stayed). */
      readonly delivered: boolean;
      /** So much of it, at most, stays on the target for a later run to go on with; undefined when nothing does. */
      readonly keptBytes?: number | undefined;
    }
  | {
      readonly kind: 'cancelled';
      /** True when nothing of ours is left on the target. */
      readonly rolledBack: boolean;
    };
