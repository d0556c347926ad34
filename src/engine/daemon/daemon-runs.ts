import { nameUnknown } from '../../core/name-unknown.js';
import { TransferError } from '../../core/transfer-error.js';
import type { Rule } from '../../rules/rule.js';
import type { Cancelled, RunQueue } from '../../runs/run-queue.js';
import { planRetry, retryRun, type RunRetryPlan } from '../../runs/run-retry.js';
import type { RunServices } from '../../runs/run-services.js';
import type { DaemonRuns } from './daemon-face.js';
import { manualEvent } from './manual-event.js';

export interface DaemonRunsParts {
  readonly services: RunServices;
  readonly queue: RunQueue;
  readonly isDraining: () => boolean;
  /** Relative paths count from here. */
  readonly folder: () => string;
}

type RunOrder = Parameters<DaemonRuns['create']>[0];

/** Runs that people ask for. */
export class RunsOfDaemon implements DaemonRuns {
  readonly #parts: DaemonRunsParts;

  constructor(parts: DaemonRunsParts) {
    this.#parts = parts;
  }

  async create(order: RunOrder): Promise<number> {
    this.#refuseDraining();
    const rule = this.#rule(order.rule);
    const { services, folder } = this.#parts;
    const event = await manualEvent(rule, order, { platform: services.platform, folder: folder() });
    const [id] = await this.#parts.queue.createRuns([event], { askedBy: order.by });
    if (id !== undefined) return id;
    throw refused(`no run of ${rule.name} was made: the same event is known already`);
  }

  cancel(run: number): Promise<Cancelled> {
    return this.#parts.queue.cancel(run);
  }

  retryPlan(run: number): Promise<RunRetryPlan> {
    return planRetry(run, this.#parts.services);
  }

  retry(run: number, by: string): Promise<number> {
    this.#refuseDraining();
    return retryRun(run, this.#parts, by);
  }

  #refuseDraining(): void {
    if (this.#parts.isDraining()) throw refused('the daemon is draining: it begins nothing new');
  }

  #rule(name: string): Rule {
    const rule = this.#parts.services.book().rules.find((each) => each.name === name);
    if (rule === undefined) {
      throw nameUnknown(`there is no rule ${name}`, 'tally rules list shows the rules in force.');
    }
    if (!rule.enabled) throw refused(`the rule ${name} is disabled`);
    return rule;
  }
}

function refused(message: string): TransferError {
  return new TransferError({ code: 'REFUSED', lastCode: -1, phase: 'rule', message, side: 'us' });
}
