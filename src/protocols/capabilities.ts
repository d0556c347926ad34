import type { ChecksumAlgorithm } from '../core/checksum.js';

/**
 * What a session can do, as plain data; known after `connect`. Nothing above `protocols/` asks which protocol
 * it has: it asks here.
 */
export interface Capabilities {
  /** `rename` with `replace` replaces an existing target in one step. */
  readonly replacingRename: boolean;
  /** `rename` without `replace` is refused when the target exists, in one step. */
  readonly exclusiveRename: boolean;
  /** Files can be given another name; where not, they are written under their final name at once. */
  readonly rename: boolean;
  /** A write shows under its name only once it is whole, replacing what stood there in one step (S3). */
  readonly wholeWrites: boolean;
  /** `list` works; a plain web server has no listing. */
  readonly listing: boolean;
  /** Folders are things of their own; where not (S3), a path may be written without making any. */
  readonly folders: boolean;
  /** What the server can compute of a stored file, strongest last; empty: nothing. */
  readonly checksums: readonly ChecksumAlgorithm[];
  /** `checksum` can be asked for the first bytes only. */
  readonly headChecksums: boolean;
  readonly resumeRead: boolean;
  readonly resumeWrite: boolean;
  readonly setModifiedTime: boolean;
  /** `stat` tells the size of a file that was just written. */
  readonly sizes: boolean;
  /** The code of what was settled by looking, without a reply of its own: 213 (the reply to SIZE) over FTP, else 0. */
  readonly settledCode: number;
  /** More sessions than this to one endpoint make no sense; the connection's own limit comes on top. */
  readonly maxParallel: number;
}
