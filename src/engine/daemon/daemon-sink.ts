import type { TransferError } from '../../core/transfer-error.js';
import { monitorFailedEvents } from '../../rules/triggers/house-events.js';
import type { TriggerEvent } from '../../rules/triggers/trigger-event.js';
import type { RunServices } from '../../runs/run-services.js';
import type { RunQueue } from '../../runs/run-queue.js';
import type { TriggerSink } from '../../trigger-sources/trigger-source.js';
import type { SourceStates } from './source-states.js';

export interface SinkParts {
  readonly services: RunServices;
  readonly queue: RunQueue;
  readonly states: SourceStates;
  readonly warn: (text: string) => void;
}

/** Facts of all triggers become runs; looks that fail become one alarm each, and events for rules that wait for that. */
export class DaemonSink implements TriggerSink {
  readonly #parts: SinkParts;

  constructor(parts: SinkParts) {
    this.#parts = parts;
  }

  async emit(events: readonly TriggerEvent[]): Promise<number> {
    const ids = await this.#parts.queue.createRuns(events);
    return ids.filter((id) => id !== undefined).length;
  }

  looked(rule: string, trigger: string): void {
    const { services, states } = this.#parts;
    // An alarm of the process before is over too.
    if (states.looked(rule, trigger)) void services.alarms.clear(causeOf(rule, trigger));
    services.live.publish({ type: 'trigger.looked', rule, trigger });
  }

  failed(rule: string, trigger: string, error: TransferError): void {
    const { services, states, queue } = this.#parts;
    if (error.code === 'STORE_FAILED') queue.storeFailed(error);
    if (!states.failed(rule, trigger, error)) return;
    services.live.publish({ type: 'trigger.failed', rule, trigger });
    void this.#tell(rule, trigger, error);
  }

  recovered(rule: string, trigger: string): void {
    const { services, states } = this.#parts;
    states.recovered(rule, trigger);
    services.live.publish({ type: 'trigger.recovered', rule, trigger });
    void services.alarms.clear(causeOf(rule, trigger));
  }

  /** What is not watched any more has no alarm, also of a process before. Rejects with STORE_FAILED. */
  async keepOnly(triggers: readonly { readonly rule: string; readonly trigger: string }[]): Promise<void> {
    const { services, states } = this.#parts;
    states.keepOnly(triggers);
    const causes = new Set(triggers.map(({ rule, trigger }) => causeOf(rule, trigger)));
    for (const { kind, cause } of await services.store.alarms.open()) {
      if (kind === 'folderFailed' && !causes.has(cause)) await services.alarms.clear(cause);
    }
  }

  /** Never rejects: what the store refuses is a warning, and the next failing look comes anyway. */
  async #tell(rule: string, trigger: string, error: TransferError): Promise<void> {
    const { services, states, queue, warn } = this.#parts;
    await services.alarms.raise({
      kind: 'folderFailed',
      cause: causeOf(rule, trigger),
      side: error.side,
      text: `rule ${rule} cannot look at what it watches: ${error.message}. ${error.advice}`,
    });
    const sinceMs = states.of(rule, trigger).failure?.sinceMs ?? services.platform.clock.now();
    const folder = trigger.slice(trigger.indexOf(':') + 1);
    const events = monitorFailedEvents(services.book(), { rule, folder, reason: error.message, sinceMs });
    await queue
      .createRuns(events)
      .catch((thrown: unknown) => warn(`no run was made for the failure: ${String(thrown)}`));
  }
}

function causeOf(rule: string, trigger: string): string {
  return `folderFailed:${rule}:${trigger}`;
}
