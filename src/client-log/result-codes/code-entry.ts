import type { Side } from '../../core/error-codes.js';

/** Whose side must act; `nobody` where the number is no failure. */
export type ActingSide = Side | 'nobody';

/**
 * Whether trying again can help: `often` as it is; `later` once a passing cause has gone; `no` not before
 * something was changed; `needless` because nothing failed.
 */
export type RetryHope = 'often' | 'later' | 'no' | 'needless';

/** What the dictionary says about one number of one table. */
export interface CodeEntry {
  /** The number's own name where it was defined: `WSAECONNREFUSED`, `SSH_FX_FAILURE`, `FTP 226`. */
  readonly name: string;
  /** A few words for a listing, without the number and without a full stop. */
  readonly phrase: string;
  /** One sentence. */
  readonly meaning: string;
  readonly side: ActingSide;
  /** Most likely first. Of a number that is no failure: how it comes to be the last code. */
  readonly causes: readonly [string, ...string[]];
  /** What to check next, most telling first; upper-case words such as HOST are to be filled in. */
  readonly checks: readonly [string, ...string[]];
  readonly retry: RetryHope;
  /** RFC and section, the vendor's article, or our own decision. */
  readonly source: string;
}

/** Entries by their number. */
export type CodeTable = Readonly<Record<number, CodeEntry>>;

/** The sentence that stands for a side. */
export const SIDE_WORDS: Readonly<Record<ActingSide, string>> = {
  us: 'we must act',
  partner: 'the partner must act',
  network: 'the network between must be looked at',
  proxy: 'the proxy must be looked at',
  nobody: 'nobody must act',
};

/** The sentence that stands for a hope. */
export const RETRY_WORDS: Readonly<Record<RetryHope, string>> = {
  often: 'A retry often helps.',
  later: 'A retry may help later, once the cause has passed.',
  no: 'A retry does not help before something is changed.',
  needless: 'Nothing to retry: the number is no failure.',
};
