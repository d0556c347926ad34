import type { AccessStore } from './access-store.js';
import type { AlarmStore } from './alarm-store.js';
import type { EventStore } from './event-store.js';
import type { LedgerStore } from './ledger-store.js';
import type { PartnerStore } from './partner-store.js';
import type { RunStore } from './run-store.js';
import type { StoreUpkeep } from './store-upkeep.js';
import type { TransferStore } from './transfer-store.js';

/**
 * Durable facts. Every writing method resolves once its facts are on the disk (one transaction each; those that come
 * together are committed together) and rejects with a TransferError (STORE_FAILED, phase `store`), in which case none
 * of its facts are kept. Reading methods see everything that was resolved before.
 */
export interface Store {
  readonly runs: RunStore;
  readonly events: EventStore;
  readonly transfers: TransferStore;
  readonly ledger: LedgerStore;
  readonly partners: PartnerStore;
  readonly alarms: AlarmStore;
  readonly access: AccessStore;
  readonly upkeep: StoreUpkeep;
  /** True where this opening made it. */
  readonly isNew?: boolean;
  /** Waits for what is being written, then closes. Idempotent. */
  close(): Promise<void>;
}
