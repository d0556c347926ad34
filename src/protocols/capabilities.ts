/**
 * What a session can do, as plain data; known after `connect`. Nothing above `protocols/` asks which protocol
 * it has: it asks here.
 */
export interface Capabilities {
  /** `rename` with `replace` replaces an existing target in one step. */
  readonly replacingRename: boolean;
  /** `rename` without `replace` is refused when the target exists, in one step. */
  readonly exclusiveRename: boolean;
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
