import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientLogFileName, isTimeZone, localTime } from './local-time.js';
import { isLogTime } from './record.js';

describe('localTime', () => {
  it.each([
    ['a plain day', '2006-03-06T10:11:03Z', 'UTC', '2006-03-06 10:11:03', '060306'],
    [
      'the last second before the clocks go forward',
      '2026-03-29T00:59:59Z',
      'Europe/Berlin',
      '2026-03-29 01:59:59',
      '260329',
    ],
    [
      'the first second of summer time',
      '2026-03-29T01:00:00Z',
      'Europe/Berlin',
      '2026-03-29 03:00:00',
      '260329',
    ],
    [
      'the hour that comes twice, first time',
      '2026-10-25T00:30:00Z',
      'Europe/Berlin',
      '2026-10-25 02:30:00',
      '261025',
    ],
    [
      'the hour that comes twice, second time',
      '2026-10-25T01:30:00Z',
      'Europe/Berlin',
      '2026-10-25 02:30:00',
      '261025',
    ],
    [
      'midnight that does not exist',
      '2018-11-04T03:00:00Z',
      'America/Sao_Paulo',
      '2018-11-04 01:00:00',
      '181104',
    ],
    [
      'the second before that midnight',
      '2018-11-04T02:59:59Z',
      'America/Sao_Paulo',
      '2018-11-03 23:59:59',
      '181103',
    ],
    [
      'midnight that comes twice, first time',
      '2018-02-18T01:59:59Z',
      'America/Sao_Paulo',
      '2018-02-17 23:59:59',
      '180217',
    ],
    [
      'midnight that comes twice, an hour put back',
      '2018-02-18T02:00:00Z',
      'America/Sao_Paulo',
      '2018-02-17 23:00:00',
      '180217',
    ],
    ['the last second of a year', '2025-12-31T23:59:59Z', 'UTC', '2025-12-31 23:59:59', '251231'],
    ['a new year east of us', '2025-12-31T10:00:00Z', 'Pacific/Kiritimati', '2026-01-01 00:00:00', '260101'],
    ['an old year west of us', '2026-01-01T09:29:59Z', 'Pacific/Marquesas', '2025-12-31 23:59:59', '251231'],
    [
      'a zone of three quarters of an hour',
      '2026-01-01T00:00:00Z',
      'Asia/Kathmandu',
      '2026-01-01 05:45:00',
      '260101',
    ],
    [
      'a day that a country left out',
      '2011-12-30T10:00:00Z',
      'Pacific/Apia',
      '2011-12-31 00:00:00',
      '111231',
    ],
    [
      'half an hour of summer time',
      '2026-07-01T13:30:00Z',
      'Australia/Lord_Howe',
      '2026-07-02 00:00:00',
      '260702',
    ],
  ])('%s', (_what, moment, zone, time, day) => {
    expect(localTime(Date.parse(moment), zone)).toEqual({ time, day });
  });

  it('cuts fractions of a second off, before 1970 too', () => {
    expect(localTime(Date.parse('2026-01-01T00:00:00.999Z'), 'UTC').time).toBe('2026-01-01 00:00:00');
    expect(localTime(-1, 'UTC').time).toBe('1969-12-31 23:59:59');
  });

  it('gives a time that the log takes, and its own day, at any moment in any zone', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/St_Johns',
      'Asia/Kathmandu',
      'Pacific/Chatham',
      'America/Sao_Paulo',
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }),
        fc.constantFrom(...zones),
        (epochMs, zone) => {
          const { time, day } = localTime(epochMs, zone);
          expect(isLogTime(time)).toBe(true);
          expect(day).toBe(time.slice(2, 10).replaceAll('-', ''));
        },
      ),
    );
  });
});

it('names the file of a day as EFT does', () => {
  expect(clientLogFileName('060312')).toBe('cl060312.log');
});

it('knows zones from words that are none', () => {
  expect(isTimeZone('Europe/Berlin')).toBe(true);
  expect(isTimeZone('Europe/Nowhere')).toBe(false);
  expect(isTimeZone('')).toBe(false);
});
