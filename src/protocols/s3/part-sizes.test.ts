import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PARTS, PartSizes } from './part-sizes.js';

const MIB = 1024 * 1024;
const TIB = 1024 * 1024 * MIB;

describe('the sizes of parts', () => {
  it('are equal and few enough for any known size up to 5 TiB, wherever an upload is gone on with', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 * TIB }),
        fc.integer({ min: 0, max: MAX_PARTS - 1 }),
        (bytes, done) => {
          const sizes = new PartSizes(16 * MIB, bytes, done);
          const partBytes = sizes.of(done + 1);
          const left = MAX_PARTS - done;
          expect(partBytes).toBeGreaterThanOrEqual(16 * MIB);
          expect(partBytes * left).toBeGreaterThanOrEqual(bytes);
          // The last may be larger: then the source gave more than it promised.
          if (done < MAX_PARTS - 2) expect(sizes.of(done + 2)).toBe(partBytes);
        },
      ),
    );
  });

  it('grow so that 5 TiB of unknown size fit', () => {
    const sizes = new PartSizes(5 * MIB, undefined, 0);
    let bytes = 0;
    for (let part = 1; part <= MAX_PARTS; part += 1) bytes += sizes.of(part);
    expect(bytes).toBeGreaterThan(5 * TIB);
    expect(sizes.of(900)).toBe(5 * MIB);
    expect(sizes.of(901)).toBe(10 * MIB);
  });
});
