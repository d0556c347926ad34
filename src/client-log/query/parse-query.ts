import type { Query, QueryContext } from './query.js';

/** Throws a QueryError that marks the place and suggests what may be meant. */
export function parseQuery(_text: string, _context: QueryContext): Query {
  throw new RangeError('not built yet');
}
