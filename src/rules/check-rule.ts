import { didYouMean } from '../core/did-you-mean.js';
import { printable } from '../core/printable.js';
import type { Action, Step } from './actions/action.js';
import type { RuleCursor, RuleFindings } from './rule-findings.js';
import type { Rule } from './rule.js';
import type { RuleGaps } from './salvage-rule.js';
import type { FolderTrigger } from './triggers/trigger.js';
import { locationProblems, ownVariableProblems, variableProblems } from './variables/check-text.js';
import { knownVariables } from './variables/known-variables.js';

/** What a rule says to itself: variables, sets of data, files that it puts before its own trigger. */
export function checkRule(
  rule: Rule,
  { at, findings, gaps }: { at: RuleCursor; findings: RuleFindings; gaps: RuleGaps | undefined },
): void {
  if (gaps !== 'names') checkVariables(rule, at, findings);
  if (gaps === undefined) checkDatasets(rule, findings);
  checkOwnFolder(rule, findings);
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

/** Each loop goes through something that a `list` of the rule notes. */
function checkDatasets(rule: Rule, findings: RuleFindings): void {
  const noted = [...actionsOf([...rule.steps, ...rule.otherwise])].flatMap((action) =>
    action.kind === 'list' ? [action.into] : [],
  );
  for (const { name, origin } of findings.datasets) {
    if (noted.includes(name)) continue;
    const text = `no "list" of this rule makes a set of data "${printable(name, 80)}"${didYouMean(name, noted)}`;
    findings.problems.push({ origin: origin(), text });
  }
}

/** Every action of some steps, those below them included. */
export function* actionsOf(steps: readonly Step[]): Generator<Action> {
  for (const step of steps) {
    switch (step.kind) {
      case 'action':
        yield step.action;
        yield* actionsOf(step.ifFailed);
        break;
      case 'branch':
        yield* actionsOf([...step.then, ...step.otherwise]);
        break;
      case 'loop':
        yield* actionsOf(step.steps);
    }
  }
}

/** A file that an action puts before the rule's own trigger would let the rule run again, and again. */
function checkOwnFolder(rule: Rule, findings: RuleFindings): void {
  const watched = rule.triggers.filter((trigger) => trigger.kind === 'folder');
  for (const { path, use, origin } of findings.places) {
    if (use !== 'write') continue;
    const trigger = watched.find((each) => isTakenAgain(path, each));
    if (trigger === undefined) continue;
    const text = `comes to stand in ${printable(trigger.path)}, which the rule itself watches, so it would run again and again: choose another folder, or a name that "include" does not take`;
    findings.problems.push({ origin: origin(), text });
  }
}

/** True when a file of this path may fit the trigger; a folder means a file in it by any name. */
function isTakenAgain(path: string, { path: folder, include, exclude, subfolders }: FolderTrigger): boolean {
  const written = path.toUpperCase().startsWith('%FS.FOLDER_NAME%')
    ? folder + path.slice('%FS.FOLDER_NAME%'.length)
    : path;
  if (!written.startsWith(`${folder}/`)) return false;
  const below = written.slice(folder.length + 1);
  const isDirect = !below.includes('/');
  if (!isDirect && !subfolders) return false;
  const name = below.slice(below.lastIndexOf('/') + 1);
  if (name === '') return true;
  const ending = name.slice(name.lastIndexOf('%') + 1);
  if (exclude.some((mask) => endsLike(ending, mask))) return false;
  return include.length === 0 || include.some((mask) => mayEndAlike(ending, mask));
}

/** The mask takes every name with this ending. */
function endsLike(ending: string, mask: string): boolean {
  return /^\*[^*?]+$/.test(mask) && ending.toLowerCase().endsWith(mask.slice(1).toLowerCase());
}

/** Some name with this ending fits the mask. */
function mayEndAlike(ending: string, mask: string): boolean {
  const tail = (/[^*?/]*$/.exec(mask)?.[0] ?? '').toLowerCase();
  const end = ending.toLowerCase();
  return end.endsWith(tail) || tail.endsWith(end);
}
