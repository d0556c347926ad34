import { ClientLogWriter } from '../../client-log/client-log-writer.js';
import { AttemptBook } from '../../runs/attempt-book.js';
import { AlarmsOfStore } from '../../runs/alarms-of-store.js';
import { LiveEventsHub } from '../../runs/live-events-hub.js';
import { MailDigests } from '../../runs/mail-digests.js';
import { MovingFiles } from '../../runs/moving-files.js';
import { PartnerGuardOfStore } from '../../runs/partner-guard-of-store.js';
import { PlaceBookOfSettings } from '../../runs/place-book-of-settings.js';
import type { OutsideWorld, RunServices } from '../../runs/run-services.js';
import type { RuleBook } from '../../rules/rule-book.js';
import { clientLogOptions, stateFolder, tenthColumn } from '../../settings/client-log-settings.js';
import { connectionMark } from '../../settings/connection-mark.js';
import type { Alarm } from '../../store/alarm-store.js';
import type { Store } from '../../store/store.js';
import { ConnectionBudgets } from '../../transfers/connection-budgets.js';
import { LeftoverRounds } from '../../transfers/leftover-rounds.js';
import { PartialJournal } from '../../transfers/partial-journal.js';
import { ServerMemory } from '../../transfers/server-memory.js';
import { createHttpSender } from '../platform/node-http-sender.js';
import { createNodeMail } from '../platform/node-mail.js';
import { createNodePrograms } from '../platform/node-programs.js';
import { createSystemLog } from '../platform/node-system-log.js';
import type { SettingsInForce, Surroundings } from '../surroundings.js';
import { secretFetcher } from './secret-fetcher.js';
import { CountedLog } from './counted-log.js';
import { storeFile, type RuleSettings } from './rule-settings.js';

/**
 * Everything that runs share, open and ready: made once in a process, by the daemon or for one `tally rules run`. The
 * settings in force can be replaced while it stands; what is open for runs under way stays open.
 */
export interface House {
  readonly services: RunServices;
  readonly guard: PartnerGuardOfStore;
  readonly log: CountedLog;
  readonly logFolder: string;
  readonly storeFile: string;
  settings(): RuleSettings;
  /** Later runs go by these; sessions of changed connections are made anew. */
  replaceSettings(settings: RuleSettings): Promise<void>;
  /** Open alarms that only this process knows of, because the store did not take them. */
  unkeptAlarms(): readonly Alarm[];
  /** Closes everything, in the order in which it needs each other. Rejects with what could not be written. */
  close(): Promise<void>;
}

export interface HouseParts {
  readonly settings: RuleSettings;
  readonly surroundings: Surroundings;
  readonly openStore: (file: string) => Promise<Store>;
  /** In place of the real ones, for rehearsals. */
  readonly outside?: OutsideWorld;
}

/**
 * Opens store, log, journal and all else. The lines that a killed process did not write are in the log when it resolves.
 * Rejects with STORE_BUSY, STORE_FAILED, STORE_DAMAGED, CLIENT_LOG_FAILED or what the state folder says.
 */
export async function openHouse(parts: HouseParts): Promise<House> {
  const opened: { close(): Promise<void> }[] = [];
  try {
    return await openAll(parts, opened);
  } catch (error) {
    // What made it fail is told; a second failure of closing adds nothing.
    for (const each of opened.reverse()) await each.close().catch(() => undefined);
    throw error;
  }
}

async function openAll(parts: HouseParts, opened: { close(): Promise<void> }[]): Promise<House> {
  const { surroundings } = parts;
  const { platform, warn } = surroundings;
  let settings = parts.settings;
  const { places } = settings.inForce;
  const file = storeFile(settings);
  const store = await parts.openStore(file);
  opened.push(store);
  const { log, options } = await openLog(settings.inForce, surroundings);
  opened.push(log);
  const folder = stateFolder(places).value;
  const journal = await PartialJournal.open(platform, folder);
  opened.push(journal);
  const memory = await ServerMemory.open(platform, folder);
  opened.push(memory);
  const live = new LiveEventsHub(platform.clock, (error) =>
    warn(`a listener of live events failed: ${String(error)}`),
  );
  const attempts = new AttemptBook(store.transfers, log, live, options);
  await attempts.catchUp();
  opened.push(attempts);
  const book = (): RuleBook => settings.book;
  const secretOf = secretFetcher(() => settings.inForce);
  const outside = parts.outside ?? realOutside(surroundings, secretOf);
  const alarms = new AlarmsOfStore({ platform, store, live, mail: outside.mail, book, warn });
  await alarms.start();
  opened.push({ close: () => alarms.stop() });
  const digests = new MailDigests({ platform, store: store.events, mail: outside.mail, book, warn });
  await digests.start();
  opened.push({ close: () => digests.stop() });
  const budgets = new ConnectionBudgets(platform, memory);
  const markOf = (connection: string) => connectionMark(connection, settings.inForce.loaded);
  const guard = await PartnerGuardOfStore.open({ platform, partners: store.partners, alarms, live, markOf });
  const placeBook = new PlaceBookOfSettings(() => settings.inForce.places, platform, budgets, guard);
  opened.push(placeBook);
  const services: RunServices = {
    platform,
    store,
    book,
    places: () => settings.inForce.places,
    placeBook,
    journal,
    memory,
    budgets,
    rounds: new LeftoverRounds(platform.clock),
    attempts,
    guard,
    alarms,
    live,
    outside,
    digests,
    moving: new MovingFiles(),
    secretOf,
  };
  return {
    services,
    guard,
    log,
    logFolder: options.folder,
    storeFile: file,
    settings: () => settings,
    replaceSettings: async (changed) => {
      settings = changed;
      await placeBook.renew();
    },
    unkeptAlarms: () => alarms.unkept(),
    close: () => closeAll(opened),
  };
}

async function openLog(inForce: SettingsInForce, { platform, queryRegistry }: Surroundings) {
  const { value } = await tenthColumn(inForce.places, queryRegistry);
  const options = clientLogOptions(inForce.places, value);
  const writer = new ClientLogWriter(platform, options);
  await writer.open();
  return { log: new CountedLog(writer), options };
}

function realOutside(
  { platform, environment, commands }: Surroundings,
  secretOf: RunServices['secretOf'],
): OutsideWorld {
  return {
    programs: createNodePrograms(platform.clock, environment, commands),
    mail: createNodeMail({ dialer: platform.dialer, files: platform.files, secretOf }),
    systemLog: createSystemLog(platform.host.os, commands),
    http: createHttpSender(),
  };
}

/** The last opened first. All are closed; the first failure is told. */
async function closeAll(opened: readonly { close(): Promise<void> }[]): Promise<void> {
  const failures: unknown[] = [];
  for (const each of opened.toReversed()) await each.close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
