import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyRecord, VENDOR_RECORD, VENDOR_SAMPLE } from '../client-log.testing.js';
import { formatRecord } from '../format.js';
import { parseLine } from '../parse.js';
import type { ClientLogRecord } from '../record.js';
import { clientLogRecordOf } from './client-log-record-of.js';
import type { LineReading } from './log-line.js';
import { parseLogLine } from './parse-log-line.js';

const RUNS = { numRuns: 3000 };

function read(line: string | Uint8Array): LineReading {
  const raw = typeof line === 'string' ? new TextEncoder().encode(line) : line;
  return parseLogLine(raw, { isFirst: false, hasEnd: true });
}

/** A line of this record, its paths as they are, so that semicolons stand raw in them. */
function rawLine(localPath: string, remotePath: string): string {
  return `2012-05-14 22:00:07; sftp; h; 22; u; ${localPath}; ${remotePath}; upload; 0; 0;`;
}

function partingsOf(localPath: string, remotePath: string): unknown {
  const reading = read(rawLine(localPath, remotePath));
  return reading.kind === 'record' ? reading.record.candidates : reading.kind;
}

/** Ordinary records: names as files have them, semicolons among them. */
const fileName = fc
  .array(fc.constantFrom('a', 'B', '1', ' ', ';', '; ', '.', '-', 'ü', '(', '_'), {
    minLength: 1,
    maxLength: 10,
  })
  .map((pieces) => pieces.join(''))
  .filter((name) => name.trim() !== '');

/** A line that is nearly right: a piece cut out, put in, or replaced. */
const damagedLine = fc
  .tuple(
    anyRecord,
    fc.nat(),
    fc.nat({ max: 4 }),
    fc.constantFrom('', ';', ' ', '; ', '\t', '\r', '%3b', '%', '0', '\0', '\u0085', '\ufeff', 'FTP', ':21'),
  )
  .map(([record, place, length, piece]) => {
    const line = formatRecord(record);
    const at = place % (line.length + 1);
    // By way of bytes, which cannot hold the half of a pair that was cut apart.
    return Buffer.from(line.slice(0, at) + piece + line.slice(at + length)).toString();
  });

describe('parseLogLine on lines of Tallyman', () => {
  it("reads the vendor's sample", () => {
    expect(read(VENDOR_SAMPLE)).toEqual({
      kind: 'record',
      record: { ...VENDOR_RECORD, result: 'succeeded', isInferred: true, columns: 9, deviations: [] },
    });
  });

  it('reads whatever formatRecord writes, and calls nothing in it a deviation but what is empty', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const reading = read(formatRecord(record));
        if (reading.kind !== 'record') throw new Error(reading.kind);
        const { result, isInferred, columns, deviations, ...same } = reading.record;
        const { result: written, ...nine } = record;
        expect(same).toStrictEqual(nine);
        expect(columns).toBe(written === undefined ? 9 : 10);
        expect(isInferred).toBe(written === undefined);
        if (written !== undefined) expect(result).toBe(written);
        const isEmpty = [record.host, record.localPath, record.remotePath].includes('');
        expect(deviations).toEqual(isEmpty ? ['empty-column'] : []);
      }),
      RUNS,
    );
  });

  it('says of no line that it does not deviate unless Tallyman would write it byte for byte', () => {
    fc.assert(
      fc.property(damagedLine, (line) => {
        const reading = read(line);
        if (reading.kind !== 'record' || reading.record.deviations.length > 0) return;
        const record = clientLogRecordOf(reading.record);
        if (record === undefined) throw new Error('a deviation has gone unnoticed');
        expect(formatRecord(record)).toBe(line);
      }),
      RUNS,
    );
  });

  it('takes every line that the strict reader takes, for the same record', () => {
    fc.assert(
      fc.property(damagedLine, (line) => {
        const strict = parseLine(line);
        if (strict.kind !== 'record') return;
        const tolerant = read(line);
        if (tolerant.kind !== 'record') throw new Error(tolerant.kind);
        expect(clientLogRecordOf(tolerant.record)).toStrictEqual(strict.record);
      }),
      RUNS,
    );
  });
});

