import type { Platform } from '../../core/platform.js';
import { TransferError } from '../../core/transfer-error.js';
import { openScratchStore } from '../../store/sqlite/open-scratch-store.js';
import type { Store } from '../../store/store.js';

/** What a rehearsal has for a store: it reads what the real one knows, and writes to memory. */
export interface RehearsalStore {
  readonly store: Store;
  /** What the real one could not tell, as sentences. */
  readonly gaps: readonly string[];
}

export interface RehearsalStoreOptions {
  /** Absolute path of the real one. */
  readonly file: string;
  readonly platform: Platform;
  readonly openStore: (file: string, access: 'read') => Promise<Store>;
}

/** Rejects with STORE_DAMAGED and STORE_FAILED; without a store, or with an older one, nothing counts as done before. */
export async function openRehearsalStore(options: RehearsalStoreOptions): Promise<RehearsalStore> {
  const { platform } = options;
  const scratch = openScratchStore(platform);
  try {
    const known = await readKnown(options);
    if (!('store' in known)) return { store: scratch, gaps: [known.gap] };
    await takeOver(known.store, scratch);
    return { store: overlay(known.store, scratch), gaps: [] };
  } catch (error) {
    await scratch.close();
    throw error;
  }
}

async function readKnown({
  file,
  openStore,
}: RehearsalStoreOptions): Promise<{ readonly store: Store } | { readonly gap: string }> {
  try {
    return { store: await openStore(file, 'read') };
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    if (error.code === 'NOT_FOUND') {
      return { gap: 'no daemon has run with this state folder yet, so no file counts as taken or delivered' };
    }
    if (error.code !== 'STORE_OUTDATED') throw error;
    return {
      gap: `what was taken and delivered before: ${error.message}; the next start of the daemon brings it up to date`,
    };
  }
}

/** What decides over connections and files, and is small. */
async function takeOver(known: Store, scratch: Store): Promise<void> {
  for (const park of await known.partners.parks()) await scratch.partners.park(park);
  for (const breaker of await known.partners.breakers()) await scratch.partners.setBreaker(breaker);
  for (const file of await known.runs.quarantined()) await scratch.runs.quarantine(file);
}

function overlay(known: Store, scratch: Store): Store {
  const { events, ledger } = known;
  return {
    runs: scratch.runs,
    transfers: scratch.transfers,
    partners: scratch.partners,
    alarms: scratch.alarms,
    access: scratch.access,
    upkeep: scratch.upkeep,
    events: {
      unknown: (rule, keys, nowMs) => events.unknown(rule, keys, nowMs),
      triggerState: (rule, trigger) => events.triggerState(rule, trigger),
      know: (rule, keys, nowMs) => scratch.events.know(rule, keys, nowMs),
      takeNonce: (hook, nonce, nowMs) => scratch.events.takeNonce(hook, nonce, nowMs),
      setTriggerState: (rule, trigger, state) => scratch.events.setTriggerState(rule, trigger, state),
    },
    ledger: {
      claim: (key, claim) => scratch.ledger.claim(key, claim),
      settle: (id, facts) => scratch.ledger.settle(id, facts),
      ofTarget: (rule, target) => ledger.ofTarget(rule, target),
      ofRun: (run) => scratch.ledger.ofRun(run),
      find: (filter) => ledger.find(filter),
    },
    close: async () => {
      await known.close();
      await scratch.close();
    },
  };
}
