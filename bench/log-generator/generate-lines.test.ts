import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_SHAPE,
  NEEDLE,
  NEEDLE_LINES,
  generateLines,
  type LogShape,
  type LogTruth,
} from './generate-lines.js';
import { readLogBatches } from '../../src/client-log/reading/read-client-log.js';
import type { LogLine } from '../../src/client-log/reading/log-line.js';
import { ODDITY_NAMES } from './oddities.js';

interface Made {
  readonly bytes: Buffer;
  readonly truth: LogTruth;
  readonly days: readonly string[];
}

function make(shape: Partial<LogShape>): Made {
  const pieces = generateLines({ ...DEFAULT_SHAPE, lines: 3_000, ...shape });
  const parts: Buffer[] = [];
  const days: string[] = [];
  for (;;) {
    const piece = pieces.next();
    if (piece.done === true) return { bytes: Buffer.concat(parts), truth: piece.value, days };
    parts.push(Buffer.from(piece.value.bytes));
    days.push(piece.value.day);
  }
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function plainLines(bytes: Buffer): readonly string[] {
  return bytes.toString('latin1').split('\n').slice(0, -1);
}

async function read(bytes: Buffer): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  const file = { name: 'made.log', timeZone: 'UTC', node: '' };
  for await (const batch of readLogBatches(inPieces(bytes), file)) lines.push(...batch);
  return lines;
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

describe('generateLines', () => {
  test('makes the same bytes from the same shape, and others from another seed', () => {
    const one = digest(make({ hostileRate: 0.2 }).bytes);
    expect(digest(make({ hostileRate: 0.2 }).bytes)).toBe(one);
    expect(digest(make({ hostileRate: 0.2, seed: 2 }).bytes)).not.toBe(one);
  });

  test('counts the lines and bytes that it made', () => {
    const { bytes, truth } = make({ hostileRate: 0.3 });
    expect(truth.bytes).toBe(bytes.byteLength);
    expect(truth.lines).toBe(3_000);
    expect(plainLines(bytes)).toHaveLength(3_000);
    const { record, header, blank, malformed } = truth.kinds;
    expect(record + header + blank + malformed).toBe(3_000);
    expect([...truth.byCode.values()].reduce((sum, count) => sum + count, 0)).toBe(record);
  });

  test('brings every oddity when enough lines are hostile', () => {
    const { truth } = make({ lines: 60_000, hostileRate: 1 });
    for (const name of ODDITY_NAMES) expect([name, truth.oddities[name]]).not.toEqual([name, 0]);
  });

  test('without hostile lines every line is a record that a simple cut at "; " reads', () => {
    const { bytes, truth } = make({ hostileRate: 0, columns: '10' });
    const rows = plainLines(bytes).map((line) => line.split(';'));
    expect(rows.every((row) => row.length === 11)).toBe(true);
    expect(rows.filter((row) => row[9] === ' 1')).toHaveLength(truth.failed);
    const byCode = new Map<number, number>();
    for (const row of rows) byCode.set(Number(row[8]), (byCode.get(Number(row[8])) ?? 0) + 1);
    expect(byCode).toEqual(truth.byCode);
  });

  test('counts what the tolerant reader finds, however hostile the lines are', async () => {
    const { bytes, truth } = make({ lines: 20_000, hostileRate: 0.4 });
    const lines = await read(bytes);
    const countOf = (kind: LogLine['kind']) => lines.filter((line) => line.kind === kind).length;
    const records = lines.flatMap((line) => (line.kind === 'record' ? [line.record] : []));
    const byCode = new Map<number, number>();
    for (const { code } of records) byCode.set(code, (byCode.get(code) ?? 0) + 1);
    expect({ ...truth.kinds, incomplete: 0 }).toEqual({
      record: records.length,
      header: countOf('header'),
      blank: countOf('blank'),
      malformed: countOf('malformed'),
      incomplete: countOf('incomplete'),
    });
    expect(records.filter((record) => record.columns === 9)).toHaveLength(truth.nineColumns);
    expect(records.filter((record) => record.result === 'failed')).toHaveLength(truth.failed);
    expect(records.filter((record) => record.candidates !== undefined)).toHaveLength(
      truth.oddities['raw semicolon'] + truth.oddities['raw semicolon and space'],
    );
    expect(byCode).toEqual(truth.byCode);
  });

  test('names the sought file in the promised number of lines', () => {
    const { bytes } = make({ hostileRate: 0.2 });
    expect(plainLines(bytes).filter((line) => line.includes(NEEDLE))).toHaveLength(NEEDLE_LINES);
  });

  test('goes forward in time, over all days, and cuts its pieces where a day ends', () => {
    const { bytes, days } = make({ hostileRate: 0, days: 5 });
    const times = plainLines(bytes).map((line) => line.slice(0, 19));
    expect(times).toEqual([...times].sort());
    expect(days).toEqual(['20260501', '20260502', '20260503', '20260504', '20260505']);
  });
});
