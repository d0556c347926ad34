import { parseLocation, showLocation } from '../core/location.js';
import type { Platform } from '../core/platform.js';
import { isLocalText, resolvePlace } from '../settings/resolve-place.js';
import { settingsError } from '../settings/settings-error.js';
import { transferOptions } from '../settings/transfer-settings.js';
import type { BatchRequest, BatchResult, PlannedFile } from '../transfers/batch-request.js';
import { runBatch } from '../transfers/batch.js';
import { PartialJournal } from '../transfers/partial-journal.js';
import { withLoggedBatches, type LoggedBatchHooks } from './logged-batches.js';
import type { SettingsInForce, Surroundings } from './surroundings.js';

/** One push or pull, as `tally copy`, `move` and `download` order it. */
export interface TransferOrder {
  /** What the user wrote: a local path, `connection:/path` or a URL. */
  readonly source: string;
  readonly destination: string;
  readonly verb: 'copy' | 'move' | 'download';
}

export interface TransferHooks extends Omit<LoggedBatchHooks, 'pools'> {
  /** Called once, when it is known what goes where and nothing has moved yet. */
  readonly resolved?: (request: BatchRequest) => void;
  /** Called for each file of a dry run, in order. */
  readonly planned?: (file: PlannedFile) => void;
}

export interface TransferReport {
  readonly request: BatchRequest;
  readonly result: BatchResult;
  /** Folder of the client log; undefined for a dry run, which writes none. */
  readonly logFolder: string | undefined;
}

/**
 * Runs one batch with its client log: the log is proven to be writable before anything moves, and every attempt
 * has its line before the next one begins. Rejects with a TransferError for what is wrong before the batch
 * (locations, settings, log folder); what happens in it stands in the result.
 */
export async function runOneShotTransfer(
  order: TransferOrder,
  inForce: SettingsInForce,
  surroundings: Pick<Surroundings, 'platform' | 'queryRegistry'>,
  hooks: TransferHooks,
): Promise<TransferReport> {
  const request = await batchRequest(order, inForce);
  hooks.resolved?.(request);
  if (request.dryRun)
    return { request, result: await planOnly(request, surroundings.platform, hooks), logFolder: undefined };
  const run = await withLoggedBatches(inForce, surroundings, async (batches) => ({
    logFolder: batches.logFolder,
    result: await batches.run(request, hooks),
  }));
  const { result, logFolder } = run.value;
  const stoppedBy = result.stoppedBy ?? run.closingError;
  return { request, logFolder, result: stoppedBy === undefined ? result : { ...result, stoppedBy } };
}

async function batchRequest(order: TransferOrder, inForce: SettingsInForce): Promise<BatchRequest> {
  refuseWrongSides(order);
  const { places, given } = inForce;
  const source = await resolvePlace(order.source, places);
  const destination = await resolvePlace(order.destination, places);
  const isDownload = source.place.endpoint.options.kind !== 'local';
  const { transfer } = isDownload ? source : destination;
  return {
    source: source.place,
    destination: destination.place,
    operation: isDownload ? 'download' : 'upload',
    recursive: given.values.recursive ?? false,
    missingSourceOk: transfer.missingSourceOk,
    dryRun: given.values.dryRun ?? false,
    transfer: transferOptions(transfer, order.verb === 'move'),
  };
}

/** A location as it may stand in a message: without the password. */
function showText(text: string): string {
  return showLocation(parseLocation(text));
}

/** Before any secret is fetched. */
function refuseWrongSides({ source, destination, verb }: TransferOrder): void {
  const sourceIsLocal = isLocalText(source);
  if (!sourceIsLocal && !isLocalText(destination)) {
    throw settingsError(
      { kind: 'location', text: `${verb} ${showText(source)} ${showText(destination)}` },
      'source and destination are both remote, which this version cannot do: download to a local folder first, then copy from there',
    );
  }
  if (verb === 'download' && sourceIsLocal) {
    throw settingsError(
      { kind: 'location', text: `download ${showText(source)}` },
      'the source is a local path, but download pulls from a host: use tally copy to push',
    );
  }
}

async function planOnly(
  request: BatchRequest,
  platform: Platform,
  { signal, observer, planned }: TransferHooks,
): Promise<BatchResult> {
  return runBatch(request, {
    platform,
    journal: PartialJournal.inMemory(platform),
    signal,
    // A dry run attempts nothing, so there is nothing to log.
    observer: { ...observer, attemptEnded: () => Promise.resolve() },
    ...(planned === undefined ? {} : { planned }),
  });
}
