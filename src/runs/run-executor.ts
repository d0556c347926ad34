import { asTransferError, type TransferError } from '../core/transfer-error.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { RunRecord, StepRecord } from '../store/run-store.js';
import type { ActionEnd } from './action-context.js';
import { isUnrecorded } from './action-step.js';
import type { FrozenRules } from './frozen-rules.js';
import { pauseFor } from './pause.js';
import { takenOverSteps } from './retry-steps.js';
import type { RunControl } from './run-control.js';
import type { RunEnding, RunEnd } from './run-ending.js';
import type { RunFlow } from './run-flow.js';
import type { RunInHand, SubRunOrder } from './run-in-hand.js';
import { RunProgress } from './run-progress.js';
import type { RunSeats } from './run-seats.js';
import type { RunServices } from './run-services.js';
import type { RunTools } from './run-tools.js';
import { RunWalk } from './run-walk.js';

/** What the queue gives each run besides its record. */
export interface RunHelp {
  readonly control: RunControl;
  readonly seats: RunSeats;
  readonly callRule: (caller: RunRecord, order: SubRunOrder) => Promise<ActionEnd>;
}

/** Works on a claimed run from wherever it stands to its end. */
export class RunExecutor {
  readonly #services: RunServices;
  readonly #tools: RunTools;
  readonly #rules: FrozenRules;
  readonly #ending: RunEnding;

  constructor(services: RunServices, tools: RunTools, parts: { rules: FrozenRules; ending: RunEnding }) {
    this.#services = services;
    this.#tools = tools;
    this.#rules = parts.rules;
    this.#ending = parts.ending;
  }

  /** Never rejects: what cannot be recorded is `lost`, and the run stays as it stands in the store. */
  async execute(run: RunRecord, help: RunHelp): Promise<RunEnd> {
    try {
      const hand = await this.#takeUp(run, help);
      this.#services.live.publish({ type: 'run.started', run: run.id, rule: run.rule });
      const timer = this.#startLimit(hand);
      try {
        return await this.#ending.settle(hand, await walkRule(hand));
      } finally {
        timer?.cancel();
      }
    } catch (thrown) {
      return this.#endBroken(run, asTransferError(thrown, 'rule'));
    }
  }

  /** What cannot be worked on (a frozen rule that is lost, a variable without a value) has failed; it never loops. */
  async #endBroken(run: RunRecord, error: TransferError): Promise<RunEnd> {
    if (isUnrecorded(error)) return { kind: 'lost', error };
    try {
      return await this.#ending.end(run, { event: 'fail', reason: error.message, error });
    } catch (thrown) {
      return { kind: 'lost', error: asTransferError(thrown, 'store') };
    }
  }

  async #takeUp(run: RunRecord, help: RunHelp): Promise<RunInHand> {
    const { control, seats, callRule } = help;
    const [rule, known] = await Promise.all([this.#rules.of(run), this.#knownSteps(run)]);
    const event = run.event as TriggerEvent;
    return {
      record: run,
      fence: run.lease?.fence ?? 0,
      rule,
      event,
      progress: new RunProgress(this.#services, run, known),
      control,
      services: this.#services,
      tools: this.#tools,
      pause: (delayMs, signals) => this.#pause(delayMs, { signals, seats }),
      callRule: (order) => callRule(run, order),
    };
  }

  /** A run that was never begun has no steps; one that re-runs another begins with that one's. */
  async #knownSteps(run: RunRecord): Promise<readonly StepRecord[]> {
    const { runs } = this.#services.store;
    const isFirst = run.lease?.fence === 1;
    const own = isFirst ? [] : await runs.steps(run.id);
    if (run.retryOf === undefined) return own;
    const before = await runs.steps(run.retryOf.run);
    const ownPaths = new Set(own.map(({ path }) => path));
    const taken = takenOverSteps(before, run.retryOf)
      .filter(({ path }) => !ownPaths.has(path))
      .map((step) => ({ ...step, run: run.id }));
    await Promise.all(taken.map((step) => runs.saveStep(step, run.lease?.fence ?? 0)));
    return [...taken, ...own];
  }

  async #pause(
    delayMs: number,
    { signals, seats }: { readonly signals: readonly AbortSignal[]; readonly seats: RunSeats },
  ): Promise<boolean> {
    seats.leave();
    const isOver = await pauseFor(delayMs, this.#services.platform.clock, signals);
    await seats.comeBack();
    return isOver;
  }

  #startLimit({ rule, record, control }: RunInHand) {
    if (rule.timeLimitMs === undefined) return undefined;
    const { clock } = this.#services.platform;
    const passedMs = Math.max(0, clock.now() - (record.startedMs ?? clock.now()));
    const leftMs = Math.max(0, rule.timeLimitMs - passedMs);
    return clock.startTimer(leftMs, () =>
      control.break('timeLimit', `the run took longer than rule ${rule.name} allows`),
    );
  }
}

/** The rule's condition, then its steps or its `else`. */
async function walkRule(hand: RunInHand): Promise<RunFlow> {
  const walk = new RunWalk(hand);
  const { rule, record, event, tools } = hand;
  const state = { scope: tools.scopeOf(record, rule, event), datasets: new Map() };
  if (rule.condition === undefined) return walk.walk(rule.steps, '', state);
  const facts = { path: 'when', kind: 'when', title: 'when' };
  const verdict = await walk.decide(rule.condition, facts, state);
  if (verdict.kind === 'undecided') return verdict.flow;
  if (verdict.holds) return walk.walk(rule.steps, '', state);
  if (rule.otherwise.length > 0) return walk.walk(rule.otherwise, 'else.', state);
  return { kind: 'nothing', reason: hand.progress.known('when')?.text ?? 'the condition does not hold' };
}
