import { nameUnknown } from '../core/name-unknown.js';
import { TransferError } from '../core/transfer-error.js';
import type { ActionKind, Step } from '../rules/actions/action.js';
import type { Rule } from '../rules/rule.js';
import type { Delivery } from '../store/ledger-store.js';
import type { RunRecord, StepRecord } from '../store/run-store.js';
import { retryRunOf } from './create-runs.js';
import { FrozenRules, ruleOf } from './frozen-rules.js';
import { isAbove, takenOverSteps } from './retry-steps.js';
import type { RunQueue } from './run-queue.js';
import type { RunServices } from './run-services.js';
import { hasEnded } from './run-state.js';

/** What a re-run of a run would do. */
export interface RunRetryPlan {
  readonly run: number;
  readonly rule: string;
  /** Way of the first step that is done again. */
  readonly fromStep: string;
  /** What is sent once more though the ledger says that it was, or may have been, delivered. */
  readonly sentTwice: readonly {
    readonly source: string;
    readonly target: string;
    readonly reason: string;
  }[];
  /** What the ledger knows as delivered and is left alone. */
  readonly notSent: readonly { readonly source: string; readonly target: string }[];
  /** The same in plain sentences. */
  readonly text: readonly string[];
}

/** Actions that nobody can look at afterwards: done once more, they are done twice. */
const DONE_TWICE: Readonly<Partial<Record<ActionKind, string>>> = {
  mail: 'sends the e-mail once more',
  http: 'sends the HTTP request once more',
  run: 'runs the program once more',
  call: 'calls the rule once more',
  systemLog: "writes to the system's log once more",
};

/** Changes nothing. NOT_FOUND; REFUSED with the reason when there is nothing to do again. */
export async function planRetry(run: number, services: Pick<RunServices, 'store'>): Promise<RunRetryPlan> {
  const { runs, ledger } = services.store;
  const record = await retryable(run, services);
  const [steps, deliveries] = await Promise.all([runs.steps(run), ledger.ofRun(run)]);
  const fromStep = firstToDoAgain(record, steps);
  const again = stepsDoneAgain(steps, record.id, fromStep);
  const isAgain = ({ step }: Delivery) => again.some(({ path }) => path === step);
  const unsettled = deliveries.filter((delivery) => isAgain(delivery) && delivery.state === 'claimed');
  const notSent = deliveries.filter(
    (delivery) => isAgain(delivery) && (delivery.state === 'delivered' || delivery.state === 'disposed'),
  );
  const plan = {
    run,
    rule: record.rule,
    fromStep,
    sentTwice: unsettled.map(({ source, target }) => ({ source, target, reason: UNSETTLED })),
    notSent: notSent.map(({ source, target }) => ({ source, target })),
  };
  return { ...plan, text: planText(plan, { again, steps }) };
}

const UNSETTLED =
  'nobody knows whether it arrived; the target is looked at first, and it is sent only if it is not there whole';

/** Makes the run that does it again; its number. Rejects as `planRetry` does, and with STORE_FAILED. */
export async function retryRun(
  run: number,
  { services, queue }: { readonly services: RunServices; readonly queue: RunQueue },
  by: string,
): Promise<number> {
  const { fromStep } = await planRetry(run, services);
  const record = await retryable(run, services);
  const [rule, eventKey] = await Promise.all([ruleToUse(record, services), freeKey(record, services)]);
  const createdMs = services.platform.clock.now();
  const id = await queue.createRun(retryRunOf(record, rule, { fromStep, askedBy: by, eventKey, createdMs }));
  if (id !== undefined) return id;
  throw refused(`run ${run} is being re-run already`);
}

/**
 * The rule as it stands now, so that a mistake in it can be corrected and the run done again; as the run began with it
 * where its steps are others by now, since the way to the failed step would lead elsewhere.
 */
