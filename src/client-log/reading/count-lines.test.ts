import { expect, it } from 'vitest';
import { countLines } from './count-lines.js';
import { parseLogLine } from './parse-log-line.js';

const record = '2006-03-06 10:11:03; ftp; h; 21; u; C:\\a.txt; /a.txt; download; 226;';
const oneWay = record.replaceAll('a.txt', 'a;b.txt');
const twoWays = record.replace('C:\\a.txt; /a.txt', 'C:\\a; /b; /c');

function reading(line: string, hasEnd = true) {
  return parseLogLine(new TextEncoder().encode(line), { isFirst: false, hasEnd });
}

it('counts every line once by its kind, and records whose paths can be parted in several ways', () => {
  const lines = [
    reading(record),
    reading(oneWay),
    reading(twoWays),
    reading('Time; Protocol; Host; Port'),
    reading(' '),
    reading('x'),
    reading(record, false),
  ];
  const counts = { lines: 7, records: 3, headers: 1, blank: 1, malformed: 1, incomplete: 1, ambiguous: 1 };
  expect(countLines(lines)).toEqual(counts);
  expect(countLines([reading('y')], counts)).toEqual({ ...counts, lines: 8, malformed: 2 });
});
