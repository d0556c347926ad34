import { closestWord } from '../../core/did-you-mean.js';
import type { LogFileRef, ReadRecord } from '../reading/log-line.js';
import { foldCase, hasWildcard, maskText, requiredRun, type Mask } from './mask.js';
import type { QueryContext } from './query.js';
import { QueryError } from './query-error.js';
import type { ValueFact } from './query-term.js';
import { readTime, TIME_FORMS, wallTimeIn, type Moment, type TimeSpan } from './query-time.js';
import type { QueryValue } from './query-words.js';
import { columnTest, pathsTest, pathTest, type PathSide, type RecordTest } from './record-tests.js';

/** One value of a field, made ready to be asked. */
export interface ValueTest {
  readonly test: RecordTest;
  /** As `Query.requiredText`. */
  readonly required?: string | undefined;
  readonly fact: ValueFact;
}

const RESULT_WORDS: Readonly<Record<string, 'succeeded' | 'failed' | 'inferred'>> = {
  succeeded: 'succeeded',
  success: 'succeeded',
  successful: 'succeeded',
  ok: 'succeeded',
  '0': 'succeeded',
  failed: 'failed',
  failure: 'failed',
  fail: 'failed',
  error: 'failed',
  '1': 'failed',
  inferred: 'inferred',
};

/** Words that stand for an operation, in queries and in the logs of others. */
const OPERATION_WORDS: Readonly<Record<string, string>> = {
  push: 'upload',
  put: 'upload',
  send: 'upload',
  pull: 'download',
  get: 'download',
  receive: 'download',
};

/** Values of a column with few different ones. */
export function column(
  read: (record: ReadRecord, file: LogFileRef) => string,
): (value: QueryValue) => ValueTest {
  return ({ mask }) => ({
    test: columnTest(mask, read),
    required: requiredRun(mask),
    fact: { kind: 'endpoint' },
  });
}

/** Values that are looked for in paths. */
export function path(side: PathSide): (value: QueryValue) => ValueTest {
  return (value) => pathValue(side, value);
}

/** One value that is looked for in paths. */
export function pathValue(side: PathSide, { mask }: QueryValue): ValueTest {
  return { test: pathsTest(side, pathTest(mask)), required: requiredRun(mask), fact: pathFact(mask) };
}

/** The texts of a mask, as they stand in folded paths. */
export function pathFact(mask: Mask): ValueFact {
  return {
    kind: 'path',
    texts: mask.flatMap((part) => (typeof part === 'string' ? [] : [foldCase(part.text)])),
  };
}

/** Throws a QueryError for a word that is no result. */
export function resultValue(value: QueryValue): ValueTest {
  const word = wordOf(value, 'result');
  const meant = Object.hasOwn(RESULT_WORDS, word) ? RESULT_WORDS[word] : undefined;
  switch (meant) {
    case 'succeeded':
    case 'failed':
      return { test: ({ result }) => result === meant, fact: { kind: 'result', result: meant } };
    case 'inferred':
      return { test: ({ isInferred }) => isInferred, fact: { kind: 'result', result: meant } };
    case undefined:
      throw strangeWord(
        value,
        'no result',
        Object.keys(RESULT_WORDS),
        'It is succeeded, failed or inferred.',
      );
  }
}

/** Any word is taken, because other logs hold others; one that looks misspelt is refused with a QueryError. */
export function operationTest(value: QueryValue): RecordTest {
  const word = wordOf(value, 'op');
  const meant = operationMeant(word);
  const known = ['upload', 'download', ...Object.keys(OPERATION_WORDS)];
  const closest = known.includes(word) ? undefined : closestWord(word, known);
  if (closest !== undefined) throw strangeWord(value, 'no operation', known, 'It is upload or download.');
  return ({ operation }) => operation === meant || operationMeant(operation) === meant;
}

function operationMeant(word: string): string {
  return Object.hasOwn(OPERATION_WORDS, word) ? (OPERATION_WORDS[word] ?? word) : word;
}

function wordOf(value: QueryValue, field: string): string {
  if (!hasWildcard(value.mask)) return maskText(value.mask).toLowerCase();
  throw new QueryError({ place: value.place, problem: `${field}: takes words, no wildcards` });
}

function strangeWord(value: QueryValue, what: string, known: readonly string[], hint: string): QueryError {
  const word = maskText(value.mask);
  const suggestion = closestWord(word, known);
  return new QueryError({ place: value.place, problem: `"${word}" is ${what}`, suggestion, hint });
}

/** Both ends are part of it. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** Numbers, ranges, and digits with x for any digit. Throws a QueryError that names the `forms`. */
export function numbersOf(value: QueryValue, field: string, forms: string): NumberRange {
  const text = maskText(value.mask);
  if (/^-?\d{1,9}$/.test(text)) return { from: Number(text), to: Number(text) };
  const [, from, to] = /^(-?\d{1,9})(?:-|\.\.)(-?\d{1,9})$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return rangeOf(value, Number(from), Number(to));
  if (/^\d+x+$/i.test(text) && text.length <= 6) {
    const lowest = Number(text.replace(/x/gi, '0'));
    return rangeOf(value, lowest, Number(text.replace(/x/gi, '9')));
  }
  throw new QueryError({ place: value.place, problem: `${field}: takes numbers, ${forms}` });
}

function rangeOf(value: QueryValue, from: number, to: number): NumberRange {
  if (from <= to) return { from, to };
  throw new QueryError({
    place: value.place,
    problem: 'the range is backwards, so no number lies in it',
    suggestion: `${to}-${from}`,
  });
}

/** The time that a value names. Throws a QueryError. */
export function timeOf(value: QueryValue, context: QueryContext): TimeSpan {
  const span = readTime(maskText(value.mask), context);
  if ('start' in span) return span;
  throw new QueryError({ place: value.place, ...span, hint: `Times are: ${TIME_FORMS}.` });
}

/** Whether a record is of the bound or later; the bound is turned into the wall time of each zone once. */
export function sinceTest(bound: Moment): RecordTest {
  const byZone = new Map<string, string>();
  let lastZone: string | undefined;
  let lastTime = '';
  return ({ time }, { timeZone }) => {
    if (timeZone !== lastZone) {
      lastTime = byZone.get(timeZone) ?? wallTimeIn(bound, timeZone);
      byZone.set(timeZone, lastTime);
      lastZone = timeZone;
    }
    return time >= lastTime;
  };
}

/** The mask with `*` in place of its separators, which are the same to a folder. */
export function withoutSeparators(mask: Mask): Mask {
  return mask.flatMap((part): Mask =>
    typeof part === 'string' ? [part] : part.text.split(/[/\\]/).flatMap((text) => ['*' as const, { text }]),
  );
}
