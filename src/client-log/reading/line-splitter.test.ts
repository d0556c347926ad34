import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTooLong, LineSplitter, type RawLine, type SplitterStart } from './line-splitter.js';
import { MAX_LINE_BYTES } from './log-line.js';

function linesOf(pieces: readonly Uint8Array[], start?: SplitterStart): readonly RawLine[] {
  const splitter = new LineSplitter(start);
  const lines: RawLine[] = [];
  for (const piece of pieces) {
    splitter.feed(piece);
    for (let line = splitter.next(); line !== undefined; line = splitter.next()) lines.push(line);
  }
  const last = splitter.end();
  return last === undefined ? lines : [...lines, last];
}

/** The bytes in pieces of these lengths, over and over; an empty piece now and then. */
function cut(bytes: Uint8Array, lengths: readonly number[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (let turn = 0; from < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 0;
    pieces.push(bytes.slice(from, from + length));
    from += length;
  }
  return pieces;
}

/** Where lines end, and what looks like it. */
const content = fc
  .array(fc.constantFrom('\n', '\r\n', '\r', '\r\r\n', 'a', ' ', 'Zeile', '\0', '\u0085', '\u2028'), {
    maxLength: 40,
  })
  .map((pieces) => new TextEncoder().encode(pieces.join('')));
const pieceLengths = fc
  .array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 5 })
  .filter((lengths) => lengths.some((length) => length > 0));

describe('LineSplitter', () => {
  it('parts at LF and CRLF, says which, and gives an unfinished line at the end', () => {
    expect(linesOf([Buffer.from('ab\ncd\r\n\r\nef\r')])).toEqual([
      { lineNumber: 1, offset: 0, lengthBytes: 3, raw: Buffer.from('ab'), lineEnd: '\n' },
      { lineNumber: 2, offset: 3, lengthBytes: 4, raw: Buffer.from('cd'), lineEnd: '\r\n' },
      { lineNumber: 3, offset: 7, lengthBytes: 2, raw: Buffer.from(''), lineEnd: '\r\n' },
      { lineNumber: 4, offset: 9, lengthBytes: 3, raw: Uint8Array.from(Buffer.from('ef\r')), lineEnd: '' },
    ]);
  });

  it('has no line for a file without bytes, nor behind the last line end', () => {
    expect(linesOf([])).toEqual([]);
    expect(linesOf([Buffer.from('a\n')])).toHaveLength(1);
  });

  it('gives back the file byte for byte, whatever the pieces', () => {
    fc.assert(
      fc.property(content, pieceLengths, (bytes, lengths) => {
        const lines = linesOf(cut(bytes, lengths));
        const back = lines.flatMap(({ raw, lineEnd }) => [Buffer.from(raw), Buffer.from(lineEnd)]);
        expect(Buffer.concat(back)).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the same lines, whatever the pieces', () => {
    fc.assert(
      fc.property(content, pieceLengths, (bytes, lengths) => {
        const plain = (lines: readonly RawLine[]) => lines.map((line) => ({ ...line, raw: [...line.raw] }));
        expect(plain(linesOf(cut(bytes, lengths)))).toEqual(plain(linesOf([bytes])));
      }),
      { numRuns: 2000 },
    );
  });

  it('counts lines and bytes on from where it starts', () => {
    const [first, second] = linesOf([Buffer.from('a\nb')], { lineNumber: 10, offset: 500 });
    expect(first).toMatchObject({ lineNumber: 10, offset: 500 });
    expect(second).toMatchObject({ lineNumber: 11, offset: 502 });
  });

  it.each([
    ['in one piece', 10 * MAX_LINE_BYTES],
    ['in many pieces', 65_536],
  ])('keeps the first bytes of a line that is too long, and its true length, %s', (_what, pieceLength) => {
    const long = Buffer.alloc(2 * MAX_LINE_BYTES, 'x');
    const bytes = Buffer.concat([long, Buffer.from('\r\nnext\n'), long]);
    const [first, second, third] = linesOf(cut(bytes, [pieceLength]));
    expect(first).toMatchObject({ lengthBytes: 2 * MAX_LINE_BYTES + 2, lineEnd: '\r\n' });
    expect(first?.raw.length).toBe(MAX_LINE_BYTES);
    expect(second).toMatchObject({ lineNumber: 2, offset: 2 * MAX_LINE_BYTES + 2, lengthBytes: 5 });
    expect(third).toMatchObject({ lengthBytes: 2 * MAX_LINE_BYTES, lineEnd: '' });
    expect([first, second, third].map((line) => line && isTooLong(line))).toEqual([true, false, true]);
  });

  it.each(['\n', '\r\n', ''])('keeps a line of the greatest length whole before %j', (lineEnd) => {
    for (const pieceLength of [10 * MAX_LINE_BYTES, 65_536]) {
      const bytes = Buffer.concat([Buffer.alloc(MAX_LINE_BYTES, 'x'), Buffer.from(lineEnd)]);
      const [line] = linesOf(cut(bytes, [pieceLength]));
      expect(line).toMatchObject({ lengthBytes: bytes.length, lineEnd });
      expect(line && isTooLong(line)).toBe(false);
    }
  });

  it('does not lose lines of a piece that is not read to its end', () => {
    const splitter = new LineSplitter();
    splitter.feed(Buffer.from('a\nb\n'));
    splitter.next();
    expect(() => splitter.feed(Buffer.from('c'))).toThrow(RangeError);
  });
});
