import fc from 'fast-check';
import { anyRecord } from '../../client-log/client-log.testing.js';
import { formatRecord } from '../../client-log/format.js';
import type { LogFileRef, LogLine } from '../../client-log/reading/log-line.js';
import { readLogBatches } from '../../client-log/reading/read-client-log.js';

/** Lines as logs hold them, without their ends: whole, damaged, of other makers, and no records at all. */
const lineText = fc.oneof(
  { weight: 6, arbitrary: anyRecord.map(formatRecord) },
  { weight: 2, arbitrary: anyRecord.map((record) => formatRecord(record).replaceAll('; ', ';')) },
  { weight: 1, arbitrary: anyRecord.map((record) => formatRecord(record).slice(0, -1)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(anyRecord.map(formatRecord), fc.nat(), fc.constantFrom(';', ' ', '\0', 'x', '9', ';;', '; '))
      .map(([line, at, text]) => line.slice(0, at % line.length) + text + line.slice((at % line.length) + 1)),
  },
  { weight: 1, arbitrary: fc.constantFrom('', '   ', 'Time; Protocol; Host Name; Port;', '\ufeff', '===') },
  { weight: 1, arbitrary: fc.string({ maxLength: 200 }) },
);

const latin1Line = lineText.map((text) => Buffer.from(text.replaceAll(/[\r\n]/g, ' '), 'latin1'));
const utf8Line = lineText.map((text) => Buffer.from(text.replaceAll(/[\r\n]/g, ' '), 'utf8'));
const lineEnd = fc.constantFrom('\n', '\n', '\n', '\r\n');

/** The bytes of a log with anything in it; the last line may lack its end. */
export const logBytes: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.array(fc.tuple(fc.oneof({ weight: 5, arbitrary: utf8Line }, latin1Line), lineEnd), { maxLength: 60 }),
    fc.option(utf8Line, { freq: 3 }),
  )
  .map(([lines, last]) =>
    Buffer.concat([...lines.flatMap(([line, end]) => [line, Buffer.from(end)]), ...(last ? [last] : [])]),
  );

/** What the tolerant reader makes of the bytes, all at once. */
export async function linesOf(bytes: Uint8Array, file: LogFileRef): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  const chunks = (async function* () {
    yield bytes;
  })();
  for await (const batch of readLogBatches(chunks, file)) lines.push(...batch);
  return lines;
}
