import { describe, expect, it } from 'vitest';
import { VENDOR_RECORD, VENDOR_SAMPLE } from './client-log.testing.js';
import { formatRecord } from './format.js';
import type { ClientLogRecord } from './record.js';

function lineWith(changes: Partial<ClientLogRecord>): string {
  return formatRecord({ ...VENDOR_RECORD, ...changes });
}

describe('formatRecord', () => {
  it("writes the vendor's sample byte for byte", () => {
    expect(formatRecord(VENDOR_RECORD)).toBe(VENDOR_SAMPLE);
  });

  it('adds the tenth column as 0 for success and 1 for failure', () => {
    expect(lineWith({ result: 'succeeded' })).toBe(`${VENDOR_SAMPLE} 0;`);
    expect(lineWith({ result: 'failed', code: 550 })).toBe(`${VENDOR_SAMPLE.replace('226', '550')} 1;`);
  });

  it('leaves an empty column empty, and keeps spaces at both ends of a column', () => {
    expect(lineWith({ user: '', localPath: '  a ' })).toBe(
      '2006-03-06 10:11:03; ftp; 192.168.20.171; 21; ;   a ; /test1.txt; download; 226;',
    );
  });

  it.each([
    ['a semicolon', 'a;b', 'a%3Bb'],
    ['a separator that would forge columns', 'x; download; 226; 0;', 'x%3B download%3B 226%3B 0%3B'],
    ['line breaks', 'a\r\nb', 'a%0D%0Ab'],
    ['NUL and escape', '\0\u001b[2J', '%00%1B[2J'],
    ['DEL', 'a\u007f', 'a%7F'],
    ['NEL', 'a\u0085b', 'a%C2%85b'],
    ['line and paragraph separator', '\u2028\u2029', '%E2%80%A8%E2%80%A9'],
    ['a percent that two hex digits follow', '100%25 %3B %3b', '100%2525 %253B %253b'],
    ['no percent that stands alone', '100% 5%z %4', '100% 5%z %4'],
    ['a percent before an escaped semicolon', '%;', '%%3B'],
    ['a lone surrogate, as its generalised UTF-8', 'a\ud800b\udfff', 'a%ED%A0%80b%ED%BF%BF'],
    [
      'no emoji, umlaut of either form, quote, or direction mark',
      '😀üu\u0308"\'\u202e\ufeff',
      '😀üu\u0308"\'\u202e\ufeff',
    ],
    ['no C1 control but NEL', '\u0080\u009f', '\u0080\u009f'],
  ])('escapes %s', (_what, name, shown) => {
    expect(lineWith({ remotePath: `/${name}` })).toBe(VENDOR_SAMPLE.replace('/test1.txt', () => `/${shown}`));
  });

  it('escapes in every column that comes from outside', () => {
    expect(lineWith({ host: 'h;', user: 'u;', localPath: 'l;', remotePath: 'r;' })).toBe(
      '2006-03-06 10:11:03; ftp; h%3B; 21; u%3B; l%3B; r%3B; download; 226;',
    );
  });

  it.each([
    ['a day that no calendar has', { time: '2025-02-29 00:00:00' }],
    ['another form of time', { time: '2025-02-28T00:00:00' }],
    ['a code that is no number', { code: Number.NaN }],
    ['a port out of range', { port: 65_536 }],
  ])('refuses a record with %s', (_what, changes) => {
    expect(() => lineWith(changes)).toThrow(RangeError);
  });
});
