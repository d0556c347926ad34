import { resolve } from 'node:path';
import { storeOfSettings } from '../../engine/store/store-of-settings.js';
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.js';
import type { Retention } from '../../store/store-upkeep.js';
import type { Store } from '../../store/store.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession, type CommandSession } from '../command-session.js';

/** A command that works on the file of a store, without a daemon. */
export interface StoreCall {
  /** Absolute path. */
  readonly file: string;
  readonly retention: Retention;
  readonly nowMs: number;
  /** A path that the user named, absolute. */
  readonly pathOf: (text: string) => string;
  readonly open: (access: 'read' | 'write') => Promise<Store>;
  /** The answer: a line in words, or the facts for programs. */
  tell(words: readonly string[], facts: object): Promise<void>;
}

/** The store that `--store` names, else that of the settings. */
export async function storeCall(call: CommandCall, context: CommandContext): Promise<StoreCall> {
  const session = await openSession(call, context);
  const { inForce, surroundings } = session;
  const { platform, workFolder } = surroundings;
  const pathOf = (text: string) => resolve(workFolder, text);
  const named = call.flags['store'];
  const settings = storeOfSettings(inForce, surroundings);
  const file = typeof named === 'string' ? pathOf(named) : settings.file;
  return {
    file,
    retention: settings.retention,
    nowMs: platform.clock.now(),
    pathOf,
    open: (access) => openSqliteStore({ file, access, platform }),
    tell: (words, facts) => tell({ session, context }, words, { store: file, ...facts }),
  };
}

/** Opens the store, hands it to `use` and closes it whatever comes of that. */
export async function withStore<Result>(
  { open }: StoreCall,
  access: 'read' | 'write',
  use: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await open(access);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function tell(
  { session, context }: { readonly session: CommandSession; readonly context: CommandContext },
  words: readonly string[],
  facts: object,
): Promise<void> {
  const { format, isQuiet } = session;
  if (format !== 'words') await context.stdout.write(`${JSON.stringify({ schemaVersion: 1, ...facts })}\n`);
  else if (!isQuiet) await context.stdout.write(words.map((line) => `${line}\n`).join(''));
}
