import type { ErrorCode } from '../core/error-codes.js';
import type { Rule } from '../rules/rule.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { EvaluatedCondition } from '../rules/conditions/condition.js';
import type { Delivery } from '../store/ledger-store.js';
import type { RunRecord, RunState, StepRecord } from '../store/run-store.js';
import type { AttemptRecord } from '../store/transfer-store.js';
import type { Store } from '../store/store.js';
import { isAbove } from './retry-steps.js';
import { nextSafeActions, sentenceOf } from './run-sentence.js';
import { hasEnded } from './run-state.js';
import type { ActionDetail, ConditionDetail, EarlierTry, LoopDetail, Wait } from './step-detail.js';
import { untakenSteps } from './untaken-steps.js';

/** A run as a person reads it: what fired, what was decided and why, what was done, and what to do next. Plain data. */
export interface RunStory {
  readonly run: number;
  readonly rule: string;
  readonly revision: string;
  readonly state: RunState;
  readonly isShadow: boolean;
  /** What happened, in one or two sentences. */
  readonly sentence: string;
  /** What may be done now without harm; each with its command. */
  readonly next: readonly { readonly text: string; readonly command: string }[];
  readonly createdMs: number;
  readonly startedMs?: number;
  readonly endedMs?: number;
  readonly askedBy?: string;
  /** The run that called it or that it runs after. */
  readonly parentRun?: number;
  readonly retryOf?: { readonly run: number; readonly fromStep: string };
  readonly trigger: StoryTrigger;
  /** In the order of the rule, with what was not taken and why. */
  readonly steps: readonly StoryStep[];
}

