import type { RuleBook } from '../rule-book.js';
import type { TriggerEvent } from './trigger-event.js';

/** A run at the moment in which it ends. */
export interface RunThatEnds {
  readonly run: {
    readonly id: number;
    readonly rule: string;
    readonly isShadow: boolean;
    /** As it is kept: a TriggerEvent. */
    readonly event: unknown;
  };
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'skipped';
  readonly reason: string;
}

export interface AfterRuleEvents {
  readonly events: readonly TriggerEvent[];
  /** Rules that would run after it, but are the end of a chain that is too long: an alarm. */
  readonly refused: readonly string[];
}

/** So many runs may follow one on the other; rules that run after each other in a circle end here. */
export const MAX_RUNS_IN_A_CHAIN = 16;

/**
 * The events of the rules that run after this one: the same each time it is asked for the same run, so that a crash
 * makes none twice. A run that was cancelled, left out or only tried (shadow) has none after it.
 */
export function afterRuleEvents(
  { run, state, reason }: RunThatEnds,
  book: Pick<RuleBook, 'rules'>,
  nowMs: number,
): AfterRuleEvents {
  if (run.isShadow || (state !== 'succeeded' && state !== 'failed')) return NONE;
  const names = book.rules
    .filter(({ enabled, triggers }) => enabled && triggers.some((trigger) => follows(trigger)))
    .map(({ name }) => name);
  const depth = chainDepth(run.event) + 1;
  if (depth > MAX_RUNS_IN_A_CHAIN) return { events: [], refused: names };
  const events = names.map((rule) => ({
    rule,
    trigger: 'afterRule' as const,
    key: `after:${run.id}`,
    occurredAtMs: nowMs,
    reason,
    values: {
      'AFTER.RULE': run.rule,
      'AFTER.RUN': String(run.id),
      'AFTER.RESULT': state,
      [DEPTH]: String(depth),
    },
  }));
  return { events, refused: [] };

  function follows(trigger: RuleBook['rules'][number]['triggers'][number]): boolean {
    if (trigger.kind !== 'afterRule' || trigger.rule !== run.rule) return false;
    return trigger.result === 'any' || trigger.result === state;
  }
}

const NONE: AfterRuleEvents = { events: [], refused: [] };

/** How many runs led to this event, one after another. */
const DEPTH = 'AFTER.DEPTH';

/** What an event hands on to the runs that it calls, so that calls in between do not make a circle endless. */
export function chainValues(event: unknown): Readonly<Record<string, string>> {
  const depth = chainDepth(event);
  return depth === 0 ? {} : { [DEPTH]: String(depth) };
}

function chainDepth(event: unknown): number {
  const { values } = (event ?? {}) as Partial<TriggerEvent>;
  const depth = Number(values?.[DEPTH] ?? 0);
  return Number.isInteger(depth) && depth > 0 ? depth : 0;
}
