import { describe, expect, it } from 'vitest';
import { NameBook, REST } from './name-book.js';

describe('a book of names', () => {
  it('gives each name a place, and those that do not fit one together', () => {
    const book = new NameBook(2);
    expect(['a', 'b', 'a', 'c', 'd'].map((name) => book.indexOf(name))).toEqual([0, 1, 0, REST, REST]);
    expect(book.names('(other)')).toEqual(['a', 'b', '(other)']);
    expect(book.place(REST)).toBe(2);
  });

  it('has no rest where all fit', () => {
    const book = new NameBook(2);
    book.indexOf('a');
    expect(book.hasRest).toBe(false);
    expect(book.names('(other)')).toEqual(['a']);
  });

  it('keeps no document that poses as a name', () => {
    const book = new NameBook(2);
    const long = 'x'.repeat(100_000);
    expect(book.indexOf(long)).toBe(book.indexOf(long));
    expect(book.names('')[0]).toBe(`${'x'.repeat(200)}... (99800 more characters)`);
  });
});
