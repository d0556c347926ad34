import { describe, expect, it } from 'vitest';
import { logLine, reportOf } from '../report.testing.js';
import { quietPartners } from './quiet-partners.js';

/** A line at noon of these days of March. */
function daily(partner: string, days: readonly number[]): readonly string[] {
  return days.map((day) => `2026-03-${String(day).padStart(2, '0')} 12:00:00 ftp ${partner} f${day} 226 0`);
}

function quietOf(...groups: readonly (readonly string[])[]) {
  const data = reportOf(groups.flat().sort().map(logLine));
  return quietPartners(data).map(({ partner, silentHours, longestPauseHours }) => ({
    name: data.partners[partner]?.name,
    silentHours,
    longestPauseHours,
  }));
}

const everyDay = Array.from({ length: 31 }, (_, index) => index + 1);

describe('partners that have gone quiet', () => {
  it('are those silent for far longer than ever before', () => {
    const quiet = quietOf(daily('acme', everyDay), daily('initech', everyDay.slice(0, 20)));
    expect(quiet).toEqual([{ name: 'initech', silentHours: 11 * 24, longestPauseHours: 24 }]);
  });

  it('are not those who pause like this every weekend', () => {
    const weekdays = everyDay.filter((day) => ![1, 7, 8, 14, 15, 21, 22, 28, 29].includes(day) && day < 28);
    expect(quietOf(daily('acme', everyDay.slice(0, 29)), daily('office', weekdays))).toEqual([]);
  });

  it('are not those of whom too little is known', () => {
    expect(quietOf(daily('acme', everyDay), daily('rare', [1, 2, 3]))).toEqual([]);
  });

  it('are none in an empty log', () => {
    expect(quietOf([])).toEqual([]);
  });
});
