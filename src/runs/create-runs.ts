import type { Rule } from '../rules/rule.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { NewRun, RunRecord } from '../store/run-store.js';
import { eventGroups } from './event-groups.js';
import { ruleJson, ruleOf } from './frozen-rules.js';
import type { RunServices } from './run-services.js';

/** Where runs come from, besides their event. */
export interface RunOrigin {
  /** A token's name, `cli`. */
  readonly askedBy?: string;
  readonly parentRun?: number;
  readonly notBeforeMs?: number;
}

/** A run that an event wants, and what the answer to that event tells of it. */
export interface WantedRun {
  readonly run: NewRun;
  /** Which of the events; undefined for a rule that shares another's event. */
  readonly eventIndex: number | undefined;
}

/** Whether a rule has runs that have not ended, for `overlap: skip`. */
export type IsBusy = (rule: string) => boolean;

/**
 * The runs that events want, in the order of the events and, on one event, of the book. Events for rules that are gone
 * or disabled make none. `overlap: skip` leaves a second run out, but never one for a file: nobody would ever come back
 * to that file, so it waits instead.
 */
export function wantedRuns(
  events: readonly TriggerEvent[],
  services: Pick<RunServices, 'book' | 'platform'>,
  { origin, isBusy }: { readonly origin: RunOrigin; readonly isBusy: IsBusy },
): readonly WantedRun[] {
  const book = services.book();
  const groups = eventGroups(book);
  const createdMs = services.platform.clock.now();
  const begun = new Set<string>();
  const wanted: WantedRun[] = [];
  for (const [eventIndex, event] of events.entries()) {
    const rules = event.file === undefined ? [ruleOf(book, event.rule)] : groups.sharing(event);
    for (const rule of rules) {
      if (rule?.enabled !== true) continue;
      const own = rule.name === event.rule;
      const mustSkip = isLeftOut(rule, event, (name) => begun.has(name) || isBusy(name));
      begun.add(rule.name);
      const run = newRun(rule, { ...event, rule: rule.name }, { createdMs, origin, mustSkip });
      wanted.push({ run, eventIndex: own ? eventIndex : undefined });
    }
  }
  return wanted;
}

function isLeftOut(rule: Rule, event: TriggerEvent, isBusy: IsBusy): boolean {
  return rule.overlap === 'skip' && event.file === undefined && isBusy(rule.name);
}

/** What a run takes from its rule and its event; the rule is frozen with it. */
export function runOf(
  rule: Rule,
  event: TriggerEvent,
): Pick<NewRun, 'rule' | 'revision' | 'ruleJson' | 'event' | 'eventKey' | 'trigger'> {
  return {
    rule: rule.name,
    revision: rule.revision,
    ruleJson: ruleJson(rule),
    event,
    eventKey: event.key,
    trigger: event.trigger,
  };
}

function newRun(
  rule: Rule,
  event: TriggerEvent,
  facts: { readonly createdMs: number; readonly origin: RunOrigin; readonly mustSkip: boolean },
): NewRun {
  const reason = `left out: another run of ${rule.name} had not ended (overlap: skip)`;
  return {
    ...runOf(rule, event),
    state: facts.mustSkip ? 'skipped' : 'waiting',
    ...(facts.mustSkip ? { reason } : {}),
    isShadow: rule.shadow,
    createdMs: facts.createdMs,
    ...facts.origin,
  };
}

/** A run that does another one again from a step on: same event, same values, by the rule that is given. */
export function retryRunOf(
  run: RunRecord,
  rule: Rule,
  order: {
    readonly fromStep: string;
    readonly askedBy: string;
    readonly eventKey: string;
    readonly createdMs: number;
  },
): NewRun {
  const { fromStep, ...facts } = order;
  return {
    rule: run.rule,
    revision: rule.revision,
    ruleJson: ruleJson(rule),
    event: run.event,
    trigger: run.trigger,
    state: 'waiting',
    isShadow: run.isShadow,
    retryOf: { run: run.id, fromStep },
    ...facts,
  };
}