async function ruleToUse(run: RunRecord, { store, book }: RunServices): Promise<Rule> {
  const frozen = await new FrozenRules(store.runs, book).of(run);
  const now = ruleOf(book(), run.rule);
  return now !== undefined && shapeOf(now) === shapeOf(frozen) ? now : frozen;
}

/** What a rule consists of, without the texts. */
function shapeOf({ steps, otherwise }: Rule): string {
  return JSON.stringify([steps, otherwise].map((list) => list.map(stepShape)));
}

function stepShape(step: Step): unknown {
  switch (step.kind) {
    case 'action':
      return [step.action.kind, step.ifFailed.map(stepShape)];
    case 'branch':
      return [step.kind, step.then.map(stepShape), step.otherwise.map(stepShape)];
    case 'loop':
      return [step.kind, step.dataset, step.steps.map(stepShape)];
  }
}

/** A run may be done again more than once, one after the other. */
async function freeKey({ id, rule }: RunRecord, { store }: RunServices): Promise<string> {
  for (let count = 1; ; count++) {
    const key = `retry:${id}:${count}`;
    const earlier = await store.runs.ofEvent(rule, key);
    if (earlier === undefined) return key;
    if (!hasEnded(earlier.state)) throw refused(`run ${id} is being re-run already, as run ${earlier.id}`);
  }
}

async function retryable(run: number, { store }: Pick<RunServices, 'store'>): Promise<RunRecord> {
  const record = await store.runs.get(run);
  if (record === undefined) throw notFound(run);
  if (!hasEnded(record.state)) throw refused(`run ${run} has not ended: it is ${record.state}`);
  if (record.state === 'succeeded') throw refused(`run ${run} succeeded: there is nothing to do again`);
  return record;
}

/** The first step that failed or was cancelled; of an action with an "if failed" list the action itself. */
function firstToDoAgain(run: RunRecord, steps: readonly StepRecord[]): string {
  const failed = steps.find(
    ({ state }) => state === 'failed' || state === 'cancelled' || state === 'running',
  );
  if (failed !== undefined) return failed.path.split('.ifFailed.')[0] ?? failed.path;
  const left = steps.find(({ state }) => state === 'notTaken');
  if (run.state === 'cancelled' && left !== undefined) return left.path;
  return '0';
}

function stepsDoneAgain(steps: readonly StepRecord[], run: number, fromStep: string): readonly StepRecord[] {
  const taken = new Set(takenOverSteps(steps, { run, fromStep }).map(({ path }) => path));
  return steps.filter(
    ({ path, state }) =>
      !taken.has(path) && !isAbove(path, fromStep) && state !== 'notTaken' && path !== 'when',
  );
}

function planText(
  plan: Omit<RunRetryPlan, 'text'>,
  { again, steps }: { readonly again: readonly StepRecord[]; readonly steps: readonly StepRecord[] },
): readonly string[] {
  const first = steps.find(({ path }) => path === plan.fromStep);
  const title = first === undefined ? '' : ` (${first.title})`;
  return [
    `It goes on from step ${plan.fromStep}${title} of run ${plan.run}; what succeeded before is not done again.`,
    ...plan.sentTwice.map(({ source, target, reason }) => `${source} to ${target}: ${reason}.`),
    ...plan.notSent.map(
      ({ source, target }) => `${source} stands at ${target}, proven: it is not sent again.`,
    ),
    ...again
      .filter(({ state }) => state === 'succeeded')
      .flatMap(({ kind, path, title: what }) => {
        const words = DONE_TWICE[kind as ActionKind];
        return words === undefined ? [] : [`Step ${path} (${what}) ${words}.`];
      }),
  ];
}

function notFound(run: number): TransferError {
  const message = `there is no run ${run}`;
  return nameUnknown(message);
}

function refused(message: string): TransferError {
  return new TransferError({
    code: 'REFUSED',
    lastCode: -1,
    phase: 'rule',
    message,
    side: 'us',
    advice: 'See how the run ended: tally runs show. To run the rule anew: tally rules run',
  });
}