describe('parseLogLine on any bytes', () => {
  it('never throws, and says why a line is malformed', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      damagedLine.map((line) => Uint8Array.from(Buffer.from(line, 'latin1'))),
      fc
        .array(
          fc.constantFrom(
            ';',
            '; ',
            '/',
            'ftp',
            '21',
            'upload',
            '0',
            '2006-03-06 10:11:03',
            ':',
            '|',
            'Time',
          ),
          {
            maxLength: 40,
          },
        )
        .map((pieces) => new TextEncoder().encode(pieces.join(''))),
    );
    fc.assert(
      fc.property(bytes, fc.boolean(), fc.boolean(), (raw, isFirst, hasEnd) => {
        const reading = parseLogLine(raw, { isFirst, hasEnd });
        if (reading.kind === 'malformed') expect(reading.reason).not.toBe('');
        expect(reading.kind === 'incomplete').toBe(!hasEnd);
      }),
      { numRuns: 10_000 },
    );
  });

  it('reads a line of a million semicolons without losing itself in them', () => {
    expect(read(rawLine('/;'.repeat(500_000), '/a')).kind).toBe('malformed');
    expect(read(';'.repeat(1_000_000)).kind).toBe('malformed');
  });
});

describe('parseLogLine on a raw semicolon in a path', () => {
  it('finds the two paths again where both end in the same name', () => {
    fc.assert(
      fc.property(fileName, (name) => {
        const local = `D:\\Out\\${name}`;
        const remote = `/in/${name}`;
        const reading = read(rawLine(local, remote));
        if (reading.kind !== 'record') throw new Error(reading.kind);
        expect(reading.record).toMatchObject({ localPath: local, remotePath: remote });
        expect(reading.record.deviations.includes('raw-semicolon-in-path')).toBe(name.includes(';'));
        expect(reading.record.candidates?.[0]).toEqual(
          name.includes(';') ? { localPath: local, remotePath: remote } : undefined,
        );
      }),
      RUNS,
    );
  });

  it.each([
    ['the names differ only in capitals', 'D:\\a;b.txt', '/in/A;B.TXT', [['D:\\a;b.txt', '/in/A;B.TXT']]],
    ['the remote path is the name alone', 'D:\\a;b.txt', 'a;b.txt', [['D:\\a;b.txt', 'a;b.txt']]],
    ['the semicolon is in a folder', '/out;old/c', '/in;new/c', [['/out;old/c', '/in;new/c']]],
    [
      'the names agree in two places, first the one whose boundary has its space',
      '/o/f;/in/f',
      '/in/f',
      [
        ['/o/f;/in/f', '/in/f'],
        ['/o/f', '/in/f; /in/f'],
      ],
    ],
    [
      'the names agree in two places, first the one without a difference in capitals',
      '/o/F; /in/f',
      '/x/f',
      [
        ['/o/F; /in/f', '/x/f'],
        ['/o/F', '/in/f; /x/f'],
      ],
    ],
    [
      'no names agree, first the one with an absolute remote path',
      'D:\\out; old\\*.xml',
      '/in/',
      [
        ['D:\\out; old\\*.xml', '/in/'],
        ['D:\\out', 'old\\*.xml; /in/'],
      ],
    ],
  ])('gives every way to part them where %s', (_what, local, remote, pairs) => {
    const candidates = pairs.map(([localPath, remotePath]) => ({ localPath, remotePath }));
    expect(partingsOf(local, remote)).toEqual(candidates);
  });

  it.each([
    ['nothing looks like a path', 'a;b.txt', 'c.txt'],
    ['only one half looks like a path', 'D:\\a;b.txt', 'c'],
    ['the local half does not look like one', 'a;b', '/in/c'],
  ])('guesses nothing where %s', (_what, local, remote) => {
    expect(partingsOf(local, remote)).toBe('malformed');
  });

  it('needs known words around the paths, because the number of columns proves nothing', () => {
    const line = rawLine('D:\\a;b', '/a;b');
    expect(read(line.replace('sftp', 'as2')).kind).toBe('malformed');
    expect(read(line.replace('upload', 'send')).kind).toBe('malformed');
  });

  it('does not take the column of host and port for a host without a port, where nobody logs in', () => {
    const line = '2012-05-14 22:00:07; sftp; h:22; ; /out;old/c; /in/c; upload; 0; 0;';
    expect(read(line)).toMatchObject({
      record: { host: 'h', port: 22, localPath: '/out;old/c', remotePath: '/in/c' },
    });
  });

  it('still decodes what is escaped, and does not call the semicolon unescaped as well', () => {
    expect(read(rawLine('/out/a;b%0A.txt', '/in/a;b%0A.txt'))).toMatchObject({
      record: { localPath: '/out/a;b\n.txt', deviations: ['raw-semicolon-in-path'] },
    });
  });

  it('does not take two lines that run together for one with semicolons in its paths', () => {
    const reason = 'a second date and time stands in it, as where two lines run together';
    for (const first of [VENDOR_SAMPLE, VENDOR_SAMPLE.slice(0, 60), `${VENDOR_SAMPLE} 0;`]) {
      expect(read(first + VENDOR_SAMPLE)).toEqual({ kind: 'malformed', reason });
    }
  });
});

