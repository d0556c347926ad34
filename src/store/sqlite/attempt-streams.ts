import { attemptSpanOf } from './attempt-spans.js';
import type { AttemptPlan } from './attempt-plan.js';
import type { Endpoints } from './endpoints.js';
import { matchExpression } from './path-words.js';
import type { RuleNames } from './rule-names.js';
import type { StreamStatements } from './stream-statements.js';

/** A part of the ids, newest first: below `before`, not below `from`. */
export interface IdRange {
  readonly from: number;
  readonly before: number;
}

/** Ids of attempts that an index gives for one value, newest first. */
export type Stream = (range: IdRange, limit: number) => readonly number[];

/** Every attempt that matches is in one of the streams. */
export type Candidates = readonly Stream[];

/** More streams than this cost more than they spare. */
const MOST_STREAMS = 64;

/** The sets of candidates that the indexes offer for a plan; text of paths apart, which costs more to ask. */
export function candidateSets(
  plan: AttemptPlan,
  { endpoints, rules }: { readonly endpoints: Endpoints; readonly rules: RuleNames },
  sql: StreamStatements,
): readonly Candidates[] {
  const sets: Candidates[] = plan.runs.flatMap((ranges) => streamsOfRuns(ranges, sql));
  const verdicts = plan.succeeded === undefined ? [1, 0] : [plan.succeeded ? 1 : 0];
  if (!plan.anyEndpoint) {
    const meant = endpoints.all().filter(({ endpoint }) => plan.isEndpointMeant(endpoint));
    sets.push(
      meant.flatMap(({ id: endpoint }) =>
        verdicts.map(
          (succeeded): Stream =>
            (range, limit) =>
              idsOf(sql.ofEndpoint.all({ endpoint, succeeded, ...range, limit })),
        ),
      ),
    );
  }
  if (!plan.anyRule) {
    const meant = rules.all().filter(({ name }) => plan.isRuleMeant(name));
    sets.push(
      meant.flatMap(({ id: rule }) =>
        verdicts.map(
          (succeeded): Stream =>
            (range, limit) =>
              idsOf(sql.ofRule.all({ rule, succeeded, ...range, limit })),
        ),
      ),
    );
  }
  for (const ranges of plan.codes) {
    const codes = sql.codes.all({}).map(({ code }) => code);
    sets.push(
      codes
        .filter((code) => ranges.some(({ from, to }) => code >= from && code <= to))
        .map(
          (code): Stream =>
            (range, limit) =>
              idsOf(sql.ofCode.all({ code, ...range, limit })),
        ),
    );
  }
  if (plan.succeeded === false) sets.push([(range, limit) => idsOf(sql.failed.all({ ...range, limit }))]);
  return sets.filter(({ length }) => length <= MOST_STREAMS);
}

/** None where so many runs are meant that a stream for each costs more than it spares. */
function streamsOfRuns(ranges: AttemptPlan['runs'][number], sql: StreamStatements): readonly Candidates[] {
  const count = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  if (count > MOST_STREAMS) return [];
  const runs = ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
  return [
    [...new Set(runs)].map(
      (run): Stream =>
        (range, limit) =>
          idsOf(sql.ofRun.all({ run, ...range, limit })),
    ),
  ];
}

/** Attempts whose paths hold the words, newest first, of those that are indexed. */
export function wordStream(words: AttemptPlan['words'], sql: StreamStatements): Stream {
  const expression = matchExpression(words);
  return (range, limit) => idsOf(sql.ofWords.all({ expression, ...range, limit }));
}

/** The ids among which attempts of the plan's time lie. */
export function rangeOfTime(
  { sinceMs, untilMs }: AttemptPlan,
  before: number,
  sql: StreamStatements,
): IdRange {
  const { first, last } = sql.spansWithin.get({ sinceMs, untilMs }) ?? { first: null, last: null };
  if (first === null || last === null) return { from: 0, before: 0 };
  return { from: attemptSpanOf.firstId(first), before: Math.min(before, attemptSpanOf.firstId(last + 1)) };
}

/** The newest ids of all streams together. */
export function newestOf(streams: Candidates, range: IdRange, limit: number): readonly number[] {
  if (streams.length === 1) return streams[0]?.(range, limit) ?? [];
  const ids = new Set(streams.flatMap((stream) => stream(range, limit)));
  return [...ids].sort((one, other) => other - one).slice(0, limit);
}

function idsOf(rows: readonly { readonly id: number }[]): readonly number[] {
  return rows.map(({ id }) => id);
}
