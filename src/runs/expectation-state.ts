import * as z from 'zod';
import type { Expectation } from '../rules/expectation.js';

/** What an expectation remembers over a stop. */
export interface ExpectationState {
  /** Changes with the expectation: another begins anew. */
  readonly mark: string;
  /** Since when it is expected: nothing before counts as missing. */
  readonly sinceMs: number;
  /** Of `files`: the last time that was judged. */
  readonly judgedMs?: number | undefined;
  /** Of `silence`: when it was last heard. */
  readonly heardMs?: number | undefined;
  /** It is not met now; of `files` with the time from which files count. */
  readonly overdue?: { readonly fromMs: number } | undefined;
}

const shape = z.object({
  mark: z.string(),
  sinceMs: z.number(),
  judgedMs: z.number().optional(),
  heardMs: z.number().optional(),
  overdue: z.object({ fromMs: z.number() }).optional(),
});

/** What the store gave back, or undefined when it is nothing of ours. Times of a clock that was put back are now. */
export function readExpectationState(kept: unknown, nowMs: number): ExpectationState | undefined {
  const parsed = shape.safeParse(kept);
  if (!parsed.success) return undefined;
  const { sinceMs, judgedMs, heardMs } = parsed.data;
  return {
    ...parsed.data,
    sinceMs: Math.min(sinceMs, nowMs),
    judgedMs: judgedMs === undefined ? undefined : Math.min(judgedMs, nowMs),
    heardMs: heardMs === undefined ? undefined : Math.min(heardMs, nowMs),
  };
}

export function expectationMark(expectation: Expectation): string {
  return JSON.stringify(expectation, Object.keys(expectation).sort());
}
