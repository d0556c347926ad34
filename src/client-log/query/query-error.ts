import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';

/** A part of a query's text: from `start` up to `end`, UTF-16 units. */
export interface QueryPlace {
  readonly query: string;
  readonly start: number;
  readonly end: number;
}

export interface QueryProblem {
  readonly place: QueryPlace;
  /** What is wrong there; without a final full stop. */
  readonly problem: string;
  /** What may be meant, ready to be typed instead of the marked place. */
  readonly suggestion?: string | undefined;
  /** What to do, in a sentence, where the suggestion alone does not say it. */
  readonly hint?: string | undefined;
}

/** QUERY_INVALID: a query that cannot be understood. The message is of three lines: the problem, the query, the mark. */
export class QueryError extends TransferError {
  /** The whole query as it was written. */
  readonly query: string;
  /** The marked place is from here up to `end`, UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** What may be meant, ready to be typed instead of the marked place. */
  readonly suggestion: string | undefined;

  constructor({ place, problem, suggestion, hint }: QueryProblem) {
    super({
      code: 'QUERY_INVALID',
      lastCode: -1,
      phase: 'log',
      message: [problem, ...markedLines(place)].join('\n'),
      advice: adviceOf(suggestion, hint),
    });
    this.query = place.query;
    this.start = place.start;
    this.end = place.end;
    this.suggestion = suggestion;
  }
}

function adviceOf(suggestion: string | undefined, hint: string | undefined): string | undefined {
  if (suggestion === undefined) return hint;
  const write = `Write ${printable(suggestion)} there.`;
  return hint === undefined ? write : `${write} ${hint}`;
}

const BEFORE = 40;
const AFTER = 40;
const LONGEST_MARK = 60;

/** The query around the place, and carets below it. */
function markedLines({ query, start, end }: QueryPlace): readonly string[] {
  const from = Math.max(0, start - BEFORE);
  const markedEnd = Math.min(Math.max(end, start + 1), start + LONGEST_MARK);
  const to = Math.min(query.length, markedEnd + AFTER);
  const before = (from > 0 ? '...' : '') + printable(query.slice(from, start));
  const marked = printable(query.slice(start, markedEnd));
  const after = printable(query.slice(markedEnd, to)) + (to < query.length ? '...' : '');
  return [
    `  ${before}${marked}${after}`.trimEnd(),
    `  ${' '.repeat(columnsOf(before))}${'^'.repeat(Math.max(1, columnsOf(marked)))}`,
  ];
}

/** Near enough for a mark: one column a character. */
function columnsOf(text: string): number {
  return [...text].length;
}