describe('the code', () => {
  it.each([
    ['-0', 0],
    ['+226', 226],
    ['000226', 226],
    ['-01', -1],
    ['4294967295', 4_294_967_295],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('%s is the number %d', (text, code) => {
    const reading = read(VENDOR_SAMPLE.replace('226', text));
    expect(reading.kind === 'record' && reading.record.code).toBe(code);
  });

  it.each(['9007199254740992', '10000000000000000', '0x10', '1e3', '2.0', '--1', '22 6', '٢٢٦'])(
    '%s is none',
    (text) => {
      expect(read(VENDOR_SAMPLE.replace('226', text))).toEqual({
        kind: 'malformed',
        reason: 'the code is not a whole number',
      });
    },
  );
});

describe('the verdict of nine columns', () => {
  const verdict = (protocol: string, code: number) => {
    const reading = read(VENDOR_SAMPLE.replace(' ftp;', ` ${protocol};`).replace('226', String(code)));
    return reading.kind === 'record' && reading.record.isInferred ? reading.record.result : 'none';
  };

  it.each([
    ['ftp', 226, 'succeeded'],
    ['ftp', 150, 'failed'],
    ['ftp', 10_060, 'failed'],
    ['sftp', 0, 'succeeded'],
    ['sftp', 226, 'failed'],
    ['https', 201, 'succeeded'],
    ['https', 302, 'failed'],
    ['local', 0, 'succeeded'],
    ['as2', 0, 'succeeded'],
    ['as2', 200, 'succeeded'],
    ['as2', -1, 'failed'],
  ])('is read from the code: %s %i %s', (protocol, code, expected) => {
    expect(verdict(protocol, code)).toBe(expected);
  });

  it('is not read from the code where a tenth column speaks', () => {
    const record: ClientLogRecord = { ...VENDOR_RECORD, code: 550, result: 'succeeded' };
    expect(read(formatRecord(record))).toMatchObject({ record: { result: 'succeeded', isInferred: false } });
  });
});

describe('a byte order mark', () => {
  const marked = new TextEncoder().encode(`\ufeff${VENDOR_SAMPLE}`);

  it('is put up with before the first line of a file', () => {
    expect(parseLogLine(marked, { isFirst: true, hasEnd: true })).toMatchObject({
      kind: 'record',
      record: { deviations: ['byte-order-mark'] },
    });
  });

  it('is named where it stands before another line', () => {
    expect(parseLogLine(marked, { isFirst: false, hasEnd: true })).toEqual({
      kind: 'malformed',
      reason: 'a byte order mark stands before it, in the middle of the file',
    });
  });
});
