import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableLayout, type TableColumn } from './table.js';
import { textWidth } from './text-width.js';

const COLUMNS: readonly TableColumn[] = [
  { title: 'time' },
  { title: 'file', shrinks: 'middle' },
  { title: 'n', align: 'right' },
  { title: 'gap', dropOrder: 1 },
];
const ROW = ['2026-03-01', 'a-rather-long-name-of-some-file.xml', '12', '4 h'];

function linesAt(width: number): readonly string[] {
  const { head, rowLines } = tableLayout(COLUMNS, [ROW], width);
  return [...head, ...rowLines(ROW)];
}

describe('a table', () => {
  it('stands as it is where there is room', () => {
    expect(linesAt(80)).toEqual([
      'time        file                                  n  gap',
      '2026-03-01  a-rather-long-name-of-some-file.xml  12  4 h',
    ]);
  });

  it('shrinks what may shrink, then drops what may go, and names it', () => {
    expect(linesAt(50)).toEqual([
      'time        file                            n  gap',
      '2026-03-01  a-rather-…me-of-some-file.xml  12  4 h',
    ]);
    expect(tableLayout(COLUMNS, [ROW], 42).dropped).toEqual(['gap']);
    expect(linesAt(42)[1]).toBe('2026-03-01  a-rather…-of-some-file.xml  12');
  });

  it('becomes a block of each row where even that does not fit', () => {
    expect(linesAt(20)).toEqual(['time: 2026-03-01', 'file: …some-file.xml', 'n: 12', 'gap: 4 h', '']);
  });

  it('is never wider than the terminal, whatever stands in it', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell, cell), { maxLength: 8 }),
        fc.integer({ min: 1, max: 120 }),
        (rows, width) => {
          const { head, rowLines } = tableLayout(COLUMNS, rows, width);
          for (const line of [...head, ...rows.flatMap(rowLines)]) {
            expect(textWidth(line)).toBeLessThanOrEqual(width);
          }
        },
      ),
    );
  });
});
