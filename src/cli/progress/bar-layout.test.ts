import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth } from '../text-width.js';
import { barLines } from './bar-layout.js';
import type { MovingFile, ProgressView } from './progress-state.js';

const file = (name: string, changes: Partial<MovingFile> = {}): MovingFile => ({
  name,
  sizeBytes: 1000,
  movedBytes: 250,
  isWaiting: false,
  ...changes,
});

const view = (changes: Partial<ProgressView> = {}): ProgressView => ({
  moving: [],
  settledFiles: 3,
  failedFiles: 0,
  retries: 0,
  movedBytes: 1_288_490_189,
  foundFiles: 12,
  totalBytes: 3_650_722_202,
  isListed: true,
  bytesPerSecond: 12_897_485,
  elapsedMs: 100_000,
  ...changes,
});

describe('the total line', () => {
  it('tells files, bytes, rate and time left', () => {
    expect(barLines(view(), 100, 24)).toEqual(['3/12 files  1.2 GiB of 3.4 GiB  12.3 MiB/s  3 min 4 s left']);
  });

  it('names failures and retries', () => {
    const [line] = barLines(view({ failedFiles: 2, retries: 1 }), 120, 24);
    expect(line).toBe('3/12 files  2 failed  1.2 GiB of 3.4 GiB  12.3 MiB/s  3 min 4 s left  1 retry');
  });

  it('promises nothing that is not known', () => {
    const unknown = view({
      totalBytes: undefined,
      bytesPerSecond: undefined,
      isListed: false,
      foundFiles: 5,
    });
    expect(barLines(unknown, 100, 24)).toEqual(['3/5+ files  1.2 GiB']);
  });

  it('drops the least important first when there is no room', () => {
    expect(barLines(view({ failedFiles: 2 }), 44, 24)).toEqual(['3/12 files  2 failed  1.2 GiB of 3.4 GiB']);
    expect(barLines(view({ failedFiles: 2 }), 24, 24)).toEqual(['3/12 files  2 failed']);
    expect(barLines(view(), 8, 24)).toEqual(['3/12 f…']);
  });
});

describe('the lines of files', () => {
  it('show a bar, a percentage and the size', () => {
    const [line] = barLines(view({ moving: [file('/out/orders.csv')] }), 80, 24);
    expect(line).toMatch(/^\/out\/orders\.csv +\[==== {12}\] {2}25% of +1000 B$/);
  });

  it('show no percentage where the size is not known', () => {
    const [line] = barLines(view({ moving: [file('x', { sizeBytes: undefined })] }), 80, 24);
    expect(line).toMatch(/^x +250 B$/);
  });

  it('say when a file waits for its next attempt', () => {
    const [line] = barLines(view({ moving: [file('x', { isWaiting: true })] }), 80, 24);
    expect(line).toMatch(/waits for its next attempt$/);
  });

  it('never say more than all of it', () => {
    const [line] = barLines(view({ moving: [file('x', { movedBytes: 5000 })] }), 80, 24);
    expect(line).toContain('100% of');
  });

  it('become "+37 more" where the terminal ends', () => {
    const moving = Array.from({ length: 42 }, (_, index) => file(`f${index}`));
    const lines = barLines(view({ moving }), 80, 10);
    expect(lines).toHaveLength(7);
    expect(lines[5]).toBe('+37 more');
    expect(lines[6]).toContain('3/12 files');
  });
});

it('no terminal is too small: nothing wraps, nothing overflows, nothing escapes', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('\u001b[2J', 'a\nb', '注文書.xml', ''),
  );
  const moving = fc.array(
    fc.record({
      name,
      sizeBytes: fc.option(fc.nat(), { nil: undefined }),
      movedBytes: fc.nat(),
      isWaiting: fc.boolean(),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(
      moving,
      fc.integer({ min: 2, max: 200 }),
      fc.integer({ min: 1, max: 60 }),
      (files, width, height) => {
        const lines = barLines(view({ moving: files }), width, height);
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, height));
        for (const line of lines) {
          expect(textWidth(line)).toBeLessThan(width);
          expect([...line].every((character) => character >= ' ')).toBe(true);
        }
      },
    ),
  );
});

it('at 20 columns a file still has its name and its share', () => {
  const lines = barLines(view({ moving: [file('/outbox/orders-2026.csv')] }), 20, 24);
  expect(lines[0]).toMatch(/^\/out….*csv +25%$/);
});
