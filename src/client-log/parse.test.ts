import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyRecord, VENDOR_RECORD, VENDOR_SAMPLE } from './client-log.testing.js';
import { formatRecord } from './format.js';
import { parseLine } from './parse.js';

const RUNS = { numRuns: 5000 };

/** Lines that are nearly right: a good line with one piece cut out, doubled or replaced. */
const damagedLine = fc
  .tuple(
    anyRecord,
    fc.nat(),
    fc.nat({ max: 4 }),
    fc.constantFrom('', ';', ' ', '%3b', '%', '0', '\n', '; ', '\ud800'),
  )
  .map(([record, place, length, piece]) => {
    const line = formatRecord(record);
    const at = place % (line.length + 1);
    return line.slice(0, at) + piece + line.slice(at + length);
  });

describe('parseLine', () => {
  it("reads the vendor's sample", () => {
    expect(parseLine(VENDOR_SAMPLE)).toEqual({ kind: 'record', record: VENDOR_RECORD });
  });

  it('gives back every record that formatRecord writes', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(parseLine(formatRecord(record))).toStrictEqual({ kind: 'record', record });
      }),
      RUNS,
    );
  });

  it('survives UTF-8: the bytes of a line decode to the same line', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const line = formatRecord(record);
        expect(Buffer.from(line, 'utf8').toString('utf8')).toBe(line);
      }),
      RUNS,
    );
  });

  it('keeps every record on one line, whatever a reader takes for a line end', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(formatRecord(record)).not.toMatch(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/);
      }),
      RUNS,
    );
  });

  it('takes only lines that formatRecord would write byte for byte', () => {
    fc.assert(
      fc.property(damagedLine, (line) => {
        const parsed = parseLine(line);
        if (parsed.kind === 'record') expect(formatRecord(parsed.record)).toBe(line);
        else expect(parsed.reason).not.toBe('');
      }),
      RUNS,
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        expect(['record', 'malformed']).toContain(parseLine(line).kind);
      }),
      RUNS,
    );
  });

  it.each([
    ['an empty line', '', 'the line is empty'],
    ['a line cut off', VENDOR_SAMPLE.slice(0, -1), 'the line does not end with a semicolon'],
    ['a line end within', `${VENDOR_SAMPLE}\n`, 'the line does not end with a semicolon'],
    ['eight columns', VENDOR_SAMPLE.replace(' 21;', ''), 'it has 8 columns instead of 9 or 10'],
    ['two lines glued together', VENDOR_SAMPLE + VENDOR_SAMPLE, 'it has 18 columns instead of 9 or 10'],
    [
      'a semicolon without its space',
      VENDOR_SAMPLE.replace('; 21', ';21'),
      'no space follows the semicolon before column 4',
    ],
    [
      'a byte order mark',
      `\ufeff${VENDOR_SAMPLE}`,
      'the time is not a date and time of the form YYYY-MM-DD HH:MM:SS',
    ],
    [
      'an impossible day',
      VENDOR_SAMPLE.replace('03-06', '02-30'),
      'the time is not a date and time of the form YYYY-MM-DD HH:MM:SS',
    ],
    ['an unknown protocol', VENDOR_SAMPLE.replace(' ftp;', ' FTP;'), 'the protocol is not one of ours'],
    ['a port with a leading zero', VENDOR_SAMPLE.replace(' 21;', ' 021;'), 'the port is not a whole number'],
    [
      'a port out of range',
      VENDOR_SAMPLE.replace(' 21;', ' 65536;'),
      'the port is not a whole number from 0 to 65535',
    ],
    [
      'an unknown operation',
      VENDOR_SAMPLE.replace('download', 'list'),
      'the operation is neither upload nor download',
    ],
    ['a code in words', VENDOR_SAMPLE.replace('226', 'ok'), 'the code is not a whole number'],
    ['minus zero', VENDOR_SAMPLE.replace('226', '-0'), 'the code is not a whole number'],
    ['a result that is neither 0 nor 1', `${VENDOR_SAMPLE} 2;`, 'the action result is neither 0 nor 1'],
    [
      'an escape in small letters',
      VENDOR_SAMPLE.replace('test1', 'te%3bst'),
      'Tallyman never writes the sequence %3b',
    ],
    [
      'an escape that nobody needs',
      VENDOR_SAMPLE.replace('test1', 'te%41st'),
      'Tallyman never writes the sequence %41',
    ],
    [
      'a raw tab',
      VENDOR_SAMPLE.replace('test1', 'te\tst'),
      'a character stands in it that Tallyman would have escaped',
    ],
  ])('calls %s malformed and says why', (_what, line, reason) => {
    expect(parseLine(line)).toEqual({ kind: 'malformed', reason });
  });
});
