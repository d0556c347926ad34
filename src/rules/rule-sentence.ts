import { printable } from '../core/printable.js';
import { showDuration } from '../settings/duration.js';
import type { Step } from './actions/action.js';
import { stepTitle } from './actions/step-title.js';
import { conditionText } from './conditions/condition-text.js';
import type { Rule } from './rule.js';
import type { FileFilter, ScheduleTrigger, Trigger } from './triggers/trigger.js';

/** Steps that a sentence names; the rest is counted. */
const NAMED_STEPS = 3;

/** The rule as a person would say it: "When *.xml arrives in /srv/out: move %FS.PATH% to acme:/in/, else stop". */
export function ruleSentence(rule: Rule): string {
  const when = rule.triggers.map(triggerText).join(', or ');
  const condition = rule.condition === undefined ? '' : `, if ${conditionText(rule.condition)}`;
  const otherwise = rule.otherwise.length === 0 ? '' : `; else ${stepsText(rule.otherwise)}`;
  const sentence = `${when}${condition}: ${stepsText(rule.steps)}${otherwise}`;
  return printable(sentence.charAt(0).toUpperCase() + sentence.slice(1));
}

function stepsText(steps: readonly Step[]): string {
  const named = steps.slice(0, NAMED_STEPS).map(stepTitle).join(', then ');
  const rest = steps.length - NAMED_STEPS;
  return rest > 0 ? `${named}, and ${rest} more` : named;
}

/** One trigger in words, in lower case. */
export function triggerText(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'schedule':
      return scheduleText(trigger);
    case 'folder':
      return `when ${filesText(trigger)} arrives in ${trigger.path}`;
    case 'remote':
      return `when ${filesText(trigger)} is found at ${trigger.from} (a look every ${showDuration(trigger.everyMs)})`;
    case 'webhook':
      return `when the webhook ${trigger.hook} is called`;
    case 'manual':
      return 'when a person runs it';
    case 'afterRule':
      return `after the rule ${trigger.rule}${trigger.result === 'any' ? '' : ` has ${trigger.result}`}`;
    case 'daemon':
      return trigger.when === 'started' ? 'when the daemon has started' : 'when the daemon stops';
    case 'monitorFailed':
      return `when ${trigger.rule === undefined ? 'a rule' : `the rule ${trigger.rule}`} cannot look at its folder`;
    case 'connectionFailed':
      return `when ${trigger.connection} has failed ${trigger.times} times in a row`;
  }
}

function scheduleText({ cron, everyMs, onceAtMs, timeZone, notOn, onlyOn }: ScheduleTrigger): string {
  const days = [
    ...(notOn === undefined ? [] : [`not on ${notOn}`]),
    ...(onlyOn === undefined ? [] : [`only on ${onlyOn}`]),
  ];
  const rest = days.length === 0 ? '' : `, ${days.join(', ')}`;
  if (everyMs !== undefined) return `every ${showDuration(everyMs)}${rest}`;
  if (onceAtMs !== undefined) return `once at ${new Date(onceAtMs).toISOString()}${rest}`;
  return `at the times of "${cron ?? ''}" (${timeZone})${rest}`;
}

function filesText({ include, subfolders }: FileFilter): string {
  const files = include.length === 0 ? 'a file' : include.join(' or ');
  return subfolders ? `${files} (subfolders too)` : files;
}
