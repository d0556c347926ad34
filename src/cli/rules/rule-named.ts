import { didYouMean } from '../../core/did-you-mean.js';
import { printable } from '../../core/printable.js';
import type { RuleBook } from '../../rules/rule-book.js';
import type { Rule } from '../../rules/rule.js';
import { settingsError } from '../../settings/settings-error.js';

/** The rule that an argument names. Throws SETTINGS_INVALID with a guess at what was meant. */
export function ruleNamed(name: string, { rules }: Pick<RuleBook, 'rules'>): Rule {
  const rule = rules.find((each) => each.name === name);
  if (rule !== undefined) return rule;
  const guess = didYouMean(
    name,
    rules.map((each) => each.name),
  );
  throw settingsError(
    { kind: 'location', text: printable(name, 100) },
    `there is no such rule${guess}; tally rules list shows them`,
  );
}
