import type { Proof, ProofFacts } from '../core/outcome.js';
import type { RemotePath } from '../core/remote-path.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import type { AttemptContext, TransferJob } from './transfer-job.js';

/**
 * Decides whether one file goes at all, and is told what came of it: a ledger of deliveries stands behind it. A
 * rejection of `admit` is the attempt's failure; one of the others stops the batch, as a log does that cannot be
 * written.
 */
export interface FileGate {
  /** Asked at each attempt, once the source was looked at and before anything is written. */
  admit(look: GateLook): Promise<Admission>;
  /** What `admit` would say now, without a claim: undefined = it would go. */
  preview(sourceFacts: RemoteEntry): Promise<string | undefined>;
  /** The copy stands under its final name. The source of a move is still there. */
  delivered(facts: DeliveredFacts): Promise<void>;
  /** The source of a move is gone. */
  disposed(): Promise<void>;
  /** It surely does not stand under its final name. Not told where nobody can know. */
  notDelivered(): Promise<void>;
}

export interface GateLook {
  readonly job: TransferJob;
  readonly sourceFacts: RemoteEntry;
  readonly context: AttemptContext;
}

export interface DeliveredFacts {
  readonly bytes: number;
  readonly proof: Proof;
  readonly proofFacts: ProofFacts | undefined;
  /** Where it stands: another than the job's where it was numerated. */
  readonly finalTarget: RemotePath;
}

export type Admission =
  | { readonly kind: 'go'; readonly note?: string }
  /** Neither this file nor its source is touched. */
  | { readonly kind: 'skip'; readonly reason: string }
  /** Delivered before, and known to be: nothing is sent, and the source of a move goes. */
  | { readonly kind: 'delivered'; readonly reason: string }
  /** A run that was killed had delivered it: found whole on the target just now. `isLogged`: its line exists. */
  | {
      readonly kind: 'arrived';
      readonly facts: DeliveredFacts;
      readonly note: string;
      readonly isLogged: boolean;
    };
