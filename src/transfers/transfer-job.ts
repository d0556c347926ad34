import { posix } from 'node:path';
import type { Platform } from '../core/platform.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import type { Bandwidth } from './bandwidth.js';
import type { Admission, FileGate } from './file-gate.js';
import type { PartialJournal } from './partial-journal.js';
import type { ServerMemory } from './server-memory.js';
import type { TransferOptions } from './transfer-options.js';
import type { TransferSide } from './transfer-side.js';

/** One file from here to there. */
export interface TransferJob {
  readonly source: TransferSide;
  readonly target: TransferSide;
  readonly operation: 'upload' | 'download';
  /** Makes the folders that the target's path needs, in a recursive batch. */
  readonly makeFolders?: (session: ProtocolClient, signal: AbortSignal) => Promise<void>;
}

/** What every step of an attempt works with. */
export interface AttemptContext {
  readonly platform: Platform;
  readonly options: TransferOptions;
  readonly journal: PartialJournal;
  /** What is known of the servers at both ends. */
  readonly memory: ServerMemory;
  readonly signal: AbortSignal;
  /** For steps that must not be cut off once begun: removing what is ours, the final name. Limited in time by the sessions. */
  readonly finishSignal: AbortSignal;
  readonly bandwidth: Bandwidth | undefined;
  /** Whether this file goes at all; every file goes where there is none. */
  readonly gate?: FileGate | undefined;
  /** Of the copy as it stands: payload that this run has moved, and what stood there before it. */
  readonly moved: (bytes: number, inheritedBytes: number) => void;
}

export type AttemptEnd =
  | { readonly kind: 'named' }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** The gate's word that it is delivered already. */
  | Extract<Admission, { kind: 'delivered' | 'arrived' }>;

/** True when the file's extension says that it goes in text mode. */
export function isAscii({ source }: Pick<TransferJob, 'source'>, options: TransferOptions): boolean {
  const extension = posix.extname(source.path).slice(1).toLowerCase();
  return extension !== '' && options.asciiExtensions.includes(extension);
}
