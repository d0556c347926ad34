import type { LinePlace, LineReading } from '../../client-log/reading/log-line.js';

/** A line to be shown. */
export type TailLine = LineReading &
  Pick<LinePlace, 'file' | 'raw' | 'lineEnd' | 'lengthBytes'> & {
    /** From 1; undefined in a file that was read from its end. */
    readonly lineNumber: number | undefined;
  };

/** What following a log brings, in its order. */
export type TailEvent =
  | { readonly kind: 'lines'; readonly lines: readonly TailLine[] }
  | ({ readonly kind: 'notice' } & TailNotice);

/** Something a person should know besides the lines. */
export interface TailNotice {
  /** - `missing`: it is not there (any more); it is waited for
   *  - `no-logs`: the folder holds no client log yet
   *  - `appeared`: it is there now, and read from its start
   *  - `rewritten`: it was cut short or written anew in place; read from its start
   *  - `replaced`: another file has taken its name; read from its start
   *  - `next-file`: a later day's file has come; the one before is still looked at for a while
   *  - `scan-limit`: only the last `scannedBytes` were looked through for lines to begin with
   *  - `unreadable`: it cannot be read just now, for `cause`; it is tried again */
  readonly notice:
    'missing' | 'no-logs' | 'appeared' | 'rewritten' | 'replaced' | 'next-file' | 'scan-limit' | 'unreadable';
  /** The file or folder. */
  readonly name: string;
  readonly scannedBytes?: number;
  /** What the system threw. */
  readonly cause?: unknown;
}
