import fc from 'fast-check';
import { LOG_OPERATIONS, LOG_PROTOCOLS, type ClientLogRecord } from './record.js';
import { localTime } from './local-time.js';

/** The vendor's only sample line. */
export const VENDOR_SAMPLE =
  '2006-03-06 10:11:03; ftp; 192.168.20.171; 21; ClientA; C:\\test1.txt; /test1.txt; download; 226;';

/** The record behind the vendor's sample. */
export const VENDOR_RECORD: ClientLogRecord = {
  time: '2006-03-06 10:11:03',
  protocol: 'ftp',
  host: '192.168.20.171',
  port: 21,
  user: 'ClientA',
  localPath: 'C:\\test1.txt',
  remotePath: '/test1.txt',
  operation: 'download',
  code: 226,
};

/** Pieces that file names of strangers are made of when they want to forge or break a line. */
const HOSTILE_PIECES = [
  ';',
  '; ',
  ' ;',
  ' ',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\0',
  '\u001b[31m',
  '\u007f',
  '\u0085',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\u202e',
  '%',
  '%%',
  '%3B',
  '%3b',
  '%25',
  '%253B',
  '%0A',
  '%C2%85',
  '%E2%80%A8',
  '%ED%A0%80',
  '%2',
  '%zz',
  '%FF',
  'B',
  '3',
  'ü',
  'u\u0308',
  '\ud800',
  '\udc00',
  '😀',
  '"',
  "'",
  '\\',
  '/',
  'C:\\',
  '..',
  'download; 226; 0;',
  '2006-03-06 10:11:03; ftp',
];

/** Texts of a column: hostile pieces and any string at all, lone surrogates included. */
export const columnText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom(...HOSTILE_PIECES), { maxLength: 8 }).map((all) => all.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
      .map((units) => String.fromCharCode(...units)),
  },
);

/** Every record that a line can hold. */
export const anyRecord: fc.Arbitrary<ClientLogRecord> = fc
  .record({
    time: fc
      .integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(9999, 11, 30) })
      .map((epochMs) => localTime(epochMs, 'UTC').time),
    protocol: fc.constantFrom(...LOG_PROTOCOLS),
    host: columnText,
    port: fc.integer({ min: 0, max: 65_535 }),
    user: columnText,
    localPath: columnText,
    remotePath: columnText,
    operation: fc.constantFrom(...LOG_OPERATIONS),
    code: fc.oneof(fc.integer({ min: -1, max: 11_031 }), fc.maxSafeInteger()),
    result: fc.constantFrom('succeeded' as const, 'failed' as const, undefined),
  })
  .map(({ result, ...nine }) => (result === undefined ? nine : { ...nine, result }));
