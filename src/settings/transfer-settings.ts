import { DEFAULT_TRANSFER_OPTIONS, type TransferOptions } from '../transfers/transfer-options.js';
import type { GivenSettings } from './given-settings.js';
import { DEFAULT_ORIGIN, type Origin, type Sourced } from './origin.js';
import type { LoadedSettings } from './settings-file.js';
import { TRANSFER_KEYS, type TransferKey, type TransferSettings } from './transfer-schema.js';

/** Every transfer setting, with something in each place. */
export type TransferValues = {
  readonly [Key in Exclude<TransferKey, 'bandwidth' | 'ascii' | 'renameTo'>]-?: NonNullable<
    TransferSettings[Key]
  >;
} & {
  readonly ascii: readonly string[];
  readonly renameTo: string | undefined;
  readonly bandwidth: number | undefined;
};

export const DEFAULT_TRANSFER_VALUES: TransferValues = {
  overwrite: DEFAULT_TRANSFER_OPTIONS.overwrite,
  verify: DEFAULT_TRANSFER_OPTIONS.verify,
  keepTime: DEFAULT_TRANSFER_OPTIONS.keepTime,
  ascii: DEFAULT_TRANSFER_OPTIONS.asciiExtensions,
  renameTo: undefined,
  before: [],
  after: [],
  removeSkippedSource: DEFAULT_TRANSFER_OPTIONS.removeSkippedSource,
  missingSourceOk: false,
  timeout: 30_000,
  resume: DEFAULT_TRANSFER_OPTIONS.resume,
  retries: DEFAULT_TRANSFER_OPTIONS.retries,
  retryDelay: DEFAULT_TRANSFER_OPTIONS.retryDelayMs,
  retryBackoff: DEFAULT_TRANSFER_OPTIONS.retryBackoff,
  parallel: DEFAULT_TRANSFER_OPTIONS.parallel,
  bandwidth: undefined,
};

/** What is in force for one connection (or for none): flag, variable, connection, `transfers`, default. */
export function transferValues(
  given: GivenSettings,
  loaded: LoadedSettings,
  connection: TransferSettings = {},
): TransferValues {
  const values: Record<string, unknown> = { ...DEFAULT_TRANSFER_VALUES };
  for (const layer of [loaded.settings.transfers ?? {}, connection, given.values]) {
    for (const key of TRANSFER_KEYS) if (layer[key] !== undefined) values[key] = layer[key];
  }
  return values as unknown as TransferValues;
}

/** The same with the place that each value came from, for `config show --origin`. */
export function sourcedTransferValues(
  given: GivenSettings,
  loaded: LoadedSettings,
): readonly (Sourced<unknown> & { readonly key: TransferKey })[] {
  const values = transferValues(given, loaded);
  return TRANSFER_KEYS.map((key) => ({ key, value: values[key], origin: originOf(key, given, loaded) }));
}

function originOf(key: TransferKey, given: GivenSettings, loaded: LoadedSettings): Origin {
  const origin = given.originOf(key);
  if (origin !== undefined) return origin;
  return loaded.settings.transfers?.[key] === undefined
    ? DEFAULT_ORIGIN
    : loaded.originOf(['transfers', key]);
}

/** The options of a batch. `removeSource` makes it a move. */
export function transferOptions(values: TransferValues, removeSource: boolean): TransferOptions {
  return {
    overwrite: values.overwrite,
    verify: values.verify,
    removeSource,
    removeSkippedSource: values.removeSkippedSource,
    keepTime: values.keepTime,
    asciiExtensions: values.ascii,
    before: values.before,
    after: values.after,
    ...(values.renameTo === undefined ? {} : { renameTo: values.renameTo }),
    resume: values.resume,
    retries: values.retries,
    retryDelayMs: values.retryDelay,
    retryBackoff: values.retryBackoff,
    maxRetryDelayMs: Math.max(DEFAULT_TRANSFER_OPTIONS.maxRetryDelayMs, values.retryDelay),
    parallel: values.parallel,
    ...(values.bandwidth === undefined ? {} : { bandwidthBytesPerSecond: values.bandwidth }),
  };
}
