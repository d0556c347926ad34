import { TransferError } from '../../core/transfer-error.js';
import type { RuleBook } from '../../rules/rule-book.js';
import type { Rule } from '../../rules/rule.js';
import { afterRuleEvents } from '../../rules/triggers/after-rule.js';
import {
  connectionFailedEvents,
  daemonEvents,
  monitorFailedEvents,
} from '../../rules/triggers/house-events.js';
import { nextTimes } from '../../rules/triggers/schedule-times.js';
import type { Trigger, TriggerKind } from '../../rules/triggers/trigger.js';
import type { TriggerEvent } from '../../rules/triggers/trigger-event.js';
import {
  manualEvent,
  refuseUnknown,
  type ManualEventParts,
  type ManualWish,
} from '../daemon/manual-event.js';

/** An event that stands for a real one, and what of it is made up. */
export interface MadeUpEvent {
  readonly event: TriggerEvent;
  readonly gaps: readonly string[];
}

export interface MadeUpParts extends ManualEventParts {
  readonly calendars: RuleBook['calendars'];
}

/**
 * The event that a trigger of this kind would make now. Rejects REFUSED when the rule has no such trigger, and as
 * `manualEvent` does.
 */
export async function madeUpEvent(
  rule: Rule,
  kind: TriggerKind,
  wish: ManualWish,
  parts: MadeUpParts,
): Promise<MadeUpEvent> {
  if (kind === 'manual') return { event: await manualEvent(rule, wish, parts), gaps: [] };
  const trigger = rule.triggers.find((each) => each.kind === kind);
  if (trigger === undefined) throw noSuchTrigger(rule, kind);
  refuseUnknown(rule, wish.values);
  const { event, gaps } = eventOf(rule, trigger, parts);
  return { event: { ...event, values: { ...event.values, ...wish.values } }, gaps };
}

function eventOf(rule: Rule, trigger: Trigger, { platform, calendars }: MadeUpParts): MadeUpEvent {
  const nowMs = platform.clock.now();
  const made = (events: readonly TriggerEvent[], gaps: readonly string[] = []): MadeUpEvent => ({
    event: events[0] ?? plainEvent(rule, trigger.kind, nowMs),
    gaps,
  });
  const book = { rules: [{ ...rule, enabled: true }] };
  switch (trigger.kind) {
    case 'schedule':
      return made(
        [{ ...plainEvent(rule, 'schedule', nowMs), key: `schedule:${nowMs}` }],
        [scheduleGap(nextTimes(trigger, calendars, nowMs - 1, 1)[0], nowMs)].flat(),
      );
    case 'afterRule':
      return made(
        afterRuleEvents(
          endedRun(trigger.rule, trigger.result === 'failed' ? 'failed' : 'succeeded'),
          book,
          nowMs,
        ).events,
        [`AFTER.RUN: the number of the run of ${trigger.rule} is made up`],
      );
    case 'daemon':
      return made(daemonEvents(book, trigger.when, nowMs));
    case 'monitorFailed':
      return made(
        monitorFailedEvents(book, {
          rule: trigger.rule ?? rule.name,
          folder: '/',
          reason: 'a test',
          sinceMs: nowMs,
        }),
        ['MONITOR.FOLDER and EVENT.REASON are made up'],
      );
    case 'connectionFailed':
      return made(
        connectionFailedEvents(book, {
          connection: trigger.connection,
          failures: trigger.times,
          reason: 'a test',
          atMs: nowMs,
        }),
        ['EVENT.REASON is made up'],
      );
    case 'webhook':
      return made([], ['the values of a call are only those that --value gives']);
    case 'manual':
    case 'folder':
    case 'remote':
      return made([]);
  }
}

function plainEvent(rule: Rule, trigger: TriggerKind, nowMs: number): TriggerEvent {
  return { rule: rule.name, trigger, key: `${trigger}:${nowMs}`, occurredAtMs: nowMs, values: {} };
}

function endedRun(rule: string, state: 'succeeded' | 'failed'): Parameters<typeof afterRuleEvents>[0] {
  return { run: { id: 0, rule, isShadow: false, event: { values: {} } }, state, reason: 'a test' };
}

/** Whether the clock of the test shows a time at which the schedule runs. */
function scheduleGap(nextMs: number | undefined, nowMs: number): readonly string[] {
  if (nextMs === undefined) return ['the schedule has no time any more: the rule does not run by the clock'];
  if (nextMs === nowMs) return [];
  return [`the schedule runs next at ${new Date(nextMs).toISOString()}, not at the time of this test`];
}

function noSuchTrigger({ name, triggers }: Rule, kind: TriggerKind): TransferError {
  const kinds = [...new Set(triggers.map((each) => each.kind))];
  return new TransferError({
    code: 'REFUSED',
    lastCode: -1,
    phase: 'rule',
    message: `the rule ${name} has no trigger of the kind ${kind}`,
    side: 'us',
    advice: kinds.length === 0 ? 'Try it with --as-if manual.' : `It has: ${kinds.join(', ')}; and manual.`,
  });
}
