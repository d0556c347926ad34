import { readRuleBook, type RuleBookContext } from '../rules/load-rule-book.js';
import type { SettingsDocument } from '../settings/settings-document.js';
import type { RuleDraft } from './import-rule.js';
import type { StepUnit } from './statement-walk.js';
import { failStep, writtenAsComment, type Written } from './written-step.js';

/** A rule that our settings accept. */
export interface AcceptedRule {
  readonly draft: RuleDraft;
  /** As it stands in the settings. */
  readonly rule: Written;
  /** Of the draft, and what our settings would not take. */
  readonly problems: readonly string[];
  /** What stands above a part of the rule. */
  readonly comments: ReadonlyMap<object, string>;
}

/** What a rule is checked against. */
export interface RuleChecker {
  /** Why the rule is not valid; empty when it is. */
  problemsOf(rule: Written): readonly string[];
}

/** The checks of `tally rules validate`, among these connections and with a mail server. */
export function ruleChecker(connections: readonly string[], context: RuleBookContext): RuleChecker {
  const names = Object.fromEntries(connections.map((name) => [name, {}]));
  return {
    problemsOf(rule) {
      const data = { connections: names, mail: PLACE_HOLDER_MAIL, rules: { it: rule } };
      const document: SettingsDocument = {
        file: 'tallyman.yaml',
        data,
        text: '',
        linesOf: () => [],
        originOf: () => ({ kind: 'file', file: 'tallyman.yaml', line: 1, column: 1 }),
      };
      return readRuleBook({ folder: context.homeFolder, documents: [document] }, context).problems.map(
        ({ text }) => text,
      );
    },
  };
}

export const PLACE_HOLDER_MAIL = { host: 'FILL-IN.invalid', from: 'tally@FILL-IN.invalid' } as const;

/** The rule with a `fail` in place of each statement, and `manual` in place of a trigger, that our settings refuse. */
export function acceptedRule(draft: RuleDraft, checker: RuleChecker): AcceptedRule {
  const problems = [...draft.problems];
  const comments = new Map<object, string>();
  const refuse = (found: readonly string[], written: unknown, replacement: Written): Written => {
    const problem = `our settings do not take what it says: ${[...new Set(found)].join('; ')}`;
    problems.push(problem);
    comments.set(replacement, writtenAsComment(written));
    return replacement;
  };
  const refusedTrigger = checker.problemsOf({ on: draft.on, do: [failStep('')] });
  const on = refusedTrigger.length === 0 ? draft.on : refuse(refusedTrigger, draft.on, { manual: {} });
  const steps = draft.units.flatMap((unit) => {
    const refused = checker.problemsOf({ on, do: unit.steps });
    if (refused.length === 0) return noted(unit, comments);
    return [refuse(refused, unit.steps, failStep(refused.join('; ')))];
  });
  if (steps.length === 0) {
    problems.push('it has no action');
    steps.push(failStep('it had no action'));
  }
  const rule = { ...headOf(draft, problems), on, do: steps };
  const refused = checker.problemsOf(rule);
  if (refused.length === 0) return { draft, rule, problems, comments };
  const whole = refuse(refused, steps, failStep(refused.join('; ')));
  return { draft, rule: { ...headOf(draft, problems), on: { manual: {} }, do: [whole] }, problems, comments };
}

function headOf({ description, isEnabled }: RuleDraft, problems: readonly string[]): Written {
  return {
    ...(description === undefined ? {} : { description }),
    ...(isEnabled && problems.length === 0 ? {} : { enabled: false }),
  };
}

function noted({ steps, comment }: StepUnit, comments: Map<object, string>): readonly Written[] {
  const [first] = steps;
  if (first !== undefined && comment !== undefined) comments.set(first, comment);
  return steps;
}
