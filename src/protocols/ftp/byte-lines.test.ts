import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteLines } from './byte-lines.js';

function linesOf(chunks: readonly Buffer[], maxLineBytes = 1_000): { lines: string[]; isSound: boolean } {
  const splitter = new ByteLines(maxLineBytes);
  const lines: string[] = [];
  const isSound = chunks.every((chunk) =>
    splitter.push(chunk, (line) => lines.push(line.toString('latin1'))),
  );
  const rest = splitter.end();
  return { lines: rest === undefined ? lines : [...lines, rest.toString('latin1')], isSound };
}

describe('ByteLines', () => {
  it('takes LF and CR LF as line ends, and a CR elsewhere as part of the line', () => {
    expect(linesOf([Buffer.from('a\r\nb\nc\rd\r\n')]).lines).toEqual(['a', 'b', 'c\rd']);
  });

  it('gives the last line of a stream that ended without a line end', () => {
    expect(linesOf([Buffer.from('a\r\nrest')]).lines).toEqual(['a', 'rest']);
    expect(linesOf([Buffer.from('a\r\n')]).lines).toEqual(['a']);
  });

  it('gives the same lines however the stream was cut', () => {
    const text = fc.array(fc.constantFrom('a', 'ü', '\r', '\n', '\r\n', ' ', '226 '), { maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(20), { maxLength: 30 }), (parts, cuts) => {
        const whole = Buffer.from(parts.join(''));
        expect(linesOf(cut(whole, cuts)).lines).toEqual(linesOf([whole]).lines);
      }),
    );
  });

  it('refuses a line that is longer than allowed, complete or not, in one piece or in many', () => {
    expect(linesOf([Buffer.from(`${'x'.repeat(10)}\n`)], 10).isSound).toBe(true);
    expect(linesOf([Buffer.from(`${'x'.repeat(11)}\n`)], 10).isSound).toBe(false);
    expect(linesOf([Buffer.from('x'.repeat(12))], 10).isSound).toBe(false);
    expect(
      linesOf(
        Array.from({ length: 12 }, () => Buffer.from('x')),
        10,
      ).isSound,
    ).toBe(false);
  });

  it('does not keep the chunk that an unfinished line stood in', () => {
    const chunk = Buffer.from('done\nrest');
    const splitter = new ByteLines(100);
    splitter.push(chunk, () => undefined);
    chunk.fill('!');
    expect(splitter.end()?.toString()).toBe('rest');
  });
});

function cut(whole: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(whole.subarray(at, at + size));
    at += size;
  }
  return [...pieces, whole.subarray(at)];
}
