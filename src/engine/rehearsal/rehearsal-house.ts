import { TransferError } from '../../core/transfer-error.js';
import type { Platform } from '../../core/platform.js';
import { AttemptBook } from '../../runs/attempt-book.js';
import { LiveEventsHub } from '../../runs/live-events-hub.js';
import { MovingFiles } from '../../runs/moving-files.js';
import { PartnerGuardOfStore } from '../../runs/partner-guard-of-store.js';
import { PlaceBookOfSettings } from '../../runs/place-book-of-settings.js';
import type { LineLog, OutsideWorld, RunServices } from '../../runs/run-services.js';
import { logFolder } from '../../settings/client-log-settings.js';
import { connectionMark } from '../../settings/connection-mark.js';
import { ConnectionBudgets } from '../../transfers/connection-budgets.js';
import { LeftoverRounds } from '../../transfers/leftover-rounds.js';
import { PartialJournal } from '../../transfers/partial-journal.js';
import { ServerMemory } from '../../transfers/server-memory.js';
import { secretFetcher } from '../daemon/secret-fetcher.js';
import type { House } from '../daemon/house.js';
import { storeFile, type RuleSettings } from '../daemon/rule-settings.js';
import type { Surroundings } from '../surroundings.js';
import { movedClock } from './moved-clock.js';
import { readingFiles } from './reading-files.js';
import { rehearsalBook } from './rehearsal-rules.js';
import { openRehearsalStore, type RehearsalStoreOptions } from './rehearsal-store.js';

/** What runs need, made so that nothing can be changed: files are read only, and all facts go to memory. */
export interface RehearsalHouse extends Pick<House, 'services' | 'logFolder' | 'settings'> {
  /** What could not be learnt, as sentences. */
  readonly gaps: readonly string[];
  close(): Promise<void>;
}

export interface RehearsalHouseOptions {
  readonly settings: RuleSettings;
  readonly surroundings: Surroundings;
  readonly openStore: RehearsalStoreOptions['openStore'];
  /** The clock of the rules shows this much more than the real one; that of connections is the real one. */
  readonly clockOffsetMs: number;
}

/** Rejects with STORE_DAMAGED, STORE_FAILED and what the settings are wrong about. */
export async function openRehearsalHouse(options: RehearsalHouseOptions): Promise<RehearsalHouse> {
  const { settings, surroundings, clockOffsetMs } = options;
  const real: Platform = {
    ...surroundings.platform,
    files: readingFiles(surroundings.platform.files),
  };
  const platform: Platform = { ...real, clock: movedClock(real.clock, clockOffsetMs) };
  // The real store is looked at with the real files: SQLite does not ask ours.
  const { store, gaps } = await openRehearsalStore({
    file: storeFile(settings),
    platform: surroundings.platform,
    openStore: options.openStore,
  });
  const services = await servicesOver({ settings, surroundings, platform, real, store });
  return {
    services,
    logFolder: logFolder(settings.inForce.places).value,
    settings: () => settings,
    gaps,
    close: async () => {
      await services.closePlaces();
      await store.close();
    },
  };
}

interface Parts {
  readonly settings: RuleSettings;
  readonly surroundings: Surroundings;
  readonly platform: Platform;
  /** With the real clock. */
  readonly real: Platform;
  readonly store: RunServices['store'];
}

async function servicesOver(
  parts: Parts,
): Promise<RunServices & { readonly closePlaces: () => Promise<void> }> {
  const { settings, surroundings, platform, real, store } = parts;
  const live = new LiveEventsHub(platform.clock, (error) => surroundings.warn(String(error)));
  const memory = ServerMemory.inMemory(platform);
  const budgets = new ConnectionBudgets(real, memory);
  const guard = await PartnerGuardOfStore.open({
    platform: real,
    partners: store.partners,
    alarms: SILENT_ALARMS,
    live,
    markOf: (connection) => connectionMark(connection, settings.inForce.loaded),
  });
  const places = () => settings.inForce.places;
  const placeBook = new PlaceBookOfSettings(places, real, budgets, guard);
  const book = rehearsalBook(settings.book);
  return {
    platform,
    store,
    book: () => book,
    places,
    placeBook,
    journal: PartialJournal.inMemory(platform),
    memory,
    budgets,
    rounds: new LeftoverRounds(platform.clock),
    attempts: new AttemptBook(store.transfers, NO_LOG, live, { attempts: 'all' }),
    guard,
    alarms: SILENT_ALARMS,
    live,
    outside: NOBODY_OUTSIDE,
    digests: { add: () => refuse('a mail') },
    moving: new MovingFiles(),
    secretOf: secretFetcher(() => settings.inForce),
    closePlaces: () => placeBook.close(),
  };
}

const NO_LOG: LineLog = {
  append: () => refuse('a line of the log'),
  prove: () => refuse('a line of the log'),
};

const SILENT_ALARMS: RunServices['alarms'] = { raise: async () => undefined, clear: async () => undefined };

/** Actions of a shadow run ask nobody; should one do so, the test says it. */
const NOBODY_OUTSIDE: OutsideWorld = {
  programs: { run: () => refuse('a program') },
  mail: { send: () => refuse('a mail') },
  systemLog: { write: () => refuse('a line of the system log') },
  http: { send: () => refuse('a request') },
};

async function refuse(what: string): Promise<never> {
  throw new TransferError({
    code: 'REFUSED',
    lastCode: -1,
    phase: 'action',
    message: `nothing is done while a rule is tested: ${what} was about to leave`,
  });
}
