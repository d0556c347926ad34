import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { Platform } from '../../core/platform.js';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import { APPLICATION_ID } from './migrate.js';
import { storeError, storeFailure } from './store-error.js';
import type { StoreFile } from './store-file.js';

type Outside = Pick<Platform, 'files' | 'random'>;

/** Where the header of a SQLite file names the program that it belongs to. */
const APPLICATION_ID_AT = 68;
const HEADER_BYTES = 100;

/** Copies the store while it is in use, checks the copy and gives it its name. */
export async function backUp(store: StoreFile, target: string, outside: Outside): Promise<void> {
  const { files, random } = outside;
  await expectReplaceable(store, target, outside);
  const temporary = `${target}.${random.token(8)}.part`;
  try {
    const made = await files.open(temporary, 'create', { isPrivate: true });
    await made.close();
    await copyTo(temporary, store);
    checkCopy(temporary);
    await syncFile(temporary, outside);
    await files.rename(temporary, target);
    await files.syncFolder(dirname(target));
  } catch (error) {
    await removeQuietly(temporary, outside);
    throw backupError(error, target);
  }
}

/** Beside the process that writes, one transaction holds still what is copied: else each of its commits begins anew. */
async function copyTo(path: string, { database, access }: StoreFile): Promise<void> {
  if (access === 'write') {
    await database.backup(path);
    return;
  }
  database.exec('BEGIN');
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    await database.backup(path);
  } finally {
    database.exec('COMMIT');
  }
}

/** An older back-up may be replaced, nothing else, and never the store that is copied. */
async function expectReplaceable(store: StoreFile, target: string, { files }: Outside): Promise<void> {
  const present = await files.stat(target).catch(() => undefined);
  if (present === undefined) return;
  const own = await files.stat(store.path).catch(() => undefined);
  // Looked at before it is opened: closing a file lets go of SQLite's locks on it.
  if (own?.identity === present.identity) throw refusal(target, 'this is the store itself');
  if (present.kind !== 'file') throw refusal(target, 'this is no file');
  const file = await files.open(target, 'read');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const length = await file.read(header, 0);
    const isOurs = length === HEADER_BYTES && header.readUInt32BE(APPLICATION_ID_AT) === APPLICATION_ID;
    if (!isOurs) throw refusal(target, 'a file stands there that is no back-up of a store');
  } finally {
    await file.close();
  }
}

function refusal(target: string, problem: string): TransferError {
  return storeFailure(target, {
    code: 'ALREADY_EXISTS',
    problem: `${problem}, so it is not replaced`,
    advice: 'Name another file for the back-up.',
  });
}

/** Throws STORE_DAMAGED for a copy that is not sound. */
function checkCopy(path: string): void {
  const copy = new Database(path);
  try {
    // One file by itself, without a log beside it.
    copy.pragma('journal_mode = DELETE');
    const problems = copy.pragma('quick_check(1)', { simple: true });
    if (problems !== 'ok') {
      throw storeFailure(path, {
        code: 'STORE_DAMAGED',
        problem: `the copy is not sound: ${printable(String(problems))}`,
        advice: 'Check the store itself: tally db check.',
      });
    }
  } finally {
    copy.close();
  }
}

async function syncFile(path: string, { files }: Outside): Promise<void> {
  const file = await files.open(path, 'update');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function removeQuietly(path: string, { files }: Outside): Promise<void> {
  for (const each of [path, `${path}-journal`, `${path}-wal`, `${path}-shm`])
    await files.remove(each).catch(() => undefined);
}

/** A failure of the disk names its cause; one of SQLite what it says. */
function backupError(error: unknown, target: string): TransferError {
  const errno = (error as NodeJS.ErrnoException).code;
  if (error instanceof TransferError || errno === undefined || errno.startsWith('SQLITE'))
    return storeError(error, target);
  return storeFailure(target, {
    code: 'STORE_FAILED',
    problem: `the back-up cannot be written (${errno})`,
    advice: 'Check that the folder is there, its rights and its free space.',
    cause: error,
  });
}
