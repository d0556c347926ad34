import type { Side } from '../core/error-codes.js';

export type AlarmKind =
  | 'expectation'
  | 'partnerParked'
  | 'partnerDown'
  | 'folderFailed'
  | 'ruleFailed'
  | 'quarantine'
  | 'settingsBroken'
  | 'logFailed'
  | 'storeFailed'
  | 'commandFailed';

/** One cause is one alarm, however many files meet it. */
export interface Alarm {
  readonly id: number;
  readonly kind: AlarmKind;
  /** Groups what has one cause: `partnerDown:acme`. */
  readonly cause: string;
  readonly side: Side;
  /** One sentence: what, since when, who must act. */
  readonly text: string;
  readonly openedMs: number;
  readonly lastMs: number;
  readonly count: number;
  readonly closedMs?: number;
}

export interface AlarmStore {
  /** Opens it, or counts one more of the open one with this cause. `isNew`: someone must be told. */
  raise(
    alarm: Pick<Alarm, 'kind' | 'cause' | 'side' | 'text'>,
    nowMs: number,
  ): Promise<{ readonly alarm: Alarm; readonly isNew: boolean }>;
  /** Another text for the open one with this cause, made of the one that it has; it counts no more than before. */
  reword(cause: string, change: (text: string) => string): Promise<void>;
  /** Closes the open one with this cause: the alarm for a recovery notice, or undefined. */
  clear(cause: string, nowMs: number): Promise<Alarm | undefined>;
  open(): Promise<readonly Alarm[]>;
  list(options: { readonly beforeId?: number; readonly limit: number }): Promise<readonly Alarm[]>;
}
