import type { ServerCommand } from './server-command.js';

/** What to do when the target exists (design.md, "The safe transfer"; EFT: OverwriteType). */
export const OVERWRITE_POLICIES = ['overwrite', 'skip', 'numerate', 'smart', 'newer', 'fail'] as const;
export type OverwritePolicy = (typeof OVERWRITE_POLICIES)[number];

/** How the copy is proven: not at all, by its size, or by its bytes (server's checksum, else reading back). */
export const VERIFY_MODES = ['none', 'size', 'checksum'] as const;
export type VerifyMode = (typeof VERIFY_MODES)[number];

/** How the wait grows from one retry to the next. */
export const RETRY_BACKOFFS = ['doubling', 'fixed'] as const;
export type RetryBackoff = (typeof RETRY_BACKOFFS)[number];

/** How files are moved; the same for every file of a batch. */
export interface TransferOptions {
  readonly overwrite: OverwritePolicy;
  readonly verify: VerifyMode;
  /** The copy's final name in place of the source's (rename-target.ts). */
  readonly renameTo?: string;
  /** What the server is told to do before and after each file. */
  readonly before: readonly ServerCommand[];
  readonly after: readonly ServerCommand[];
  /** Remove the source once its copy is proven (move). */
  readonly removeSource: boolean;
  /** A move whose target exists and is skipped removes the source all the same (EFT: DeleteSourceIfMoveSkipped). */
  readonly removeSkippedSource: boolean;
  /** Give the copy the source's time of last change. */
  readonly keepTime: boolean;
  /** File name extensions, lower case without dot, that go in text mode where the protocol has one. */
  readonly asciiExtensions: readonly string[];
  /** Go on with what stands on the target, of an attempt before or of a run before. */
  readonly resume: boolean;
  /** Attempts after the first. */
  readonly retries: number;
  /** Delay before the first retry; `doubling`: doubles with jitter up to `maxRetryDelayMs`; `fixed`: the same each time. */
  readonly retryDelayMs: number;
  readonly retryBackoff: RetryBackoff;
  readonly maxRetryDelayMs: number;
  /** Files at a time. */
  readonly parallel: number;
  /** Bytes per second over all files of the batch; undefined = no limit. */
  readonly bandwidthBytesPerSecond?: number;
}

export const DEFAULT_TRANSFER_OPTIONS: TransferOptions = {
  overwrite: 'overwrite',
  verify: 'size',
  before: [],
  after: [],
  removeSource: false,
  removeSkippedSource: false,
  keepTime: false,
  asciiExtensions: [],
  resume: true,
  retries: 3,
  retryDelayMs: 2_000,
  retryBackoff: 'doubling',
  maxRetryDelayMs: 300_000,
  parallel: 4,
};
