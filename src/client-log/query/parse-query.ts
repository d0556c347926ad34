import { closestWord } from '../../core/did-you-mean.js';
import { pathValue } from './field-values.js';
import type { Query, QueryContext } from './query.js';
import { QueryError } from './query-error.js';
import { ABSENT_FIELDS, QUERY_FIELDS, STORE_FIELDS, type QueryField } from './query-fields.js';
import type { QueryTerm } from './query-term.js';
import { quoteQueryText, readQueryWords, type QueryValue, type QueryWord } from './query-words.js';
import { andTest, notTest, orTest } from './record-tests.js';

type FieldsByName = ReadonlyMap<string, QueryField>;

const FIELDS_BY_NAME: Readonly<Record<'log' | 'store', FieldsByName>> = {
  log: byName(QUERY_FIELDS),
  store: byName([...QUERY_FIELDS, ...STORE_FIELDS]),
};

function byName(fields: readonly QueryField[]): FieldsByName {
  return new Map(
    fields.flatMap((field) => [field.name, ...field.synonyms].map((name) => [name, field] as const)),
  );
}

/**
 * A query of the one language of Tallyman: `field:value`, a space means and, a comma or, a leading `-` not, `*` and `?`
 * stand for anything, quotes take away every meaning, bare words are looked for in both paths. A query without words
 * matches everything. Throws a QueryError that marks the place and suggests what may be meant.
 */
export function parseQuery(text: string, context: QueryContext): Query {
  const terms = readQueryWords(text).map((word) => compileWord(word, context));
  return {
    text,
    matches: andTest(terms.map(({ test }) => test)),
    requiredText: longest(terms.map(({ required }) => required)),
    terms,
  };
}

function longest(texts: readonly (string | undefined)[]): string | undefined {
  return texts.reduce((best, text) => ((text?.length ?? 0) > (best?.length ?? 0) ? text : best), undefined);
}

/** Only a term without a minus and without alternatives is required. */
function compileWord(
  word: QueryWord,
  context: QueryContext,
): QueryTerm & { readonly required: string | undefined } {
  const compile = compilerOf(word, FIELDS_BY_NAME[context.records ?? 'log']);
  const values = word.values.map((value) => compile(value, context));
  const test = orTest(values.map((value) => value.test));
  const { isNegated } = word;
  const facts = values.map(({ fact }) => fact);
  const required = !isNegated && values.length === 1 ? values[0]?.required : undefined;
  return { isNegated, facts, test: isNegated ? notTest(test) : test, required };
}

function compilerOf(word: QueryWord, fields: FieldsByName): QueryField['compile'] {
  if (word.field === undefined) {
    rejectForeignGrammar(word, fields);
    return (value: QueryValue) => pathValue('either', value);
  }
  const name = word.field.name.toLowerCase();
  const field = fields.get(name);
  if (field !== undefined) return field.compile;
  throw strangeField(word, name, fields);
}

function strangeField({ field, place }: QueryWord, name: string, fields: FieldsByName): QueryError {
  const { query } = place;
  if (Object.hasOwn(ABSENT_FIELDS, name)) {
    return new QueryError({
      place: field?.place ?? place,
      problem: ABSENT_FIELDS[name] ?? '',
      hint: `Fields are: ${fieldNames(fields)}.`,
    });
  }
  const term = query.slice(place.start, place.end);
  const url = /^-?[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?(\/.*)?$/i.exec(term);
  if (url !== null) {
    const [, host = '', path = ''] = url;
    return new QueryError({
      place,
      problem: 'a URL stands nowhere in a client log: host and path do',
      suggestion: path.length > 1 ? `host:${host} remote:${quoteQueryText(path)}` : `host:${host}`,
    });
  }
  const meant = closestWord(name, fields.keys());
  const shown = field?.name ?? '';
  return new QueryError({
    place: field?.place ?? place,
    problem: `there is no field "${shown}"${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`,
    suggestion: meant,
    hint: `To look for the text with its colon, put it in quotes. Fields are: ${fieldNames(fields)}.`,
  });
}

function fieldNames(fields: FieldsByName): string {
  return [...new Set([...fields.values()].map(({ name }) => name))].join(' ');
}

const OTHER_LANGUAGES: Readonly<Record<string, string>> = {
  AND: 'a space means "and"',
  '&&': 'a space means "and"',
  OR: 'a comma means "or", between the values of one field',
  '||': 'a comma means "or", between the values of one field',
  NOT: 'a leading minus means "not"',
};

/** Words and signs of other query languages would be looked for in paths, and find nothing in silence. */
function rejectForeignGrammar({ place }: QueryWord, fields: FieldsByName): void {
  const term = place.query.slice(place.start, place.end);
  if (Object.hasOwn(OTHER_LANGUAGES, term)) {
    throw new QueryError({
      place,
      problem: `${term} is no word of this language: ${OTHER_LANGUAGES[term] ?? ''}`,
      hint: 'In quotes it is looked for.',
    });
  }
  const [, minus = '', name = '', sign = '', value = ''] =
    /^(-?)([a-z]+)(!=|==?|[<>]=?)(.*)$/i.exec(term) ?? [];
  if (fields.has(name.toLowerCase())) {
    const negated = (minus === '-') !== (sign === '!=') ? '-' : '';
    throw new QueryError({
      place,
      problem: `a colon stands between a field and its value, not ${sign}`,
      suggestion: /[<>]/.test(sign) ? `${name}:FROM-TO` : `${negated}${name}:${value}`,
      hint: 'In quotes it is looked for.',
    });
  }
  if (term.startsWith('--')) {
    throw new QueryError({
      place,
      problem: 'a flag stands outside the query',
      hint: 'Close the quotes of the query before it; in quotes of its own it is looked for.',
    });
  }
}
