import { TransferError } from '../core/transfer-error.js';
import type { Rule } from '../rules/rule.js';
import { chainValues } from '../rules/triggers/after-rule.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { NewRun, RunRecord } from '../store/run-store.js';
import type { ActionEnd } from './action-context.js';
import { runOf } from './create-runs.js';
import { ruleOf } from './frozen-rules.js';
import type { RunEnd } from './run-ending.js';
import type { SubRunOrder } from './run-in-hand.js';
import type { RunLeases } from './run-leases.js';
import type { RunServices } from './run-services.js';
import { hasEnded } from './run-state.js';

const KEY_PREFIX = 'call:';
const MAX_DEPTH = 16;

/** The queue never begins such a run by itself: its caller does. */
export const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** True for a run that an action of another run called and waits for. */
export function isSubRun(run: Pick<RunRecord, 'eventKey'>): boolean {
  return run.eventKey.startsWith(KEY_PREFIX);
}

/** Works on a claimed sub-run to its end. */
export type WorkOn = (run: RunRecord) => Promise<RunEnd>;

/**
 * A called rule as a run of its own, on the seat of its caller. Its key is the step that calls, so a caller that goes
 * on after a crash finds the same sub-run again instead of making a second one.
 */
export class SubRuns {
  readonly #services: RunServices;
  readonly #leases: RunLeases;

  constructor(services: RunServices, leases: RunLeases) {
    this.#services = services;
    this.#leases = leases;
  }

  /** Rejects RULE_NOT_CALLABLE, and with STORE_FAILED. */
  async call(caller: RunRecord, order: SubRunOrder, workOn: WorkOn): Promise<ActionEnd> {
    const rule = await this.#callable(caller, order);
    const run = await this.#runOf(caller, order, rule);
    if (hasEnded(run.state)) return endOfEnded(run);
    const claimed = await this.#claim(run);
    if (claimed === undefined) throw notCallable(`run ${run.id} of rule ${rule.name} is in other hands`);
    return endOf(claimed, await workOn(claimed));
  }

  async #callable(caller: RunRecord, { rule: name }: SubRunOrder): Promise<Rule> {
    const rule = ruleOf(this.#services.book(), name);
    if (rule === undefined) throw notCallable(`there is no rule ${name} to call`);
    if (!rule.enabled) throw notCallable(`rule ${name} is disabled`);
    const callers = await this.#callers(caller);
    if (callers.includes(name)) {
      throw notCallable(`rule ${name} would call itself: ${[...callers, name].join(' calls ')}`);
    }
    if (callers.length >= MAX_DEPTH) throw notCallable(`more than ${MAX_DEPTH} rules call each other`);
    return rule;
  }

  /** The rules that led here, the first caller in front. */
  async #callers(caller: RunRecord): Promise<readonly string[]> {
    const callers = [caller.rule];
    let run: RunRecord | undefined = caller;
    while (run !== undefined && isSubRun(run) && run.parentRun !== undefined) {
      run = await this.#services.store.runs.get(run.parentRun);
      if (run !== undefined) callers.unshift(run.rule);
    }
    return callers;
  }

  async #runOf(caller: RunRecord, order: SubRunOrder, rule: Rule): Promise<RunRecord> {
    const { runs } = this.#services.store;
    const run = this.#newRun(caller, order, rule);
    const known = await runs.ofEvent(rule.name, run.eventKey);
    if (known !== undefined) return known;
    const [id] = await runs.create([run]);
    const made = id === undefined ? undefined : await runs.get(id);
    if (made === undefined) throw notCallable(`the sub-run of step ${order.step} is gone from the store`);
    this.#services.live.publish({ type: 'run.created', run: made.id, rule: rule.name });
    return made;
  }

  #newRun(caller: RunRecord, order: SubRunOrder, rule: Rule): NewRun {
    const createdMs = this.#services.platform.clock.now();
    const { file } = caller.event as TriggerEvent;
    const event: TriggerEvent = {
      rule: rule.name,
      trigger: 'manual',
      key: `${KEY_PREFIX}${caller.id}:${order.step}`,
      occurredAtMs: createdMs,
      ...(file === undefined ? {} : { file }),
      values: { ...chainValues(caller.event), ...order.values },
    };
    return {
      ...runOf(rule, event),
      state: 'waiting',
      isShadow: caller.isShadow || rule.shadow,
      createdMs,
      notBeforeMs: NEVER_MS,
      parentRun: caller.id,
    };
  }

  #claim(run: RunRecord): Promise<RunRecord | undefined> {
    return run.state === 'waiting' ? this.#leases.claim(run.id) : this.#leases.takeOver(run);
  }
}

function endOf(run: RunRecord, end: RunEnd): ActionEnd {
  switch (end.kind) {
    case 'lost':
      throw end.error;
    case 'givenBack':
      return {
        kind: 'postponed',
        reason: `run ${run.id} of rule ${run.rule}: ${end.reason}`,
        ...(end.untilMs === undefined ? {} : { untilMs: end.untilMs }),
        ...(end.why === 'log' ? { for: 'log' } : end.untilMs === undefined ? { for: 'release' } : {}),
      };
    case 'ended':
      return endOfEnded({
        ...run,
        state: end.state,
        reason: end.reason,
        ...(end.error === undefined ? {} : { errorCode: end.error.code }),
      });
  }
}

function endOfEnded(run: RunRecord): ActionEnd {
  const text = `run ${run.id} of rule ${run.rule}: ${run.reason ?? run.state}`;
  const detail = { run: run.id };
  if (run.state === 'succeeded' || run.state === 'skipped') return { kind: 'succeeded', text, detail };
  const error = new TransferError({
    code: run.state === 'cancelled' ? 'CANCELLED' : (run.errorCode ?? 'RULE_FAILED'),
    lastCode: -1,
    phase: 'action',
    message: text,
  });
  return { kind: 'failed', error, detail };
}

function notCallable(message: string): TransferError {
  return new TransferError({ code: 'RULE_NOT_CALLABLE', lastCode: -1, phase: 'action', message });
}
