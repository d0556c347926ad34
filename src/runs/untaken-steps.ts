import type { Step } from '../rules/actions/action.js';
import type { Rule } from '../rules/rule.js';
import type { StepRecord } from '../store/run-store.js';
import { stepTitle } from '../rules/actions/step-title.js';

/**
 * Steps of the rule that a run which has ended did not take and that stand in no record, with the reason: those are
 * not written for each of a thousand runs a second, since they follow from the rule and from what was written.
 */
export function untakenSteps(rule: Rule, steps: readonly StepRecord[]): readonly StepRecord[] {
  const known = new Map(steps.map((step) => [step.path, step]));
  const run = steps[0]?.run ?? 0;
  const found: StepRecord[] = [];
  const when = known.get('when');
  const isElse = [...known.keys()].some((path) => path.startsWith('else.'));
  const didNotHold = when !== undefined && !holds(when);
  if (didNotHold || isElse) leave(rule.steps, '', 'the condition does not hold');
  else visit(rule.steps, '');
  if (isElse) visit(rule.otherwise, 'else.');
  else leave(rule.otherwise, 'else.', 'the condition holds');
  return found;

  function visit(list: readonly Step[], prefix: string): void {
    for (const [index, step] of list.entries()) visitOne(step, `${prefix}${index}`);
  }

  function visitOne(step: Step, path: string): void {
    const record = known.get(path);
    if (record === undefined) return add(step, path, 'the run ended before it');
    if (step.kind !== 'action' || record.state === 'notTaken') return;
    if (record.state === 'failed') visit(step.ifFailed, `${path}.ifFailed.`);
    else leave(step.ifFailed, `${path}.ifFailed.`, 'the action did not fail');
  }

  function leave(list: readonly Step[], prefix: string, reason: string): void {
    for (const [index, step] of list.entries()) {
      if (!known.has(`${prefix}${index}`)) add(step, `${prefix}${index}`, reason);
    }
  }

  function add(step: Step, path: string, text: string): void {
    const kind = step.kind === 'action' ? step.action.kind : step.kind;
    found.push({
      run,
      path,
      kind,
      title: stepTitle(step),
      state: 'notTaken',
      attempt: 1,
      startedMs: 0,
      text,
    });
  }
}

function holds({ detail }: StepRecord): boolean {
  const { condition } = (detail ?? {}) as { readonly condition?: { readonly holds: boolean } };
  return condition?.holds ?? false;
}
