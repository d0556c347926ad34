import type { TransferError } from '../core/transfer-error.js';

/** How a run goes on after a step. */
export type Flow =
  | { readonly kind: 'on' }
  /** The rule ends here; what follows is not taken. */
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timeLimit'; readonly error: TransferError }
  /** The run is given back and goes on at this step later. */
  | GivenBack;

export interface GivenBack {
  readonly kind: 'givenBack';
  /** `partner`: parked or shut. `log`: the client log takes no lines. `stopping`: the daemon ends. */
  readonly why: 'partner' | 'log' | 'stopping';
  /** Absent where no time is known. */
  readonly untilMs?: number;
  readonly reason: string;
}

export const ON: Flow = { kind: 'on' };

/** Of several steps at once, what goes first: a stop waits for those that wait for their partner. */
const WEIGHTS: Readonly<Record<Flow['kind'], number>> = {
  on: 0,
  stop: 1,
  givenBack: 2,
  timeLimit: 3,
  cancelled: 4,
};

/**
 * The flow after steps that ran at once; all of them have ended by then. One that waits for its partner lets the run
 * wait, also where another said stop: settled steps say the same again when the run goes on, so it stops after all.
 */
export function joinFlows(flows: readonly Flow[]): Flow {
  return flows.reduce((heavier, flow) => (WEIGHTS[flow.kind] > WEIGHTS[heavier.kind] ? flow : heavier), ON);
}

/** How a whole run went: `nothing` where its condition did not hold and there is no `else`. */
export type RunFlow = Flow | { readonly kind: 'nothing'; readonly reason: string };
