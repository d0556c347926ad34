/** What should have happened by now; an alarm when it did not, and a notice when it comes after all. */
export type Expectation =
  /** "By 06:00 on business days at least one file matching P". Counts files of successful transfers of the rule. */
  | {
      readonly kind: 'files';
      readonly name: string;
      /** Minutes since 00:00. */
      readonly byMinute: number;
      /** Counted from this minute of the day (default 00:00). */
      readonly fromMinute: number;
      readonly timeZone: string;
      /** 1 = Monday ... 7. */
      readonly weekdays: readonly number[];
      readonly notOn?: string;
      readonly masks: readonly string[];
      readonly atLeast: number;
    }
  /** "No successful poll (or run) for N". */
  | { readonly kind: 'silence'; readonly name: string; readonly of: 'poll' | 'run'; readonly maxMs: number };
