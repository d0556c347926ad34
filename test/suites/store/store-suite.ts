import { LEDGER_CASES } from './ledger-cases.js';
import { EVENT_CASES, HOUSE_CASES, TRANSFER_CASES } from './other-cases.js';
import { RUN_CASES } from './run-cases.js';
import type { StoreCase } from './store-case.js';
import { UPKEEP_CASES } from './upkeep-cases.js';

/** The contract of src/store: any store passes all of it. */
export const STORE_SUITE: readonly StoreCase[] = [
  ...RUN_CASES,
  ...LEDGER_CASES,
  ...EVENT_CASES,
  ...TRANSFER_CASES,
  ...HOUSE_CASES,
  ...UPKEEP_CASES,
];
