import type { TransferError } from '../core/transfer-error.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';

/** Something that watches for facts: one for each trigger of each enabled rule. */
export interface TriggerSource {
  /** Begins to watch. Never rejects for what it watches: a folder that is gone is told to the sink. */
  start(): Promise<void>;
  /** Ends within a short time; nothing is emitted after it resolved. Idempotent. */
  stop(): Promise<void>;
  /** Looks now instead of at the next time; resolves when the look is over. */
  lookNow?(): Promise<void>;
}

/** Where the facts go. */
export interface TriggerSink {
  /** Resolves once the runs are in the store; an event whose key is known already makes none. How many were new. */
  emit(events: readonly TriggerEvent[]): Promise<number>;
  /** A look that found nothing new: counted, and feeds "no successful poll for N". */
  looked(rule: string, trigger: string): void;
  /** The watched thing cannot be looked at (a share that hangs or is gone, a partner that refuses). */
  failed(rule: string, trigger: string, error: TransferError): void;
  /** It can be looked at again. */
  recovered(rule: string, trigger: string): void;
}
