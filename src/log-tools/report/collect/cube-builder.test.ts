import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forEachCell } from '../figures/cells.js';
import { slotOf } from '../figures/slots.js';
import { CubeBuilder } from './cube-builder.js';

const facts = { partner: 0, protocol: 0, operation: 0, cause: 0, isFailed: false, isInferred: false };

describe('counts by kind and time', () => {
  it('lose no attempt, whatever the room, and never hold more than the room allows', () => {
    const attempts = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -1e5, max: 1e5 })));
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1, max: 30 }), (all, mostCells) => {
        const builder = new CubeBuilder(mostCells);
        for (let kind = 0; kind < 4; kind += 1) builder.addKind({ ...facts, partner: kind });
        for (const [kind, hour] of all) builder.count(kind, hour);
        const { kinds, hoursPerSlot } = builder.build();
        let cells = 0;
        kinds.forEach((kind, index) => {
          forEachCell(kind, (slot, count) => {
            cells += 1;
            const expected = all.filter(
              ([each, hour]) => each === index && slotOf(hour, hoursPerSlot) === slot,
            );
            expect(count).toBe(expected.length);
          });
        });
        // One count for each kind is the least there can be.
        expect(cells).toBeLessThanOrEqual(Math.max(mostCells, 2 * kinds.length));
      }),
    );
  });

  it('are by the hour while there is room, then by the day', () => {
    const builder = new CubeBuilder(24);
    const kind = builder.addKind(facts);
    for (let hour = 0; hour < 24; hour += 1) builder.count(kind, hour);
    expect(builder.hoursPerSlot).toBe(1);
    builder.count(kind, 24);
    expect(builder.hoursPerSlot).toBe(24);
    expect(builder.build().kinds[0]?.cells).toEqual([0, 24, 1, 1]);
  });
});
