import { locationProblems, ownVariableProblems, variableProblems } from './variables/check-text.js';
import { knownVariables } from './variables/known-variables.js';
import type { RuleCursor, RuleFindings } from './rule-findings.js';
import type { Rule } from './rule.js';

/** What a rule says to itself: its variables, its sets of data. What it says of others is checked over all rules. */
export function checkRule(rule: Rule, at: RuleCursor, findings: RuleFindings): void {
  checkVariables(rule, at, findings);
}

function checkVariables(rule: Rule, at: RuleCursor, findings: RuleFindings): void {
  for (const { name, problem } of ownVariableProblems(rule.variables, knownVariables(rule))) {
    at.at('variables', name).problem(problem);
  }
  for (const { text, kind, place, origin } of findings.texts) {
    const check = kind === 'location' ? locationProblems : variableProblems;
    for (const problem of check(text, knownVariables(rule, place))) {
      findings.problems.push({ origin: origin(), text: problem });
    }
  }
}
