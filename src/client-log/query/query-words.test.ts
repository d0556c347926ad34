import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteQueryText, readQueryWords } from './query-words.js';

const shapeOf = (query: string) =>
  readQueryWords(query).map(({ isNegated, field, values }) => [
    ...(isNegated ? ['not'] : []),
    field?.name,
    ...values.map(({ mask }) => mask.map((part) => (typeof part === 'string' ? part : part.text))),
  ]);

describe('the words of a query', () => {
  it('are parted by space, fields by their colon, values by commas, with wildcards apart', () => {
    expect(shapeOf(' host:acme*,b?  -code:5xx  -inv ')).toEqual([
      ['host', ['acme', '*'], ['b', '?']],
      ['not', 'code', ['5xx']],
      ['not', undefined, ['inv']],
    ]);
  });

  it('keep commas, spaces, colons, wildcards and minus within quotes as they are', () => {
    expect(shapeOf('"-a, b:*" path:x" y"*"?""z"')).toEqual([
      [undefined, ['-a, b:*']],
      ['path', ['x y', '*', '?"z']],
    ]);
  });

  it('take a Windows path for a path, and only the first colon of a term for the one of its field', () => {
    expect(shapeOf(String.raw`C:\out\a.xml d:/x local:C:\out since:10:15`)).toEqual([
      [undefined, [String.raw`C:\out\a.xml`]],
      [undefined, ['d:/x']],
      ['local', [String.raw`C:\out`]],
      ['since', ['10:15']],
    ]);
  });

  it('read any text in quotes back as that text, alone and behind a field', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(text !== '');
        expect(shapeOf(`${quoteQueryText(text)} path:${quoteQueryText(text)}`)).toEqual([
          [undefined, [text]],
          ['path', [text]],
        ]);
      }),
    );
  });
});
