import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyRecord } from '../client-log.testing.js';
import { formatRecord } from '../format.js';
import { clientLogRecordOf } from './client-log-record-of.js';
import { parseLogLine } from './parse-log-line.js';

function read(line: string) {
  const reading = parseLogLine(new TextEncoder().encode(line), { isFirst: false, hasEnd: true });
  if (reading.kind !== 'record') throw new Error(`not a record: ${line}`);
  return reading.record;
}

describe('clientLogRecordOf', () => {
  it('gives back what formatRecord wrote', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(clientLogRecordOf(read(formatRecord(record)))).toStrictEqual(record);
      }),
    );
  });

  it('has no result where the verdict was inferred from an empty tenth column', () => {
    const record = clientLogRecordOf(read('2006-03-06 10:11:03; ftp; h; 21; u; /a; /b; upload; 226; ;'));
    expect(record).not.toHaveProperty('result');
  });

  it.each([
    ['protocol', '2006-03-06 10:11:03; as2; h; 21; u; /a; /b; upload; 226;'],
    ['operation', '2006-03-06 10:11:03; ftp; h; 21; u; /a; /b; send; 226;'],
    ['port', '2006-03-06 10:11:03; ftp; h; ; u; /a; /b; upload; 226;'],
  ])('has nothing for a line whose %s Tallyman cannot write', (_what, line) => {
    expect(clientLogRecordOf(read(line))).toBeUndefined();
  });
});
