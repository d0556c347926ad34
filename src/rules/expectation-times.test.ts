import { describe, expect, it } from 'vitest';
import { lastExpectedDay, nextExpectedDay, type FilesExpectation } from './expectation-times.js';

const prices: FilesExpectation = {
  kind: 'files',
  name: 'prices',
  byMinute: 150,
  fromMinute: 0,
  timeZone: 'Europe/Berlin',
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  masks: [],
  atLeast: 1,
};

const holidays = { holidays: { days: ['12-25', '12-26'], weekdays: [] } };

const iso = (atMs: number | undefined): string | undefined =>
  atMs === undefined ? undefined : new Date(atMs).toISOString().slice(0, 16);

describe('the time by which files are expected', () => {
  it.each<[string, Partial<FilesExpectation>, string, string]>([
    ['of a plain day', {}, '2026-05-01T12:00Z', '2026-05-02T00:30'],
    ['is the end of the gap in spring', {}, '2026-03-28T12:00Z', '2026-03-29T01:00'],
    ['is the first of two in autumn', {}, '2026-10-24T12:00Z', '2026-10-25T00:30'],
    ['leaves weekends out', { weekdays: [1, 2, 3, 4, 5] }, '2026-05-01T12:00Z', '2026-05-04T00:30'],
    ['leaves holidays out', { notOn: 'holidays' }, '2026-12-24T12:00Z', '2026-12-27T01:30'],
    ['may be the end of the day', { byMinute: 1440 }, '2026-05-01T12:00Z', '2026-05-01T22:00'],
  ])('%s', (_, given, now, due) => {
    expect(iso(nextExpectedDay({ ...prices, ...given }, holidays, Date.parse(now))?.dueMs)).toBe(due);
  });

  it('was last on the day before, with the time from which files count', () => {
    const day = lastExpectedDay({ ...prices, fromMinute: 60 }, holidays, Date.parse('2026-05-02T00:29Z'));
    expect([iso(day?.fromMs), iso(day?.dueMs), iso(day?.dayMs)]).toEqual([
      '2026-04-30T23:00',
      '2026-05-01T00:30',
      '2026-05-01T00:00',
    ]);
  });

  it('comes at the moment itself as the last, and no more as the next', () => {
    const dueMs = Date.parse('2026-05-01T00:30Z');
    expect(lastExpectedDay(prices, {}, dueMs)?.dueMs).toBe(dueMs);
    expect(iso(nextExpectedDay(prices, {}, dueMs)?.dueMs)).toBe('2026-05-02T00:30');
  });

  it('never comes where no day is left', () => {
    const never = { ...prices, weekdays: [] };
    expect(nextExpectedDay(never, {}, 0)).toBeUndefined();
    expect(lastExpectedDay(never, {}, Date.parse('2026-05-01T00:00Z'))).toBeUndefined();
  });
});
