import type { Clock } from '../../core/clock.js';
import type { GrowingLog, StartRequest } from './growing-log.js';
import { mergeByTime } from './merge-by-time.js';
import type { TailEvent, TailLine } from './tail-event.js';

/** One log of the command line. */
export interface TailedLog {
  readonly name: string;
  readonly log: GrowingLog;
}

export interface TailRequest {
  readonly logs: readonly TailedLog[];
  /** So many lines to begin with, of all logs together. */
  readonly count: number;
  readonly isFollowing: boolean;
  readonly clock: Clock;
  /** Ends the following, in good order. */
  readonly signal: AbortSignal;
  /** Whether anybody still reads what comes; asked before each look. */
  readonly isRead: () => boolean;
}

/** How often what has come is looked for. */
export const POLL_INTERVAL_MS = 250;
/** Where matches are rare, each log is looked through for lines to begin with so far back and no further. */
const MAX_SCAN_BYTES = 64 * 1024 * 1024;

/**
 * The last lines of the logs, merged by time, then what comes, log by log, until the signal. Rejects as the system
 * does where a log cannot be read at the start. Leaving the loop early frees everything.
 */
export async function* tailLogs(request: TailRequest): AsyncGenerator<TailEvent> {
  const { logs, isFollowing, clock, signal, isRead } = request;
  try {
    yield* startLogs(request);
    while (isFollowing && !signal.aborted && isRead()) {
      for (const { log } of logs) yield* log.poll();
      if (logs.every(({ log }) => log.isOver) || (await isEnded(clock, signal))) break;
    }
  } finally {
    for (const { log } of logs) for await (const event of log.leave()) void event;
  }
}

async function* startLogs({ logs, count, isFollowing }: TailRequest): AsyncGenerator<TailEvent> {
  const request: StartRequest = {
    count,
    maxScanBytes: MAX_SCAN_BYTES,
    unfinished: isFollowing ? 'left' : 'taken',
  };
  let last: readonly TailLine[] = [];
  for (const { name, log } of logs) {
    const { lines, scannedBytes, isCut } = await log.start(request);
    last = count === 0 ? [] : mergeByTime([last, lines]).slice(-count);
    if (isCut) yield { kind: 'notice', notice: 'scan-limit', name, scannedBytes };
  }
  if (last.length > 0) yield { kind: 'lines', lines: last };
}

async function isEnded(clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(POLL_INTERVAL_MS, signal);
    return signal.aborted;
  } catch (error) {
    if (signal.aborted) return true;
    throw error;
  }
}