export interface StoryTrigger {
  readonly kind: string;
  readonly key: string;
  readonly occurredAtMs: number;
  readonly file?: {
    readonly path: string;
    readonly connection: string;
    readonly sizeBytes?: number;
    readonly modifiedMs?: number;
  };
  readonly reason?: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface StoryStep {
  /** `0`, `2.ifFailed.0`, `3.each.17.0`. */
  readonly path: string;
  /** How deep it stands in the rule. */
  readonly depth: number;
  /** One of an "if failed" list. */
  readonly isIfFailed: boolean;
  readonly kind: string;
  readonly title: string;
  readonly state: StepRecord['state'];
  readonly text: string;
  readonly startedMs?: number;
  readonly endedMs?: number;
  readonly errorCode?: ErrorCode;
  readonly advice?: string;
  /** Tries of the step before its last, with the waits after them. */
  readonly earlier: readonly EarlierTry[];
  /** Why it waits, while it does. */
  readonly waits?: Wait;
  readonly condition?: EvaluatedCondition;
  readonly rows?: number;
  /** Attempts at files: the lines of the client log. */
  readonly attempts: readonly AttemptRecord[];
  readonly deliveries: readonly Pick<
    Delivery,
    'source' | 'target' | 'state' | 'proof' | 'finalTarget' | 'bytes'
  >[];
  /** What the action itself said; known by `kind`. */
  readonly facts?: unknown;
}

/** The story of a run that is in the store, running ones too; undefined when there is none. */
export async function readStory(
  store: Pick<Store, 'runs' | 'transfers' | 'ledger'>,
  id: number,
): Promise<RunStory | undefined> {
  const run = await store.runs.get(id);
  if (run === undefined) return undefined;
  const [steps, attempts, deliveries, ruleJson] = await Promise.all([
    store.runs.steps(id),
    store.transfers.ofRun(id),
    store.ledger.ofRun(id),
    store.runs.ruleOf(run.rule, run.revision),
  ]);
  const rule = ruleJson === undefined ? undefined : (JSON.parse(ruleJson) as Rule);
  return storyOf({ run, rule, steps, attempts, deliveries });
}

/** What a story is told from. */
export interface StoryFacts {
  readonly run: RunRecord;
  /** As the run began with it; without it only what was done is told. */
  readonly rule: Rule | undefined;
  readonly steps: readonly StepRecord[];
  readonly attempts: readonly AttemptRecord[];
  readonly deliveries: readonly Delivery[];
}

/** Pure. */
export function storyOf(facts: StoryFacts): RunStory {
  const { run, rule, steps } = facts;
  const untaken = rule === undefined || !hasEnded(run.state) ? [] : untakenSteps(rule, steps);
  const all = [...steps, ...untaken].sort((one, other) => compareWays(one.path, other.path));
  const { startedMs, endedMs, askedBy, parentRun, retryOf } = run;
  return {
    run: run.id,
    rule: run.rule,
    revision: run.revision,
    state: run.state,
    isShadow: run.isShadow,
    sentence: sentenceOf(facts),
    next: nextSafeActions(facts),
    createdMs: run.createdMs,
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(endedMs === undefined ? {} : { endedMs }),
    ...(askedBy === undefined ? {} : { askedBy }),
    ...(parentRun === undefined ? {} : { parentRun }),
    ...(retryOf === undefined ? {} : { retryOf }),
    trigger: storyTrigger(run),
    steps: all.map((step) => storyStep(step, facts)),
  };
}

function storyTrigger({ event, trigger, createdMs }: RunRecord): StoryTrigger {
  const { key = '', occurredAtMs = createdMs, file, reason, values = {} } = event as Partial<TriggerEvent>;
  return {
    kind: trigger,
    key,
    occurredAtMs,
    ...(file === undefined ? {} : { file: storyFile(file) }),
    ...(reason === undefined ? {} : { reason }),
    values,
  };
}

function storyFile({ path, connection, sizeBytes, modifiedMs }: NonNullable<TriggerEvent['file']>) {
  return {
    path,
    connection,
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(modifiedMs === undefined ? {} : { modifiedMs }),
  };
}

function storyStep(step: StepRecord, { attempts, deliveries }: StoryFacts): StoryStep {
  const detail = (step.detail ?? {}) as ActionDetail & Partial<ConditionDetail> & Partial<LoopDetail>;
  const { path, kind, title, state, text, startedMs, endedMs, errorCode } = step;
  const isTaken = state !== 'notTaken';
  return {
    path,
    depth: Math.max(0, path.split('.').filter((part) => /^\d+$/.test(part)).length - 1),
    isIfFailed: /\.ifFailed\.\d+$/.test(path),
    kind,
    title,
    state,
    text,
    ...(isTaken ? { startedMs } : {}),
    ...(endedMs === undefined || !isTaken ? {} : { endedMs }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(detail.failure === undefined ? {} : { advice: detail.failure.advice }),
    earlier: detail.earlier ?? [],
    ...(detail.waits === undefined || state !== 'running' ? {} : { waits: detail.waits }),
    ...(detail.condition === undefined ? {} : { condition: detail.condition }),
    ...(detail.rows === undefined ? {} : { rows: detail.rows }),
    attempts: attempts.filter((attempt) => attempt.step === path),
    deliveries: deliveries.filter((delivery) => delivery.step === path).map(storyDelivery),
    ...(detail.facts === undefined ? {} : { facts: detail.facts }),
  };
}

function storyDelivery({ source, target, state, proof, finalTarget, bytes }: Delivery) {
  return {
    source,
    target,
    state,
    ...(proof === undefined ? {} : { proof }),
    ...(finalTarget === undefined ? {} : { finalTarget }),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

/** The order of the rule: `when` first, then by number at each place; what is within a step stands after it. */
export function compareWays(one: string, other: string): number {
  if (isAbove(one, other)) return -1;
  if (isAbove(other, one)) return 1;
  const [ones, others] = [one.split('.'), other.split('.')];
  for (const [index, part] of ones.entries()) {
    const against = others[index];
    if (against === undefined || part === against) continue;
    return compareParts(part, against);
  }
  return ones.length - others.length;
}

const PLACES = ['when', 'then', 'each', 'else', 'ifFailed'];

function compareParts(one: string, other: string): number {
  const areNumbers = /^\d+$/.test(one) && /^\d+$/.test(other);
  if (areNumbers) return Number(one) - Number(other);
  // At the top the numbers of `do:` come between `when` and `else`.
  return place(one) - place(other);
}

function place(part: string): number {
  return /^\d+$/.test(part) ? 0.5 : PLACES.indexOf(part);
}
