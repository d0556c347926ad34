/** What a trigger makes of one file that lies in its folder. */
export interface FileVerdict {
  /** As events name it. */
  readonly path: string;
  readonly sizeBytes: number | undefined;
  readonly modifiedMs: number | undefined;
  /** `ready`: fires now. `notYet`: may, later. `leftOut`: does not as it is. `taken`: has fired already. */
  readonly state: 'ready' | 'notYet' | 'leftOut' | 'taken';
  /** In words: `size changed 2 s ago, and it must stay as it is for 5.0 s`. */
  readonly reason: string;
  /** Of `notYet`, where only time is missing. */
  readonly readyInMs?: number;
}

/** Why a file does not fire, or undefined when nothing stands against it. */
export type Objection = Pick<FileVerdict, 'state' | 'reason' | 'readyInMs'> | undefined;
