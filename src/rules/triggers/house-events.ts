import type { RuleBook } from '../rule-book.js';
import type { TriggerEvent } from './trigger-event.js';
import type { Trigger } from './trigger.js';

/** What happens within the house: events for the enabled rules that wait for it, in the order of the book. */

/** The daemon has started, or is about to stop. */
export function daemonEvents(
  book: Pick<RuleBook, 'rules'>,
  when: 'started' | 'stopped',
  nowMs: number,
): readonly TriggerEvent[] {
  return rulesWith(book, (trigger) => trigger.kind === 'daemon' && trigger.when === when).map((rule) => ({
    rule,
    trigger: 'daemon',
    key: `daemon:${when}:${nowMs}`,
    occurredAtMs: nowMs,
    reason: `the daemon ${when === 'started' ? 'has started' : 'is stopping'}`,
    values: {},
  }));
}

/** A folder or a partner's folder that cannot be watched any more. */
export interface FailedMonitor {
  readonly rule: string;
  /** As the settings name it. */
  readonly folder: string;
  /** Why, without a final full stop. */
  readonly reason: string;
  readonly sinceMs: number;
}

/** A rule whose own folder fails is told too, if it waits for that. */
export function monitorFailedEvents(
  book: Pick<RuleBook, 'rules'>,
  failed: FailedMonitor,
): readonly TriggerEvent[] {
  const waiting = rulesWith(
    book,
    (trigger) =>
      trigger.kind === 'monitorFailed' && (trigger.rule === undefined || trigger.rule === failed.rule),
  );
  return waiting.map((rule) => ({
    rule,
    trigger: 'monitorFailed',
    key: `monitor:${failed.rule}:${failed.folder}:${failed.sinceMs}`,
    occurredAtMs: failed.sinceMs,
    reason: failed.reason,
    values: { 'MONITOR.RULE': failed.rule, 'MONITOR.FOLDER': failed.folder },
  }));
}

/** A connection as a whole that failed once more. */
export interface FailedConnection {
  readonly connection: string;
  /** One after another. */
  readonly failures: number;
  /** Why the last one, without a final full stop. */
  readonly reason: string;
  readonly atMs: number;
}

/** Once for each row of failures: when it has become as long as the trigger says. */
export function connectionFailedEvents(
  book: Pick<RuleBook, 'rules'>,
  failed: FailedConnection,
): readonly TriggerEvent[] {
  const waiting = rulesWith(
    book,
    (trigger) =>
      trigger.kind === 'connectionFailed' &&
      trigger.connection === failed.connection &&
      trigger.times === failed.failures,
  );
  return waiting.map((rule) => ({
    rule,
    trigger: 'connectionFailed',
    key: `connection:${failed.connection}:${failed.failures}:${failed.atMs}`,
    occurredAtMs: failed.atMs,
    reason: failed.reason,
    values: { 'CONNECTION.NAME': failed.connection, 'CONNECTION.FAILURES': String(failed.failures) },
  }));
}

function rulesWith(book: Pick<RuleBook, 'rules'>, waits: (trigger: Trigger) => boolean): readonly string[] {
  return book.rules
    .filter(({ enabled, triggers }) => enabled && triggers.some(waits))
    .map(({ name }) => name);
}
