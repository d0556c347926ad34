import type { Migration } from './migration.js';

/** Version 2: what came of each change that the audit names. */
export const auditResults: Migration = {
  version: 2,
  statements: [
    `ALTER TABLE audits ADD COLUMN status INTEGER`,
    `ALTER TABLE audits ADD COLUMN error_code TEXT`,
  ],
};
