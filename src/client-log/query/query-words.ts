import type { Mask, MaskPart } from './mask.js';
import { QueryError, type QueryPlace } from './query-error.js';

/** One of the values between commas. */
export interface QueryValue {
  readonly mask: Mask;
  readonly place: QueryPlace;
}

/** One term of a query, not yet understood: `-field:value,value` or a bare word. */
export interface QueryWord {
  readonly isNegated: boolean;
  /** As written, before the first colon that stands outside quotes; undefined for a bare word. */
  readonly field: { readonly name: string; readonly place: QueryPlace } | undefined;
  readonly values: readonly QueryValue[];
  /** Of the whole term, the minus included. */
  readonly place: QueryPlace;
}

const SPACE = /\s/;

/** A text in quotes, so that a query takes every character of it literally. */
export function quoteQueryText(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** The terms of a query. Throws a QueryError for an open quote, a missing value or a lone minus. */
export function readQueryWords(query: string): readonly QueryWord[] {
  const words: QueryWord[] = [];
  let position = 0;
  while (position < query.length) {
    if (SPACE.test(query[position] ?? '')) position += 1;
    else {
      const word = readWord(query, position);
      words.push(word);
      position = word.place.end;
    }
  }
  return words;
}

function readWord(query: string, start: number): QueryWord {
  const isNegated = query[start] === '-';
  const from = isNegated ? start + 1 : start;
  const field = fieldAt(query, from);
  const values = readValues(query, field === undefined ? from : field.place.end + 1);
  const place = { query, start, end: values.at(-1)?.place.end ?? from };
  const [only] = values;
  if (values.length === 1 && only?.place.start === only?.place.end) {
    throw emptyValue(place, field?.name);
  }
  for (const value of values) {
    if (value.place.start === value.place.end) throw lonelyComma(value.place);
  }
  return { isNegated, field, values, place };
}

/** A drive is no field: one letter before `:\` or `:/`. */
const FIELD = /^([^\s",:]*):/;
const DRIVE = /^[a-z]:[\\/]/i;

function fieldAt(query: string, start: number): QueryWord['field'] {
  const rest = query.slice(start);
  const name = DRIVE.test(rest) ? undefined : FIELD.exec(rest)?.[1];
  if (name === undefined) return undefined;
  return { name, place: { query, start, end: start + name.length } };
}

function emptyValue(place: QueryPlace, field: string | undefined): QueryError {
  if (field === undefined) {
    return new QueryError({
      place,
      problem: 'a minus stands alone',
      hint: 'It means "not" right before a word or field; in quotes it is looked for.',
    });
  }
  return new QueryError({
    place,
    problem: `${field}: has no value`,
    hint: `No space follows the colon; an empty value is written ${field}:"".`,
  });
}

function lonelyComma(place: QueryPlace): QueryError {
  return new QueryError({
    place: { ...place, start: Math.max(0, place.start - 1) },
    problem: 'a value is missing beside the comma',
    hint: 'No space stands beside a comma, which means "or"; in quotes it is looked for.',
  });
}

/** Values up to the next space outside quotes. */
function readValues(query: string, start: number): readonly QueryValue[] {
  const values: QueryValue[] = [];
  let mask: MaskPart[] = [];
  let valueStart = start;
  let position = start;
  const endValue = () => {
    values.push({ mask, place: { query, start: valueStart, end: position } });
    mask = [];
  };
  while (position < query.length) {
    const character = query[position] ?? '';
    if (SPACE.test(character)) break;
    if (character === ',') {
      endValue();
      valueStart = position + 1;
    } else if (character === '"') {
      const quoted = readQuoted(query, position);
      addText(mask, quoted.text);
      position = quoted.end;
      continue;
    } else if (character === '*' || character === '?') mask.push(character);
    else addText(mask, character);
    position += 1;
  }
  endValue();
  return values;
}

function addText(mask: MaskPart[], text: string): void {
  const last = mask.at(-1);
  if (typeof last === 'object') mask[mask.length - 1] = { text: last.text + text };
  else mask.push({ text });
}

/** From an opening quote: two quotes within are one that is meant. */
function readQuoted(query: string, start: number): { readonly text: string; readonly end: number } {
  let text = '';
  let position = start + 1;
  while (position < query.length) {
    const quote = query.indexOf('"', position);
    if (quote < 0) break;
    text += query.slice(position, quote);
    if (query[quote + 1] !== '"') return { text, end: quote + 1 };
    text += '"';
    position = quote + 2;
  }
  throw new QueryError({
    place: { query, start, end: query.length },
    problem: 'a quote is opened here and never closed',
    hint: 'Two quotes within quotes stand for one that is looked for.',
  });
}
