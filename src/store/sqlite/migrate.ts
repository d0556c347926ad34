import type { Migration } from './migrations/migration.js';
import { MIGRATIONS, NEWEST_VERSION } from './migrations/migrations.js';
import { storeFailure } from './store-error.js';
import type { StoreFile } from './store-file.js';

/** Marks a SQLite file as a store of ours, so that no other program's file is taken for one. */
export const APPLICATION_ID = 0x54_61_6c_79;

/** The version of the store; 0 for an empty file. Throws STORE_DAMAGED for a file that is none of ours. */
export function versionOf(store: StoreFile): number {
  return store.guard(() => {
    const version = numberOf(store, 'user_version');
    const id = numberOf(store, 'application_id');
    if (id === APPLICATION_ID) return version;
    const isEmpty = store.database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
    if (isEmpty && version === 0 && id === 0) return 0;
    throw storeFailure(store.path, {
      code: 'STORE_DAMAGED',
      problem: 'this is a SQLite file of another program',
      advice: 'Name another file by store.file in the settings; nothing was changed in this one.',
    });
  });
}

/** Brings the store to the newest version, step by step, each whole or not at all. Gives the version it had before. */
export function migrate(store: StoreFile): number {
  const before = versionOf(store);
  throwIfNewer(store, before);
  for (const migration of MIGRATIONS)
    if (migration.version > before) store.guard(() => step(store, migration));
  return before;
}

/** Throws unless the store is of the version that this program reads. */
export function expectNewest(store: StoreFile): void {
  const version = versionOf(store);
  throwIfNewer(store, version);
  if (version === NEWEST_VERSION) return;
  throw storeFailure(store.path, {
    code: 'STORE_OUTDATED',
    problem: `it is of version ${version}, and this program reads version ${NEWEST_VERSION}`,
  });
}

function throwIfNewer(store: StoreFile, version: number): void {
  if (version <= NEWEST_VERSION) return;
  throw storeFailure(store.path, {
    code: 'STORE_DAMAGED',
    problem: `it is of version ${version}, which is newer than this program (version ${NEWEST_VERSION})`,
    advice: 'Use the newer program, or restore a back-up that was made before it was brought up to date.',
  });
}

function step({ database }: StoreFile, { version, statements }: Migration): void {
  database
    .transaction(() => {
      for (const sql of statements) database.exec(sql);
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${version}`);
    })
    .immediate();
}

function numberOf({ database }: StoreFile, name: string): number {
  return Number(database.pragma(name, { simple: true }));
}
