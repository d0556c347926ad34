import type { RunStore } from '../store/run-store.js';
import { ruleOf } from './frozen-rules.js';
import type { LaneBlock, RuleLane } from './rule-lane.js';
import type { RunLanes } from './run-lanes.js';
import type { RunServices } from './run-services.js';

type Pause = Awaited<ReturnType<RunStore['pauses']>>[number];

/** Between two tries at a partner, at least. */
const SHORTEST_WAIT_MS = 1_000;

/** Runs of a parked partner look again after so long; a release is told at once (`partner.released`). */
const PARKED_LOOK_MS = 300_000;

/** Holds back the runs of whole rules: paused, disabled, gone from the settings, or with a partner that is shut. */
export class LaneBlocks {
  readonly #services: Pick<RunServices, 'store' | 'book' | 'platform'>;
  readonly #lanes: RunLanes;
  #pauses: ReadonlyMap<string, Pause> = new Map();

  constructor(services: Pick<RunServices, 'store' | 'book' | 'platform'>, lanes: RunLanes) {
    this.#services = services;
    this.#lanes = lanes;
  }

  /** Looks again at all of them. A partner that was shut is tried once more, by one run of each rule. */
  async renew(): Promise<void> {
    const pauses = await this.#services.store.runs.pauses();
    this.#pauses = new Map(pauses.map((pause) => [pause.rule, pause]));
    for (const lane of this.#lanes.all()) this.apply(lane);
  }

  /** Holds a lane back, or lets it go, by what is known of pauses and rules. */
  apply(lane: RuleLane): void {
    const pause = this.#pauses.get(lane.rule);
    const isOver = pause?.untilMs !== undefined && pause.untilMs <= this.#services.platform.clock.now();
    if (pause === undefined || isOver) {
      this.#holdUnlessInForce(lane);
      return;
    }
    const { untilMs, reason, by } = pause;
    const block = { why: 'paused', reason: `paused by ${by}: ${reason}` } as const;
    this.#block(lane, untilMs === undefined ? block : { ...block, untilMs });
  }

  /** No run of the rule begins before that time, or before its partner is released; then a single one goes first. */
  waitForPartner(lane: RuleLane, wait: { readonly untilMs?: number; readonly reason: string }): void {
    const nowMs = this.#services.platform.clock.now();
    const untilMs = Math.max(wait.untilMs ?? nowMs + PARKED_LOOK_MS, nowMs + SHORTEST_WAIT_MS);
    lane.isProbing = true;
    if (lane.block === undefined) this.#block(lane, { why: 'partner', reason: wait.reason, untilMs });
  }

  /** A partner was released: all that wait for one may try. */
  partnerReleased(): void {
    for (const lane of this.#lanes.all()) {
      if (lane.block?.why !== 'partner') continue;
      lane.block = undefined;
      this.#lanes.touch(lane);
    }
  }

  #block(lane: RuleLane, block: LaneBlock): void {
    lane.block = block;
    if (block.untilMs !== undefined) this.#lanes.sleep(lane, block.untilMs);
  }

  /** Waiting runs of a rule that is disabled or gone from the settings are kept: their files would never come again. */
  #holdUnlessInForce(lane: RuleLane): void {
    const rule = ruleOf(this.#services.book(), lane.rule);
    if (rule === undefined) {
      lane.block = { why: 'removed', reason: `rule ${lane.rule} stands in the settings no more` };
    } else if (!rule.enabled) {
      lane.block = { why: 'disabled', reason: `rule ${lane.rule} is disabled` };
    } else {
      lane.block = undefined;
      this.#lanes.touch(lane);
    }
  }
}
