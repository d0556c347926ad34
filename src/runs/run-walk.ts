import { asTransferError } from '../core/transfer-error.js';
import type { ActionStep, BranchStep, LoopStep, Step } from '../rules/actions/action.js';
import type { Condition } from '../rules/conditions/condition.js';
import { failureValues, rowValues } from '../rules/variables/step-values.js';
import { ActionStepRun, flowOfBreak, type ActionOutcome } from './action-step.js';
import { orderRows } from './dataset-rows.js';
import { joinFlows, ON, type Flow } from './run-flow.js';
import type { RunInHand, WalkState } from './run-in-hand.js';
import type { StepFacts } from './run-progress.js';
import {
  errorOf,
  failureOf,
  type ActionDetail,
  type ConditionDetail,
  type LoopDetail,
} from './step-detail.js';
import { stepTitle } from '../rules/actions/step-title.js';

/** What a condition came to. */
export type Verdict =
  { readonly kind: 'decided'; readonly holds: boolean } | { readonly kind: 'undecided'; readonly flow: Flow };

/**
 * Goes through the steps of a frozen rule. Paths say where: `0`, `1.then.0`, `2.each.17.0`, `2.ifFailed.0`. What an
 * earlier process settled is passed over with its effects. A failed action does not end the rule unless the rule says
 * so (EFT); the run has failed all the same.
 */
export class RunWalk {
  readonly #hand: RunInHand;

  constructor(hand: RunInHand) {
    this.#hand = hand;
  }

  /** `prefix`: empty, or the way to the list with a dot at its end. */
  async walk(steps: readonly Step[], prefix: string, state: WalkState): Promise<Flow> {
    let index = 0;
    while (index < steps.length) {
      const count = this.#atOnce(steps, index);
      const flow =
        count > 1
          ? await this.#walkTogether(steps, { from: index, count, prefix }, state)
          : await this.#walkOne(steps[index] as Step, `${prefix}${index}`, state);
      index += count;
      if (flow.kind === 'on') continue;
      if (flow.kind === 'stop') this.#leaveOut(steps, prefix, { from: index, reason: flow.reason });
      return flow;
    }
    return ON;
  }

  /** Evaluates a condition once for each run and keeps what it found. */
  async decide(condition: Condition, facts: StepFacts, state: WalkState): Promise<Verdict> {
    const { progress, tools, rule, event, control } = this.#hand;
    const known = progress.known(facts.path);
    if (known?.detail !== undefined && known.state === 'succeeded') {
      return { kind: 'decided', holds: (known.detail as ConditionDetail).condition.holds };
    }
    if (control.stopping.aborted)
      return { kind: 'undecided', flow: flowOfBreak(this.#hand, `before ${facts.path}`) };
    try {
      const found = await tools.evaluate(condition, {
        rule,
        event,
        scope: state.scope,
        signal: control.signal,
      });
      const text = `${found.text}: ${found.holds ? 'yes' : 'no'}`;
      progress.settle(facts, 'succeed', { text, detail: { condition: found } satisfies ConditionDetail });
      return { kind: 'decided', holds: found.holds };
    } catch (thrown) {
      return this.#failDecision(thrown, facts);
    }
  }

  /** A condition that cannot be decided ends the rule: neither way would be right. */
  #failDecision(thrown: unknown, facts: StepFacts): Verdict {
    const { progress, control } = this.#hand;
    if (control.reason !== undefined) {
      return { kind: 'undecided', flow: flowOfBreak(this.#hand, `in ${facts.path}`) };
    }
    const error = asTransferError(thrown, 'rule');
    const detail: ActionDetail = { failure: failureOf(error) };
    progress.settle(facts, 'fail', { text: error.message, errorCode: error.code, detail });
    progress.failed.push({ path: facts.path, title: facts.title, error });
    return { kind: 'undecided', flow: { kind: 'stop', reason: 'a condition could not be decided' } };
  }

  async #walkOne(step: Step, path: string, state: WalkState): Promise<Flow> {
    if (this.#hand.control.stopping.aborted) return flowOfBreak(this.#hand, `before step ${path}`);
    switch (step.kind) {
      case 'action':
        return this.#act(step, path, state);
      case 'branch':
        return this.#branch(step, path, state);
      case 'loop':
        return this.#loop(step, path, state);
    }
  }

  async #act(step: ActionStep, path: string, state: WalkState): Promise<Flow> {
    const facts = { path, kind: step.action.kind, title: stepTitle(step) };
    const outcome = await new ActionStepRun(this.#hand, step, facts, state).run();
    if (outcome.kind === 'broken') return outcome.flow;
    this.#count(outcome, facts);
    applyEffects(outcome.detail, state);
    if (outcome.kind === 'succeeded') return this.#flowOfStop(outcome.detail, path);
    const ifFailed = { scope: withFailure(state, outcome), datasets: state.datasets };
    const flow = await this.walk(step.ifFailed, `${path}.ifFailed.`, ifFailed);
    return flow;
  }

  #count(outcome: Exclude<ActionOutcome, { kind: 'broken' }>, { path, title }: StepFacts): void {
    const { progress } = this.#hand;
    progress.filesSucceeded += outcome.detail.filesSucceeded ?? 0;
    progress.filesFailed += outcome.detail.filesFailed ?? 0;
    if (outcome.kind === 'failed') progress.failed.push({ path, title, error: outcome.error });
  }

  #flowOfStop({ stop }: ActionDetail, path: string): Flow {
    if (stop === undefined) return ON;
    if (stop !== 'thisRule') this.#hand.progress.stopsMoreRules = true;
    return stop === 'moreRules' ? ON : { kind: 'stop', reason: `step ${path} stopped the rule` };
  }

  async #branch(step: BranchStep, path: string, state: WalkState): Promise<Flow> {
    const facts = { path, kind: 'branch', title: stepTitle(step) };
    const verdict = await this.decide(step.condition, facts, state);
    if (verdict.kind === 'undecided') return verdict.flow;
    const { holds } = verdict;
    const reason = holds ? 'the condition holds' : 'the condition does not hold';
    const [taken, left] = holds ? (['then', 'else'] as const) : (['else', 'then'] as const);
    this.#leaveOut(holds ? step.otherwise : step.then, `${path}.${left}.`, { from: 0, reason });
    return this.walk(holds ? step.then : step.otherwise, `${path}.${taken}.`, state);
  }

