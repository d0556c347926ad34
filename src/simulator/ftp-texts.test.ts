import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dosLine, timeFromValue, timeValue, unixLine } from './ftp-listing-lines.js';
import { ftpReply, replyLines } from './ftp-reply.js';
import { fromNetworkText, toNetworkText } from './ftp-text-mode.js';

const DAY_MS = 86_400_000;

test('a time value reads back to the second', () => {
  const times = fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(times, (time) => {
      expect(timeFromValue(timeValue(time.getTime()))).toBe(Math.floor(time.getTime() / 1000) * 1000);
    }),
  );
  expect(timeFromValue('20060306101103.250')).toBe(Date.UTC(2006, 2, 6, 10, 11, 3, 250));
  expect(timeFromValue('2006-03-06')).toBeUndefined();
});

test('a listing line tells the time of day for the last half year, and the year beyond', () => {
  const nowMs = Date.UTC(2026, 5, 1, 12);
  const entry = { name: 'a b', kind: 'file', sizeBytes: 7 } as const;
  expect(unixLine({ ...entry, modifiedMs: nowMs - DAY_MS }, nowMs)).toContain(' May 31 12:00 a b');
  expect(unixLine({ ...entry, modifiedMs: nowMs - 200 * DAY_MS }, nowMs)).toContain(' Nov 13  2025 a b');
  expect(unixLine({ ...entry, modifiedMs: nowMs + 2 * DAY_MS }, nowMs)).toContain(' Jun  3  2026 a b');
  expect(dosLine({ ...entry, modifiedMs: Date.UTC(2026, 0, 2, 0, 5) })).toBe(
    '01-02-26  12:05AM                    7 a b',
  );
  expect(dosLine({ ...entry, modifiedMs: Date.UTC(2026, 0, 2, 12, 5) })).toContain('12:05PM');
});

test('a reply has one line or several', () => {
  expect(replyLines(ftpReply(226, 'Done'))).toBe('226 Done\r\n');
  expect(replyLines(ftpReply(211, 'Features:', 'SIZE', 'End'))).toBe('211-Features:\r\n SIZE\r\n211 End\r\n');
  expect(replyLines(ftpReply(220, 'Hello', 'there'))).toBe('220-Hello\r\n220 there\r\n');
});

describe('text mode', () => {
  async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
  }

  async function joined(source: AsyncIterable<Uint8Array>): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const part of source) parts.push(part);
    return Buffer.concat(parts).toString('latin1');
  }

  test('is the same however the stream is cut', async () => {
    const text = fc.array(fc.constantFrom('\r', '\n', 'a', 'ü')).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 5 }), async (content, length) => {
        const bytes = Buffer.from(content, 'latin1');
        expect(await joined(toNetworkText(pieces(bytes, length)))).toBe(content.replace(/\n/g, '\r\n'));
        expect(await joined(fromNetworkText(pieces(bytes, length)))).toBe(content.replace(/\r\n/g, '\n'));
      }),
    );
  });
});
