import { firstVersion } from './0001-first.js';
import { auditResults } from './0002-audit-results.js';
import type { Migration } from './migration.js';

/** All steps, oldest first; the last one leads to the version that this program works with. */
export const MIGRATIONS: readonly Migration[] = [firstVersion, auditResults];

export const NEWEST_VERSION = MIGRATIONS.at(-1)?.version ?? 0;
