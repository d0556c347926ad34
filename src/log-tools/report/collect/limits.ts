/** How much of each thing the page and its making hold. Counts cover everything all the same. */
export interface ReportLimits {
  /** Partners counted apart; the rest is counted together. */
  readonly partners: number;
  /** Codes told apart. */
  readonly causes: number;
  /** Combinations of partner, protocol, operation, code and verdict. */
  readonly kinds: number;
  /** Counts by time and kind; beyond, time is counted in longer slots. */
  readonly cells: number;
  /** The newest failed attempts that are listed. */
  readonly failures: number;
  /** Characters of all their lines together. */
  readonly failureText: number;
  readonly incidents: number;
  /** Not yet arrived files that are named for one incident. */
  readonly openFiles: number;
  /** Files of the log that are listed. */
  readonly files: number;
  /** Lines with problems that are listed. */
  readonly problems: number;
}

export const REPORT_LIMITS: ReportLimits = {
  partners: 500,
  causes: 400,
  kinds: 20_000,
  cells: 300_000,
  failures: 20_000,
  failureText: 3_000_000,
  incidents: 2_000,
  openFiles: 20,
  files: 2_000,
  problems: 500,
};
