import type { RemoteEntry } from '../protocols/protocol-client.js';
import type { FlagValue } from '../settings/given-settings.js';
import { listEntries, statEntry } from './list-entries.js';
import { withSession } from './one-shot-session.js';
import {
  runOneShotTransfer,
  type TransferHooks,
  type TransferOrder,
  type TransferReport,
} from './one-shot-transfer.js';
import { nodeSurroundings, readSettings } from './surroundings.js';

export interface EngineOptions {
  /** Settings file; found as the command line finds it when absent. */
  readonly config?: string;
  /** Values above environment and file, by the names of the flags in camelCase: `{ retries: '0', tenthColumn: true }`. */
  readonly flags?: Readonly<Record<string, FlagValue | undefined>>;
  /** Default: the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Default: the process's working folder. */
  readonly workFolder?: string;
  /** Something a person should read. Default: nobody is told. */
  readonly warn?: (text: string) => void;
}

/** Moves files and looks at folders with one set of settings. Every rejection is a TransferError. */
export interface Engine {
  /** Moves files and writes the client log; what happened to each file stands in the report, not in a rejection. */
  transfer(order: TransferOrder, hooks?: Partial<TransferHooks>): Promise<TransferReport>;
  /** Rows of a folder in the server's order; `relativePath` counts from there. Memory stays flat. */
  list(location: string, options: ListingOptions): Promise<void>;
  stat(location: string, signal?: AbortSignal): Promise<RemoteEntry>;
}

export interface ListingOptions {
  readonly recursive?: boolean;
  readonly signal?: AbortSignal;
  /** Called for each row in turn, and awaited. */
  readonly entry: (entry: RemoteEntry, relativePath: string) => Promise<void> | void;
}

/** Reads the settings once. Rejects with SETTINGS_INVALID, all problems at once. */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const { warn = () => undefined, environment, workFolder, config, flags } = options;
  const surroundings = nodeSurroundings({
    warn,
    ...(environment === undefined ? {} : { environment }),
    ...(workFolder === undefined ? {} : { workFolder }),
  });
  const inForce = await readSettings({ ...flags, config: config ?? flags?.['config'] }, surroundings);
  return {
    transfer: (order, hooks = {}) =>
      runOneShotTransfer(order, inForce, surroundings, { signal: neverAborted(), ...hooks }),
    list: (location, { recursive = false, signal = neverAborted(), entry }) =>
      withSession(location, inForce, surroundings, signal, async ({ client, place }) => {
        const rows = listEntries(client, { path: place.path, recursive, signal, warn });
        for await (const row of rows) await entry(row.entry, row.relativePath);
      }),
    stat: (location, signal = neverAborted()) =>
      withSession(location, inForce, surroundings, signal, ({ client, place }) =>
        statEntry(client, place.path, signal),
      ),
  };
}

function neverAborted(): AbortSignal {
  return new AbortController().signal;
}
