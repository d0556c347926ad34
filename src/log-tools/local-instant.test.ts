import { expect, it } from 'vitest';
import { isoInstant } from './local-instant.js';

it.each([
  ['2026-03-01 02:10:44', 'Europe/Berlin', '2026-03-01T02:10:44+01:00'],
  ['2026-07-01 02:10:44', 'Europe/Berlin', '2026-07-01T02:10:44+02:00'],
  ['2026-03-01 02:10:44', 'America/St_Johns', '2026-03-01T02:10:44-03:30'],
  ['2026-03-01 02:10:44', 'UTC', '2026-03-01T02:10:44+00:00'],
  ['2026-10-25 02:30:00', 'Europe/Berlin', '2026-10-25T02:30:00+02:00'],
])('%s in %s is %s', (time, timeZone, expected) => {
  expect(isoInstant(time, timeZone)).toBe(expected);
  expect(new Date(isoInstant(time, timeZone)).getTime()).not.toBeNaN();
});
