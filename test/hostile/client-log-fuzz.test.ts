import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  countLines,
  formatRecord,
  clientLogRecordOf,
  instantOf,
  isLogTime,
  readClientLog,
  type LogLine,
  type ReadRecord,
} from '../../src/client-log/index.js';

/** Set TALLY_FUZZ_SEED to run again what the name of a failed test shows, and TALLY_FUZZ_RUNS for a longer hunt. */
const seed = Number(process.env['TALLY_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const numRuns = Number(process.env['TALLY_FUZZ_RUNS'] ?? 2000);

const folder = new URL('../fixtures/client-logs/', import.meta.url);
const corpus = readdirSync(folder)
  .filter((name) => name.endsWith('.log'))
  .map((name) => readFileSync(new URL(name, folder)));

const TOKENS = [
  '\n',
  '\r\n',
  '\r',
  ';',
  '; ',
  '\0',
  '%',
  '%0A',
  ':',
  '[',
  ']:21',
  '/',
  '\\',
  '-',
  '0',
  'ftp',
  'upload',
];
const token = fc.oneof(
  fc.constantFrom(...TOKENS).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
);

/** Cuts a piece out of the bytes and puts another in; places are shares of the length, so that they shrink well. */
interface Change {
  readonly place: number;
  readonly length: number;
  readonly piece: Buffer;
}

const share = fc.integer({ min: 0, max: 1000 });
const change: fc.Arbitrary<Change> = fc.record({ place: share, length: fc.nat({ max: 40 }), piece: token });

const mutatedLog = fc
  .tuple(fc.constantFrom(...corpus), fc.constantFrom(...corpus), share, fc.array(change, { maxLength: 12 }))
  .map(([one, other, cutAt, changes]) => {
    const spliced = Buffer.concat([one.subarray(0, placeIn(one, cutAt)), other]);
    return changes.reduce(changed, spliced);
  });

function placeIn(bytes: Buffer, place: number): number {
  return Math.floor((bytes.length * place) / 1000);
}

function changed(bytes: Buffer, { place, length, piece }: Change): Buffer {
  const at = placeIn(bytes, place);
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + length)]);
}

async function read(bytes: Buffer, pieceLength: number): Promise<readonly LogLine[]> {
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += pieceLength) yield bytes.subarray(at, at + pieceLength);
  };
  const lines: LogLine[] = [];
  for await (const line of readClientLog(pieces(), { timeZone: 'Europe/Berlin' })) lines.push(line);
  return lines;
}

/** Lines as any editor counts them: each line feed ends one, and what stands behind the last is one more. */
function lineCount(bytes: Buffer): number {
  const ends = bytes.reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 0);
  return bytes.length === 0 || bytes.at(-1) === 0x0a ? ends : ends + 1;
}

function expectSound(record: ReadRecord, line: LogLine): void {
  expect(isLogTime(record.time)).toBe(true);
  expect(Number.isFinite(instantOf(record.time, line.file.timeZone))).toBe(true);
  expect(Number.isSafeInteger(record.code)).toBe(true);
  expect(record.protocol).toBe(record.protocol.toLowerCase());
  if (record.candidates !== undefined) {
    const { localPath, remotePath } = record;
    expect(record.candidates[0]).toEqual({ localPath, remotePath });
    expect(record.deviations).toContain('raw-semicolon-in-path');
  }
  if (record.deviations.length > 0) return;
  const written = clientLogRecordOf(record);
  expect(written && formatRecord(written)).toBe(Buffer.from(line.raw).toString());
}

it(`reads logs that were cut, joined and scribbled over (TALLY_FUZZ_SEED=${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(mutatedLog, fc.integer({ min: 1, max: 200 }), async (bytes, pieceLength) => {
      const lines = await read(bytes, pieceLength);
      const back = lines.flatMap(({ raw, lineEnd }) => [raw, Buffer.from(lineEnd)]);
      expect(Buffer.concat(back).equals(bytes)).toBe(true);
      const counts = countLines(lines);
      expect(counts.lines).toBe(lineCount(bytes));
      const { records, headers, blank, malformed, incomplete } = counts;
      expect(records + headers + blank + malformed + incomplete).toBe(counts.lines);
      let offset = 0;
      for (const [index, line] of lines.entries()) {
        expect(line).toMatchObject({ lineNumber: index + 1, offset });
        offset += line.lengthBytes;
        if (line.kind === 'malformed') expect(line.reason).not.toBe('');
        if (line.kind === 'record' || line.kind === 'incomplete') {
          if (line.record !== undefined) expectSound(line.record, line);
        }
      }
    }),
    { seed, numRuns },
  );
});
