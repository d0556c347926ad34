import type { Platform } from '../../core/platform.js';
import type { Store } from '../store.js';
import { Endpoints } from './endpoints.js';
import { RuleNames } from './rule-names.js';
import { SqliteAccess } from './sqlite-access.js';
import { SqliteAlarms } from './sqlite-alarms.js';
import { SqliteEvents } from './sqlite-events.js';
import { SqliteLedger } from './sqlite-ledger.js';
import { SqlitePartners } from './sqlite-partners.js';
import { SqliteRuns } from './sqlite-runs.js';
import { SqliteTransfers } from './sqlite-transfers.js';
import { SqliteUpkeep } from './sqlite-upkeep.js';
import type { StoreFile } from './store-file.js';

/** All parts of a store on an open file of the newest version. */
export function sqliteStore(file: StoreFile, platform: Pick<Platform, 'files' | 'random'>): Store {
  const rules = new RuleNames(file);
  const endpoints = new Endpoints(file);
  return {
    runs: new SqliteRuns(file, rules),
    events: new SqliteEvents(file, rules),
    transfers: new SqliteTransfers(file, rules, endpoints),
    ledger: new SqliteLedger(file, rules),
    partners: new SqlitePartners(file),
    alarms: new SqliteAlarms(file),
    access: new SqliteAccess(file),
    upkeep: new SqliteUpkeep(file, rules, platform),
    close: () => file.close(),
  };
}