  async #loop(step: LoopStep, path: string, state: WalkState): Promise<Flow> {
    const { progress } = this.#hand;
    const facts = { path, kind: 'loop', title: stepTitle(step) };
    const rows = orderRows(state.datasets.get(step.dataset) ?? [], step);
    const detail: LoopDetail = { dataset: step.dataset, rows: rows.length };
    const isNew = progress.known(path) === undefined;
    if (isNew && rows.length > 0) await progress.begin(facts, { detail });
    for (const [index, row] of rows.entries()) {
      const rowState = { scope: state.scope.with(rowValues(row, index + 1)), datasets: state.datasets };
      const flow = await this.walk(step.steps, `${path}.each.${index}.`, rowState);
      if (flow.kind === 'on') continue;
      if (flow.kind === 'stop') this.#settleLoop(facts, detail, `ended at row ${index + 1}: ${flow.reason}`);
      return flow;
    }
    this.#settleLoop(facts, detail, rows.length === 1 ? 'one row' : `${rows.length} rows`);
    return ON;
  }

  #settleLoop(facts: StepFacts, detail: LoopDetail, text: string): void {
    const { progress } = this.#hand;
    const state = progress.known(facts.path)?.state;
    if (state === undefined || state === 'running') progress.settle(facts, 'succeed', { text, detail });
  }

  /** How many steps from here run at once: neighbouring copies; a move or any other action is a meeting point. */
  #atOnce(steps: readonly Step[], from: number): number {
    if (!this.#hand.rule.parallelTransfers) return 1;
    let count = 0;
    while (isCopy(steps[from + count])) count++;
    return Math.max(1, count);
  }

  /** All of them end, also when one says stop; then the run goes on, or not, as they say together. */
  async #walkTogether(
    steps: readonly Step[],
    group: { readonly from: number; readonly count: number; readonly prefix: string },
    state: WalkState,
  ): Promise<Flow> {
    const members = steps.slice(group.from, group.from + group.count);
    const ends = await Promise.allSettled(
      members.map((step, index) => this.#walkApart(step, `${group.prefix}${group.from + index}`, state)),
    );
    const flows: Flow[] = [];
    for (const end of ends) {
      if (end.status === 'rejected') throw end.reason;
      flows.push(end.value.flow);
      state.scope = state.scope.with(end.value.variables);
    }
    return joinFlows(flows);
  }

  /** With variables of its own, so that neighbours do not see each other's half-way. */
  async #walkApart(step: Step, path: string, state: WalkState) {
    const own = { scope: state.scope, datasets: state.datasets };
    const flow = await this.#walkOne(step, path, own);
    const detail = (this.#hand.progress.known(path)?.detail ?? {}) as ActionDetail;
    return { flow, variables: detail.variables ?? {} };
  }

  #leaveOut(
    steps: readonly Step[],
    prefix: string,
    { from, reason }: { readonly from: number; readonly reason: string },
  ): void {
    for (let index = from; index < steps.length; index++) {
      const step = steps[index] as Step;
      const path = `${prefix}${index}`;
      if (this.#hand.progress.known(path) !== undefined) continue;
      const kind = step.kind === 'action' ? step.action.kind : step.kind;
      this.#hand.progress.settle({ path, kind, title: stepTitle(step) }, 'leaveOut', { text: reason });
    }
  }
}

function isCopy(step: Step | undefined): boolean {
  if (step?.kind !== 'action') return false;
  const { action } = step;
  return (action.kind === 'copy' || action.kind === 'download') && !action.removeSource;
}

function applyEffects(detail: ActionDetail, state: WalkState): void {
  if (detail.variables !== undefined) state.scope = state.scope.with(detail.variables);
  for (const [name, rows] of Object.entries(detail.datasets ?? {})) state.datasets.set(name, rows);
}

/** EFT knows a reason only where something failed, so these stand only in the failed action's own list. */
function withFailure(state: WalkState, outcome: Extract<ActionOutcome, { kind: 'failed' }>) {
  return state.scope.with(failureValues(errorOf(outcome.detail.failure ?? failureOf(outcome.error))));
}
