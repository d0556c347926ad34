import type { Query } from '../../client-log/query/query.js';
import type { Moment } from '../../client-log/query/query-time.js';
import type { QueryTerm, ValueFact } from '../../client-log/query/query-term.js';
import { instantOf } from '../../client-log/zone-time.js';
import type { ReadRecord } from '../../client-log/reading/log-line.js';
import { STORE_LOG } from './attempt-row.js';
import type { Endpoint } from './endpoints.js';
import { trigramsOf } from './path-words.js';

/** What attempts must have to match a query, as far as the store can look it up; the query itself decides. */
export interface AttemptPlan {
  /** Not earlier; milliseconds since 1970. */
  readonly sinceMs: number;
  /** Earlier. */
  readonly untilMs: number;
  readonly succeeded: boolean | undefined;
  /** Each term: one of its ranges. */
  readonly codes: readonly (readonly { readonly from: number; readonly to: number }[])[];
  readonly isEndpointMeant: (endpoint: Endpoint) => boolean;
  /** True where every endpoint is meant. */
  readonly anyEndpoint: boolean;
  readonly isRuleMeant: (rule: string) => boolean;
  /** True where every rule is meant. */
  readonly anyRule: boolean;
  /** Each term: one of its ranges. */
  readonly runs: readonly (readonly { readonly from: number; readonly to: number }[])[];
  /** Each term: one of its values, of which the paths hold all trigrams. */
  readonly words: readonly (readonly (readonly string[])[])[];
  /** Nothing can match. */
  readonly isEmpty: boolean;
}

export function planOf(query: Query | undefined): AttemptPlan {
  const terms = query?.terms ?? [];
  const plain = terms.filter(({ isNegated }) => !isNegated);
  const endpointTerms = terms.filter(({ facts }) => facts.every(({ kind }) => kind === 'endpoint'));
  const ruleTerms = terms.filter(({ facts }) => facts.every(({ kind }) => kind === 'rule'));
  const verdicts = new Set(plain.flatMap(verdictsOf));
  return {
    sinceMs: Math.max(0, ...plain.map(sinceOf)),
    untilMs: Math.min(Number.MAX_SAFE_INTEGER, ...plain.map(untilOf)),
    succeeded: verdicts.size === 1 ? verdicts.has(true) : undefined,
    codes: plain.flatMap((term) => listOf(ofKind(term, 'code'))),
    isEndpointMeant: (endpoint) => {
      const record = endpointRecord(endpoint);
      return endpointTerms.every(({ test }) => test(record, STORE_LOG));
    },
    anyEndpoint: endpointTerms.length === 0,
    isRuleMeant: (rule) => ruleTerms.every(({ test }) => test({ ...NO_RECORD, rule }, STORE_LOG)),
    anyRule: ruleTerms.length === 0,
    runs: plain.flatMap((term) => listOf(ofKind(term, 'run'))),
    words: plain.flatMap((term) => listOf(wordsOf(term))),
    isEmpty: verdicts.size === 2,
  };
}

function listOf<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

/** The facts of a term that is about nothing else. */
function ofKind<K extends ValueFact['kind']>(
  { facts }: QueryTerm,
  kind: K,
): readonly Extract<ValueFact, { kind: K }>[] | undefined {
  const known = facts.filter((fact): fact is Extract<ValueFact, { kind: K }> => fact.kind === kind);
  return known.length === facts.length && known.length > 0 ? known : undefined;
}

/** Only of a term that leaves one verdict. */
function verdictsOf(term: QueryTerm): readonly boolean[] {
  const results = ofKind(term, 'result')?.filter(({ result }) => result !== 'inferred') ?? [];
  const verdicts = new Set(results.map(({ result }) => result === 'succeeded'));
  return verdicts.size === 1 ? [...verdicts] : [];
}

function sinceOf(term: QueryTerm): number {
  const facts = ofKind(term, 'since');
  return facts === undefined ? 0 : Math.min(...facts.map(({ moment }) => wholeSecond(moment)));
}

function untilOf(term: QueryTerm): number {
  const facts = ofKind(term, 'until');
  if (facts === undefined) return Number.MAX_SAFE_INTEGER;
  return Math.max(...facts.map(({ moment }) => wholeSecond(moment)));
}

/** Times are compared by whole seconds, as they stand in a log. */
function wholeSecond(moment: Moment): number {
  const epochMs = 'epochMs' in moment ? moment.epochMs : instantOf(moment.wallTime, moment.timeZone);
  return Math.floor(epochMs / 1000) * 1000;
}

function wordsOf(term: QueryTerm): readonly (readonly string[])[] | undefined {
  const values = ofKind(term, 'path')?.map(({ texts }) => trigramsOf(texts));
  return values?.every((trigrams) => trigrams.length > 0) ? values : undefined;
}

function endpointRecord(endpoint: Endpoint): ReadRecord {
  return { ...NO_RECORD, ...endpoint };
}

/** For terms that ask only for what is put in its place. */
const NO_RECORD: ReadRecord = {
  time: '1970-01-01 00:00:00',
  protocol: '',
  host: '',
  port: 0,
  user: '',
  localPath: '',
  remotePath: '',
  operation: '',
  code: 0,
  result: 'succeeded',
  isInferred: false,
  columns: 10,
  deviations: [],
};
