import { describe, expect, it } from 'vitest';
import { counted, countText, hoursText, listed, percentText, withCommands } from './words.js';

describe('words of the page', () => {
  it('never round a failure away', () => {
    expect(percentText(0, 10)).toBe('0 %');
    expect(percentText(1, 100_000)).toBe('below 0.1 %');
    expect(percentText(17, 1000)).toBe('1.7 %');
    expect(percentText(99_999, 100_000)).toBe('over 99.9 %');
    expect(percentText(5, 5)).toBe('100 %');
    expect(percentText(0, 0)).toBe('0 %');
  });

  it('count', () => {
    expect(countText(1_234_567)).toBe('1,234,567');
    expect([0, 1, 2].map((count) => counted(count, 'file'))).toEqual(['0 files', '1 file', '2 files']);
    expect([1, 30, 72].map(hoursText)).toEqual(['1 hour', '30 hours', '3 days']);
  });

  it('list names', () => {
    expect(listed([])).toBe('');
    expect(listed(['a'])).toBe('a');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
    expect(listed(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more');
  });

  it('set commands apart', () => {
    expect(withCommands('Try `tally list <x>`.').text).toBe('Try <code>tally list &lt;x&gt;</code>.');
  });
});
