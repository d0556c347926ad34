import type { Moment } from './query-time.js';
import type { RecordTest } from './record-tests.js';

/** What one value of a term is about, as far as it can be looked up. */
export type ValueFact =
  /** Depends on protocol, host, port, user, operation and partner of a record alone. */
  | { readonly kind: 'endpoint' }
  /** Depends on the rule of a record alone. */
  | { readonly kind: 'rule' }
  /** The run's number lies within, both ends included. */
  | { readonly kind: 'run'; readonly from: number; readonly to: number }
  | { readonly kind: 'result'; readonly result: 'succeeded' | 'failed' | 'inferred' }
  /** The code lies within, both ends included. */
  | { readonly kind: 'code'; readonly from: number; readonly to: number }
  | { readonly kind: 'since'; readonly moment: Moment }
  /** Before the moment. */
  | { readonly kind: 'until'; readonly moment: Moment }
  /** One of the two paths, in folded case, holds each of these texts. */
  | { readonly kind: 'path'; readonly texts: readonly string[] }
  | { readonly kind: 'other' };

/** One term of a query: one of its values holds or, with a minus, none. */
export interface QueryTerm {
  readonly isNegated: boolean;
  /** Of each value. */
  readonly facts: readonly ValueFact[];
  /** The whole term, its minus included. */
  readonly test: RecordTest;
}
