import type { PathPair } from '../../client-log/reading/log-line.js';

/** Where something was found. */
export interface FindingPlace {
  /** As the file was named. */
  readonly file: string;
  /** From 1; absent where the whole file is meant. */
  readonly line?: number;
}

/** What is wrong with the logs themselves, or worth knowing about them. */
export type Finding = FindingPlace &
  (
    | {
        readonly kind: 'not-a-log';
        readonly looksLike: string;
        readonly lines: number;
        readonly reason: string;
      }
    | {
        readonly kind: 'malformed';
        readonly reason: string;
        readonly raw: Uint8Array;
        readonly offset: number;
      }
    | { readonly kind: 'too-long'; readonly lengthBytes: number; readonly offset: number }
    /** `isBeingWritten`: it ends the newest file, so somebody may be writing it this moment. */
    | { readonly kind: 'incomplete'; readonly isRecord: boolean; readonly isBeingWritten: boolean }
    | { readonly kind: 'ambiguous'; readonly candidates: readonly PathPair[] }
    | {
        readonly kind: 'backwards';
        readonly time: string;
        /** Of the record before. */
        readonly before: string;
        readonly clocks: ClockSuspicion;
      }
    /** `count` lines from `line` on are those of another place, byte for byte and in the same order. */
    | { readonly kind: 'duplicate'; readonly count: number; readonly of: Required<FindingPlace> }
    /** Neither a file nor a record of these days, `YYYY-MM-DD`; `file` is the node or empty. */
    | { readonly kind: 'missing-days'; readonly from: string; readonly to: string; readonly count: number }
    /** `count` records in a row of another day than the file's name says. */
    | { readonly kind: 'other-day'; readonly day: string; readonly fileDay: string; readonly count: number }
    | { readonly kind: 'no-records' }
    | { readonly kind: 'mixed-columns'; readonly nine: number; readonly ten: number }
    | { readonly kind: 'mixed-encodings'; readonly utf8: number; readonly windows1252: number }
    | { readonly kind: 'mixed-line-ends'; readonly lf: number; readonly crlf: number }
  );

export type FindingKind = Finding['kind'];

/**
 * - `put-back`: in the file's zone the clocks show this time twice, so nothing need be wrong
 * - `perhaps`: such a step would fit clocks put back, but not in the file's zone
 * - `none`: nothing of that kind
 */
export type ClockSuspicion = 'put-back' | 'perhaps' | 'none';

/** In the order in which they matter. */
export const FINDING_KINDS = [
  'not-a-log',
  'malformed',
  'too-long',
  'incomplete',
  'ambiguous',
  'backwards',
  'duplicate',
  'missing-days',
  'other-day',
  'no-records',
  'mixed-columns',
  'mixed-encodings',
  'mixed-line-ends',
] as const satisfies readonly FindingKind[];

const NOTES: ReadonlySet<FindingKind> = new Set([
  'other-day',
  'no-records',
  'mixed-columns',
  'mixed-encodings',
  'mixed-line-ends',
]);

/** Whether something is wrong; else it is a note, which tells and blames nobody. */
export function isWrong(finding: Finding): boolean {
  if (finding.kind === 'incomplete') return !finding.isBeingWritten;
  if (finding.kind === 'backwards') return finding.clocks !== 'put-back';
  return !NOTES.has(finding.kind);
}
