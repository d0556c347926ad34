import type { Proof, ProofFacts } from '../core/outcome.js';

/** What is delivered: this version of this source, by this rule, to this target. */
export interface DeliveryKey {
  readonly rule: string;
  /** `local:/abs/path` or `acme:/out/a.csv`. */
  readonly source: string;
  /** Size and time of change, as `123:1700000000000`; `?` for what the source hides. */
  readonly sourceIdentity: string;
  readonly target: string;
}

/**
 * `claimed`: it may be under way, and after a crash the target must be looked at before anything is sent.
 * `delivered`: the copy stands under its final name, proven as `proof` says. `disposed`: and its source is removed
 * (of a move). `failed`: settled as not delivered.
 */
export type DeliveryState = 'claimed' | 'delivered' | 'disposed' | 'failed';

export interface Delivery extends DeliveryKey {
  readonly id: number;
  readonly state: DeliveryState;
  readonly run: number;
  readonly step: string;
  readonly claimedMs: number;
  readonly settledMs?: number;
  readonly bytes?: number;
  readonly proof?: Proof;
  readonly proofFacts?: ProofFacts;
  /** Where it stands when it was numerated or renamed; else as `target`. */
  readonly finalTarget?: string;
}

export interface LedgerStore {
  /**
   * Atomic. `fresh`: nobody has it, now it is ours. `unsettled`: an earlier run claimed it and never said what came
   * of it: look at the target first; it is ours now. `held`: a run that is alive has it. `delivered`: nothing is to
   * be sent. A `failed` one is `fresh` again.
   */
  claim(
    key: DeliveryKey,
    claim: { readonly run: number; readonly step: string; readonly nowMs: number },
  ): Promise<
    | { readonly kind: 'fresh' | 'unsettled'; readonly id: number }
    | { readonly kind: 'held'; readonly by: number }
    | { readonly kind: 'delivered'; readonly delivery: Delivery }
  >;
  settle(
    id: number,
    facts: Partial<Pick<Delivery, 'bytes' | 'proof' | 'proofFacts' | 'finalTarget'>> & {
      readonly state: 'delivered' | 'disposed' | 'failed';
      readonly nowMs: number;
    },
  ): Promise<void>;
  /** Deliveries of a target place: is this file one that the rule itself made? */
  ofTarget(rule: string, target: string): Promise<readonly Delivery[]>;
  ofRun(run: number): Promise<readonly Delivery[]>;
  /** Newest first; masks on source or target. */
  find(filter: {
    readonly rule?: string;
    readonly mask?: string;
    readonly beforeId?: number;
    readonly limit: number;
  }): Promise<readonly Delivery[]>;
}
