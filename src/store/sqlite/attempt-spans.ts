const SPAN_BITS = 10;

/** Spans of ids of which the store keeps the earliest and the latest end; see the table `attempt_spans`. */
export const attemptSpanOf = {
  /** The span that an id lies in. */
  span: (id: number): number => Math.floor(id / 2 ** SPAN_BITS),
  firstId: (span: number): number => span * 2 ** SPAN_BITS,
};
