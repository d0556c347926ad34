import { ClientLogWriter } from '../client-log/client-log-writer.js';
import type { Platform } from '../core/platform.js';
import { asTransferError, type TransferError } from '../core/transfer-error.js';
import { clientLogOptions, stateFolder, tenthColumn } from '../settings/client-log-settings.js';
import type { BatchRequest, BatchResult } from '../transfers/batch-request.js';
import { runBatch } from '../transfers/batch.js';
import { ConnectionBudgets } from '../transfers/connection-budgets.js';
import { PartialJournal } from '../transfers/partial-journal.js';
import { ServerMemory } from '../transfers/server-memory.js';
import type { SessionPools } from '../transfers/session-pools.js';
import type { EndedAttempt, FileObserver } from '../transfers/transfer-observer.js';
import type { SettingsInForce, Surroundings } from './surroundings.js';

export interface LoggedBatchHooks {
  /** Abort = begin no further file; finish or roll back those under way. */
  readonly signal: AbortSignal;
  readonly observer?: FileObserver;
  /** An attempt has ended and has its line. */
  readonly attemptLogged?: (attempt: EndedAttempt) => void;
  /** Sessions to use and to leave open for the next batch. */
  readonly pools?: SessionPools;
}

/** Batches whose attempts go into one client log and whose temporary files into one journal. */
export interface LoggedBatches {
  /** Folder of the client log. */
  readonly logFolder: string;
  /** How many sessions each partner bears, over all batches. */
  readonly budgets: ConnectionBudgets;
  /** Never rejects for what happens to files and connections: read the result. */
  run(request: BatchRequest, hooks: LoggedBatchHooks): Promise<BatchResult>;
}

export interface LoggedRun<T> {
  readonly value: T;
  /** What closing log and journal had to say; nothing of the batches is lost by it. */
  readonly closingError: TransferError | undefined;
}

/**
 * Opens client log and journal, hands them to `use` and closes them whatever comes of that. The log is proven to be
 * writable before anything moves, and every attempt has its line before the next one begins. Rejects with a
 * TransferError for a log or state folder that cannot be used.
 */
export async function withLoggedBatches<T>(
  inForce: SettingsInForce,
  { platform, queryRegistry }: Pick<Surroundings, 'platform' | 'queryRegistry'>,
  use: (batches: LoggedBatches) => Promise<T>,
): Promise<LoggedRun<T>> {
  const hasTenthColumn = await tenthColumn(inForce.places, queryRegistry);
  const log = await openClientLog(clientLogOptions(inForce.places, hasTenthColumn.value), platform);
  const outer = await closingAfter(log.writer, async () => {
    const folder = stateFolder(inForce.places).value;
    const journal = await PartialJournal.open(platform, folder);
    const memory = await ServerMemory.open(platform, folder);
    const budgets = new ConnectionBudgets(platform, memory);
    return closingAfter({ close: () => memory.close().then(() => journal.close()) }, () =>
      use({
        logFolder: log.folder,
        budgets,
        run: (request, { signal, observer, attemptLogged, pools }) =>
          runBatch(request, {
            signal,
            ...(pools === undefined ? {} : { pools }),
            platform,
            journal,
            memory,
            budgets,
            observer: {
              ...observer,
              attemptEnded: async (attempt) => {
                await log.append(attempt);
                attemptLogged?.(attempt);
              },
              noneFollowed: (attempt) => log.noneFollowed(attempt),
            },
          }),
      }),
    );
  });
  const { value, closingError } = outer.value;
  return { value, closingError: closingError ?? outer.closingError };
}

async function openClientLog(
  { attempts, ...options }: ReturnType<typeof clientLogOptions>,
  platform: Platform,
) {
  const writer = new ClientLogWriter(platform, options);
  await writer.open();
  const write = (attempt: EndedAttempt) => writer.append(logFacts(attempt));
  const isSettlingOnly = attempts === 'last';
  return {
    writer,
    folder: options.folder,
    append: (attempt: EndedAttempt) =>
      isSettlingOnly && !attempt.isLast ? Promise.resolve() : write(attempt),
    noneFollowed: (attempt: EndedAttempt) => (isSettlingOnly ? write(attempt) : Promise.resolve()),
  };
}

function logFacts({ columns, ...attempt }: EndedAttempt) {
  return {
    ...columns,
    endedMs: attempt.endedAtMs,
    localPath: attempt.localPath,
    remotePath: attempt.remotePath,
    operation: attempt.operation,
    lastCode: attempt.lastCode,
    result: attempt.succeeded ? 'succeeded' : 'failed',
  } as const;
}

/** Closes what was opened whatever becomes of `run`. */
async function closingAfter<T>(
  opened: { close(): Promise<void> },
  run: () => Promise<T>,
): Promise<LoggedRun<T>> {
  let value: T;
  try {
    value = await run();
  } catch (error) {
    // The failure that ended it is reported; a second one of closing adds nothing to it.
    await opened.close().catch(() => undefined);
    throw error;
  }
  try {
    await opened.close();
    return { value, closingError: undefined };
  } catch (error) {
    return { value, closingError: asTransferError(error, 'log') };
  }
}
