import type { ActionStep, Step } from '../../rules/actions/action.js';
import type { RuleBook } from '../../rules/rule-book.js';
import type { Rule } from '../../rules/rule.js';

/** The same rules without what only takes time: nobody waits for the retries of a test. */
export function rehearsalBook(book: RuleBook): RuleBook {
  return { ...book, rules: book.rules.map(withoutRetries) };
}

function withoutRetries(rule: Rule): Rule {
  const { steps, otherwise, revision } = rule;
  // Another text, so another revision: runs take a rule of the same one for the same.
  return {
    ...rule,
    steps: onceEach(steps),
    otherwise: onceEach(otherwise),
    revision: `${revision}-tested`,
  };
}

function onceEach(steps: readonly Step[]): readonly Step[] {
  return steps.map((step): Step => {
    switch (step.kind) {
      case 'action':
        return { ...once(step), retries: 0, ifFailed: onceEach(step.ifFailed) };
      case 'branch':
        return { ...step, then: onceEach(step.then), otherwise: onceEach(step.otherwise) };
      case 'loop':
        return { ...step, steps: onceEach(step.steps) };
    }
  });
}

function once(step: ActionStep): ActionStep {
  const { action } = step;
  if (action.kind !== 'copy' && action.kind !== 'move' && action.kind !== 'download') return step;
  return { ...step, action: { ...action, options: { ...action.options, retries: 0 } } };
}
