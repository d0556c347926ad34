import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinePlaces } from './line-places.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('lines that were seen', () => {
  it('are known by their bytes, with the place where they were seen first', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 200 }), (lines) => {
        const places = new LinePlaces();
        const first = new Map<string, { file: number; line: number }>();
        for (const [index, line] of lines.entries()) {
          const at = { file: index % 3, line: index + 1 };
          expect(places.seenBefore(bytes(line), at)).toEqual(first.get(line));
          if (!first.has(line)) first.set(line, at);
        }
      }),
    );
  });

  it('are still known when there are many', () => {
    const places = new LinePlaces(200_000);
    for (let line = 1; line <= 150_000; line += 1)
      places.seenBefore(bytes(`line ${line}`), { file: 0, line });
    const known = Array.from({ length: 150_000 }, (_, index) =>
      places.seenBefore(bytes(`line ${index + 1}`), { file: 9, line: 9 }),
    );
    expect(known.every((seen, index) => seen?.line === index + 1 && seen.file === 0)).toBe(true);
    expect(places.leftOut).toBe(0);
  });

  it('are counted when there is no room for them, and forget none', () => {
    const places = new LinePlaces(1);
    for (let line = 1; line <= 70_000; line += 1) places.seenBefore(bytes(`line ${line}`), { file: 0, line });
    expect(places.leftOut).toBe(70_000 - Math.ceil(65_536 * 0.85));
    expect(places.seenBefore(bytes('line 1'), { file: 1, line: 1 })).toEqual({ file: 0, line: 1 });
    expect(places.seenBefore(bytes('line 70000'), { file: 1, line: 1 })).toBeUndefined();
  });
});
