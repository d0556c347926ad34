import type { Step } from '../rules/actions/action.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { Rule } from '../rules/rule.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { Trigger } from '../rules/triggers/trigger.js';

/**
 * Rules are "on one event" when they watch the same folder with exactly the same trigger. It matters only where one of
 * them can stop those after it (`stop: moreRules`): then one seen file makes the runs of all of them at once, in the
 * order of the book, and each waits for those before it that may stop it. All other rules know nothing of each other.
 */
export interface EventGroups {
  /** The rules that an event is for: its own alone, or all on the same event, in the order of the book. */
  sharing(event: TriggerEvent): readonly Rule[];
  /** Rules before this one on the same event that may stop it. */
  before(rule: string): readonly string[];
}

const known = new WeakMap<RuleBook, EventGroups>();

/** Found once for each book. */
export function eventGroups(book: RuleBook): EventGroups {
  let groups = known.get(book);
  if (groups === undefined) {
    groups = findGroups(book);
    known.set(book, groups);
  }
  return groups;
}

function findGroups(book: RuleBook): EventGroups {
  const byTrigger = new Map<string, Rule[]>();
  for (const rule of book.rules) {
    if (!rule.enabled) continue;
    for (const key of new Set(rule.triggers.filter(isShared).map(triggerKey))) {
      const sharers = byTrigger.get(key);
      if (sharers === undefined) byTrigger.set(key, [rule]);
      else sharers.push(rule);
    }
  }
  const groups = new Map([...byTrigger].filter(([, rules]) => rules.slice(0, -1).some(mayStopMore)));
  return {
    sharing: (event) => sharingRules(book, groups, event),
    before: (name) => rulesBefore(groups, name),
  };
}

function sharingRules(
  book: RuleBook,
  groups: ReadonlyMap<string, readonly Rule[]>,
  event: TriggerEvent,
): readonly Rule[] {
  const own = book.rules.find((rule) => rule.name === event.rule);
  if (own === undefined) return [];
  if (groups.size === 0) return [own];
  const seenBy = own.triggers.filter((trigger) => isShared(trigger) && sees(trigger, event));
  const [only] = seenBy;
  if (only === undefined || seenBy.length > 1) return [own];
  return groups.get(triggerKey(only)) ?? [own];
}

function rulesBefore(groups: ReadonlyMap<string, readonly Rule[]>, name: string): readonly string[] {
  const before = new Set<string>();
  for (const rules of groups.values()) {
    const index = rules.findIndex((rule) => rule.name === name);
    for (const rule of rules.slice(0, Math.max(0, index))) if (mayStopMore(rule)) before.add(rule.name);
  }
  return [...before];
}

function isShared(trigger: Trigger): boolean {
  return trigger.kind === 'folder' || trigger.kind === 'remote';
}

/** Same kind, same place, same filter. */
function triggerKey(trigger: Trigger): string {
  return JSON.stringify(Object.entries(trigger).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function sees(trigger: Trigger, event: TriggerEvent): boolean {
  if (trigger.kind !== event.trigger || event.file === undefined) return false;
  if (trigger.kind === 'folder') return event.file.connection === '' && trigger.path === event.file.folder;
  return trigger.kind === 'remote' && trigger.from.startsWith(`${event.file.connection}:`);
}

function mayStopMore(rule: Rule): boolean {
  return [...rule.steps, ...rule.otherwise].some(stopsMore);
}

function stopsMore(step: Step): boolean {
  switch (step.kind) {
    case 'action':
      if (step.action.kind === 'stop' && step.action.what !== 'thisRule') return true;
      return step.ifFailed.some(stopsMore);
    case 'branch':
      return [...step.then, ...step.otherwise].some(stopsMore);
    case 'loop':
      return step.steps.some(stopsMore);
  }
}
