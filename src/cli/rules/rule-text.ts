import { printable } from '../../core/printable.js';
import { ruleSentence } from '../../rules/rule-sentence.js';
import type { RuleBook } from '../../rules/rule-book.js';
import type { Rule } from '../../rules/rule.js';
import { nextTimes } from '../../rules/triggers/schedule-times.js';
import { knownVariables } from '../../rules/variables/known-variables.js';
import type { SettingsDocument } from '../../settings/settings-document.js';

const SHOWN_TIMES = 5;

/** What is known of one rule without asking anybody. */
export interface RuleView {
  readonly rule: Rule;
  readonly state: string;
  readonly sentence: string;
  /** Its lines in the file. */
  readonly text: readonly string[];
  /** Next times of its schedules, milliseconds, growing. */
  readonly nextTimesMs: readonly number[];
  /** Names without percent signs. */
  readonly variables: readonly string[];
}

/** `enabled`, `disabled`, or `shadow`: it records what it would do. */
export function ruleState({ enabled, shadow }: Pick<Rule, 'enabled' | 'shadow'>): string {
  if (!enabled) return 'disabled';
  return shadow ? 'shadow' : 'enabled';
}

export function viewRule(
  rule: Rule,
  book: RuleBook,
  documents: readonly SettingsDocument[],
  nowMs: number,
): RuleView {
  const home = documents.find(({ file }) => file === rule.source.file);
  const times = rule.triggers.flatMap((trigger) =>
    trigger.kind === 'schedule' ? nextTimes(trigger, book.calendars, nowMs, SHOWN_TIMES) : [],
  );
  return {
    rule,
    state: ruleState(rule),
    sentence: ruleSentence(rule),
    text: home?.linesOf(['rules', rule.name]) ?? [],
    nextTimesMs: times.toSorted((left, right) => left - right).slice(0, SHOWN_TIMES),
    variables: knownVariables(rule).toSorted(),
  };
}

/** The same in words. */
export function ruleLines(view: RuleView, showTime: (atMs: number) => string): readonly string[] {
  const { rule, state, sentence, text, nextTimesMs, variables } = view;
  return [
    `${rule.name}: ${state}`,
    printable(`${sentence}.`, 2000),
    ...(rule.description === '' ? [] : [printable(rule.description, 2000)]),
    `  file: ${printable(rule.source.file)}:${rule.source.line}, revision ${rule.revision}`,
    `  may touch: ${rule.roots.length === 0 ? 'no local folder' : rule.roots.map((root) => printable(root)).join(', ')}`,
    ...(nextTimesMs.length === 0 ? [] : [`  next: ${nextTimesMs.map(showTime).join(', ')}`]),
    '',
    ...text.map((line) => printable(line, 2000)),
    '',
    `variables: ${variables.map((name) => `%${name}%`).join(' ')}`,
    'within `each` also %ROW.NAME% and the like, within `ifFailed` %LAST.TEXT%',
  ];
}
