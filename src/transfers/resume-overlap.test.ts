import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OverlapDisagrees, OverlapGate, type Overlap } from './resume-overlap.js';

const bytesOf = (standing: Uint8Array): Overlap => ({
  lengthBytes: standing.length,
  standing: { kind: 'bytes', bytes: standing },
});

const checksumOf = (standing: Uint8Array): Overlap => ({
  lengthBytes: standing.length,
  standing: {
    kind: 'checksum',
    algorithm: 'sha256',
    value: createHash('sha256').update(standing).digest('hex'),
  },
});

/** What passes when the source gives `content` in pieces of these sizes. */
async function through(overlap: Overlap, content: Uint8Array, sizes: readonly number[]) {
  const passed: Uint8Array[] = [];
  const gate = new OverlapGate(overlap, { write: (chunk) => void passed.push(chunk) });
  let at = 0;
  for (let turn = 0; at < content.length; turn += 1) {
    const end = at + (sizes[turn % sizes.length] ?? 1);
    await gate.write(content.subarray(at, end));
    at = end;
  }
  gate.end();
  return { passed: Buffer.concat(passed), agrees: await gate.passed };
}

const overlaps = fc.constantFrom(bytesOf, checksumOf);
const pieces = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
const bytes = (minLength: number) => fc.uint8Array({ minLength, maxLength: 200 });

describe('the overlap', () => {
  it('lets through what follows it and nothing else, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(overlaps, bytes(1), bytes(0), pieces, async (overlap, standing, rest, sizes) => {
        const result = await through(overlap(standing), Buffer.concat([standing, rest]), sizes);
        expect(result).toEqual({ passed: Buffer.from(rest), agrees: true });
      }),
    );
  });

  it('lets nothing through when one byte of it differs', async () => {
    const place = fc.nat(10_000);
    await fc.assert(
      fc.asyncProperty(
        overlaps,
        bytes(1),
        bytes(0),
        pieces,
        place,
        async (overlap, standing, rest, sizes, at) => {
          const other = Buffer.from(standing);
          other[at % other.length] = ((other[at % other.length] ?? 0) + 1) & 0xff;
          const gate = through(overlap(standing), Buffer.concat([other, rest]), sizes);
          await expect(gate).rejects.toBeInstanceOf(OverlapDisagrees);
        },
      ),
    );
  });

  it('does not agree with a source that ends before it', async () => {
    const standing = Buffer.from('standing');
    for (const overlap of [bytesOf, checksumOf]) {
      expect(await through(overlap(standing), standing.subarray(0, 5), [3])).toMatchObject({ agrees: false });
    }
  });
});
