/** What must be true. Text values may hold variables; each is evaluated against the event and the run's variables. */
export type Condition =
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  /** DOS masks, case-insensitive; true when one fits the file's name. */
  | { readonly kind: 'fileName'; readonly masks: readonly string[] }
  /** Masks with `**` on the whole path. */
  | { readonly kind: 'path'; readonly masks: readonly string[] }
  | { readonly kind: 'size'; readonly minBytes?: number; readonly maxBytes?: number }
  | { readonly kind: 'age'; readonly minMs?: number; readonly maxMs?: number }
  /** By the name's extension: `text/csv`, `image/*`. */
  | { readonly kind: 'contentType'; readonly types: readonly string[] }
  /** Between two times of day, `from` included, `to` not; over midnight when `to` is earlier. Minutes since 00:00. */
  | {
      readonly kind: 'timeOfDay';
      readonly fromMinute: number;
      readonly toMinute: number;
      readonly timeZone: string;
    }
  /** 1 = Monday ... 7 = Sunday. */
  | { readonly kind: 'weekday'; readonly days: readonly number[]; readonly timeZone: string }
  /** A day of this calendar of the settings. */
  | { readonly kind: 'calendar'; readonly calendar: string; readonly timeZone: string }
  | {
      readonly kind: 'compare';
      readonly left: string;
      readonly operator: CompareOperator;
      readonly right: string;
    }
  /** A location, here or at a partner. */
  | { readonly kind: 'exists'; readonly location: string };

export const COMPARE_OPERATORS = [
  'equals',
  'notEquals',
  'contains',
  'startsWith',
  'endsWith',
  'matches',
  'less',
  'greater',
  'isEmpty',
] as const;
/** `less` and `greater` compare numbers where both are, else text; `matches` takes a mask, not a regular expression. */
export type CompareOperator = (typeof COMPARE_OPERATORS)[number];

/** One condition with what it found, for the story of a run and for `tally rules test`. */
export interface EvaluatedCondition {
  /** As a person would say it: `file name matches *.xml`. */
  readonly text: string;
  readonly holds: boolean;
  /** The values that were looked at: `%FS.FILE_NAME% = orders.xml`. */
  readonly found: string;
  readonly of?: readonly EvaluatedCondition[];
}
