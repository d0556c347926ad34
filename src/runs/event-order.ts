import type { RunRecord } from '../store/run-store.js';
import { eventGroups } from './event-groups.js';
import type { RunServices } from './run-services.js';
import { hasEnded } from './run-state.js';
import type { ActionDetail } from './step-detail.js';

/** Whether a run may begin, by the rules before its own on the same event. */
export type Turn =
  | { readonly kind: 'go' }
  /** One of them has not ended, and may stop it. `ended` says when to ask again. */
  | { readonly kind: 'wait' }
  /** One of them stopped the rules after it (EFT: stop processing more rules). */
  | { readonly kind: 'stopped'; readonly reason: string };

interface Following {
  readonly rule: string;
  readonly id: number;
}

const GO: Turn = { kind: 'go' };

/** The order of rules on one event, where one of them can stop those after it. */
export class EventOrder {
  readonly #services: Pick<RunServices, 'store' | 'book'>;
  /** Runs that wait, by the run that they wait for. */
  readonly #following = new Map<number, Following[]>();
  readonly #held = new Set<number>();

  constructor(services: Pick<RunServices, 'store' | 'book'>) {
    this.#services = services;
  }

  /** True for a run that waits for the one before it. */
  holds(id: number): boolean {
    return this.#held.has(id);
  }

  async turnOf(rule: string, id: number): Promise<Turn> {
    const before = eventGroups(this.#services.book()).before(rule);
    if (before.length === 0) return GO;
    const { runs } = this.#services.store;
    const run = await runs.get(id);
    if (run === undefined) return GO;
    for (const other of before) {
      const earlier = await runs.ofEvent(other, run.eventKey);
      if (earlier === undefined) continue;
      const turn = await this.#turnAfter(earlier.id, { rule, id });
      if (turn.kind !== 'go') return turn;
    }
    return GO;
  }

  /** Those that waited for this run, which has ended: each asks `turnOf` again. */
  ended(id: number): readonly Following[] {
    const following = this.#following.get(id) ?? [];
    this.#following.delete(id);
    for (const { id: held } of following) this.#held.delete(held);
    return following;
  }

  /** A run that waited and will never begin. */
  forget(id: number): void {
    if (!this.#held.delete(id)) return;
    for (const earlier of this.#following.keys()) this.#forget(earlier, id);
  }

  async #turnAfter(earlier: number, following: Following): Promise<Turn> {
    // Noted before it is looked at: it may end in this moment.
    const waiters = this.#following.get(earlier);
    if (waiters === undefined) this.#following.set(earlier, [following]);
    else waiters.push(following);
    this.#held.add(following.id);
    const run = await this.#services.store.runs.get(earlier);
    if (run !== undefined && !hasEnded(run.state)) {
      // Released meanwhile: it stands in its lane again.
      return { kind: 'wait' };
    }
    this.#forget(earlier, following.id);
    return run === undefined ? GO : this.#stopOf(run);
  }

  #forget(earlier: number, id: number): void {
    const left = (this.#following.get(earlier) ?? []).filter((following) => following.id !== id);
    if (left.length === 0) this.#following.delete(earlier);
    else this.#following.set(earlier, left);
    this.#held.delete(id);
  }

  async #stopOf({ id, rule }: RunRecord): Promise<Turn> {
    const steps = await this.#services.store.runs.steps(id);
    const hasStopped = steps.some(({ kind, state, detail }) => {
      const { stop } = (detail ?? {}) as ActionDetail;
      return kind === 'stop' && state === 'succeeded' && stop !== undefined && stop !== 'thisRule';
    });
    if (!hasStopped) return GO;
    return { kind: 'stopped', reason: `rule ${rule} stopped the rules after it on this event (run ${id})` };
  }
}
