import type { TransferError } from '../core/transfer-error.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { TriggerSink } from './trigger-source.js';

/** Keeps what it is told; an event whose key it knows counts as none, as in the store. */
export class MemorySink implements TriggerSink {
  readonly events: TriggerEvent[] = [];
  readonly told: string[] = [];
  /** As long as this is set, nothing is taken. */
  refusal: TransferError | undefined;

  async emit(events: readonly TriggerEvent[]): Promise<number> {
    if (this.refusal !== undefined) throw this.refusal;
    const known = new Set(this.events.map(({ rule, key }) => `${rule} ${key}`));
    const fresh = events.filter(({ rule, key }) => !known.has(`${rule} ${key}`));
    this.events.push(...fresh);
    return fresh.length;
  }

  looked(rule: string, trigger: string): void {
    this.told.push(`looked ${rule} ${trigger}`);
  }

  failed(rule: string, trigger: string, error: TransferError): void {
    this.told.push(`failed ${rule} ${trigger} ${error.code}`);
  }

  recovered(rule: string, trigger: string): void {
    this.told.push(`recovered ${rule} ${trigger}`);
  }
}
