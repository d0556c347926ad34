import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../client-log/query/parse-query.js';
import { queryContext } from '../../../client-log/query/query.testing.js';
import { figuresOf } from '../figures/figures.js';
import { textOf } from '../figures/selected-lists.js';
import { secondsText } from '../figures/wall-time.js';
import { berlin, logLine, reportOf, reportOfFiles } from '../report.testing.js';

const some = [
  logLine('2026-03-01 02:10:00 ftp acme a.xml 226 0'),
  logLine('2026-03-01 02:11:00 ftp acme b.xml 530 1'),
  logLine('2026-03-01 02:12:00 ftp globex c.xml 550'),
];

describe('collecting a report', () => {
  it('counts attempts, failures and inferred verdicts', () => {
    const data = reportOf(some);
    expect(figuresOf(data, {}).total).toEqual({ attempts: 3, failed: 2, inferred: 1 });
    expect(data.files).toMatchObject([{ name: 'cl260301.log', attempts: 3, failed: 2 }]);
    expect(data.omissions).toEqual([]);
  });

  it('takes an empty log', () => {
    const data = reportOf([]);
    expect(data.span).toBeUndefined();
    expect(figuresOf(data, {}).total.attempts).toBe(0);
  });

  it('lists the newest failed attempts first, with their lines and paths', () => {
    const data = reportOf(some);
    const [first] = data.failures;
    expect(data.failures).toHaveLength(2);
    expect(first && textOf(first, first.remote)).toBe('/in/c.xml');
    expect(first && textOf(first, first.local)).toBe('D:\\out\\c.xml');
    expect(first?.raw).toBe(some[2]);
    expect(first && `${data.fileNames[first.file]}:${first.line}`).toBe('cl260301.log:3');
    expect(first && data.users[first.user]).toBe('edi');
  });

  it('keeps a name that the line escapes as it was meant', () => {
    const data = reportOf([logLine('2026-03-01 02:10:00 ftp acme a%3Bb.xml 530 1')]);
    const [failure] = data.failures;
    expect(failure && textOf(failure, failure.remote)).toBe('/in/a;b.xml');
    expect(failure?.raw).toContain('a%3Bb.xml');
  });

  it('counts lines that are no records, and says what was wrong with them', () => {
    const data = reportOf([
      ...some,
      '',
      'gibberish',
      'Time; Protocol; Host Name; Port; User Name; Local Path;',
    ]);
    expect(data.logLines.counts).toMatchObject({ lines: 6, records: 3, blank: 1 });
    expect(data.logLines.problems[0]).toMatchObject({ kind: 'malformed', line: 5, raw: 'gibberish' });
  });

  it('takes only what the query means, yet knows that a file has arrived since', () => {
    const lines = [...some, logLine('2026-03-01 03:00:00 ftp acme b.xml 226 0')];
    const query = parseQuery('result:failed host:acme', queryContext);
    const data = reportOf(lines, { query });
    expect(figuresOf(data, {}).total).toMatchObject({ attempts: 1, failed: 1 });
    expect(data.query).toBe('result:failed host:acme');
    expect(data.incidents).toMatchObject([{ isOpen: false, recovered: 1 }]);
    expect(data.logLines.counts.records).toBe(4);
  });

  it('moves times of another zone into that of the page, and says so', () => {
    const tokyo = { name: 'tokyo.log', timeZone: 'Asia/Tokyo', node: '' };
    const data = reportOfFiles([
      { file: berlin, lines: [logLine('2026-03-01 02:10:00 ftp acme a 226 0')] },
      { file: tokyo, lines: [logLine('2026-03-01 10:10:00 ftp acme b 530 1')] },
    ]);
    expect(data.timeZone).toBe('Europe/Berlin');
    expect(data.movedFrom).toEqual(['Asia/Tokyo']);
    expect(data.failures.map(({ seconds }) => secondsText(seconds))).toEqual(['2026-03-01 02:10:00']);
    expect(data.incidents.map(({ fromSeconds }) => secondsText(fromSeconds))).toEqual([
      '2026-03-01 02:10:00',
    ]);
  });

  it('speaks of the one zone that all files share', () => {
    const tokyo = { name: 'tokyo.log', timeZone: 'Asia/Tokyo', node: '' };
    expect(reportOf([logLine('2026-03-01 10:10:00 ftp acme b 530 1')], { file: tokyo })).toMatchObject({
      timeZone: 'Asia/Tokyo',
      movedFrom: [],
    });
  });

  it('calls a partner by the name of its connection', () => {
    const partners = [{ name: 'acme-prod', host: 'ACME', port: 21, user: '' }];
    const data = reportOf(some, { partners });
    expect(data.partners.map(({ name, place }) => `${name} ${place}`)).toEqual([
      'acme-prod acme:21',
      'globex ',
    ]);
  });
});

describe('a log that holds too much', () => {
  const names = Array.from({ length: 30 }, (_, index) => index);
  const many = names.map((index) =>
    logLine(
      `2026-03-${String(index + 1).padStart(2, '0')} 02:00:00 ftp host${index} f${index} ${500 + index} 1`,
    ),
  );

  it('is counted whole, and everything left out is said', () => {
    const data = reportOf([...many, 'x', 'y'], {
      limits: { partners: 3, causes: 4, failures: 5, incidents: 6, problems: 1 },
    });
    expect(figuresOf(data, {}).total).toMatchObject({ attempts: 30, failed: 30 });
    expect(data.failures).toHaveLength(5);
    expect(data.incidents).toHaveLength(6);
    expect(data.incidentTotals.all).toBe(30);
    const said = data.omissions.join('\n');
    for (const words of ['newest 5', '3 partners', '4 codes', '6 are listed', 'first 1']) {
      expect(said).toContain(words);
    }
  });

  it('is counted by the day where there are too many hours, and says so', () => {
    const data = reportOf(
      names.map((hour) =>
        logLine(`2026-03-0${1 + Math.floor(hour / 10)} ${10 + (hour % 10)}:00:00 ftp acme f 226 0`),
      ),
      { limits: { cells: 10 } },
    );
    expect(data.cube).toMatchObject({ hoursPerSlot: 24, kinds: [{ cells: [20_513, 10, 1, 10, 1, 10] }] });
    expect(data.omissions.join()).toContain('time is counted by the day');
  });

  it('keeps the newest failed attempts', () => {
    const data = reportOf(many, { limits: { failures: 5 } });
    expect(data.failures.map((each) => textOf(each, each.remote))).toEqual(
      ['f29', 'f28', 'f27', 'f26', 'f25'].map((name) => `/in/${name}`),
    );
    const short = reportOf(many, { limits: { failureText: 300 } });
    expect(short.failures.length).toBeGreaterThan(0);
    expect(short.failures.reduce((sum, { raw }) => sum + raw.length, 0)).toBeLessThanOrEqual(300);
  });

  it('counts kinds beyond the limit together', () => {
    const data = reportOf(many, { limits: { kinds: 10 } });
    expect(data.cube.kinds).toHaveLength(11);
    expect(figuresOf(data, {}).total.failed).toBe(30);
    expect(data.omissions.join()).toContain('10 combinations');
    expect(data.partners[data.cube.kinds[10]?.partner ?? 0]).toMatchObject({ isRest: true });
  });

  it('cuts a line of a megabyte, with the rest counted', () => {
    const data = reportOf([logLine(`2026-03-01 02:00:00 ftp acme ${'n'.repeat(100_000)} 530 1`)]);
    const [failure] = data.failures;
    expect(failure?.raw.length).toBeLessThan(3000);
    expect(failure?.cutBytes).toBeGreaterThan(190_000);
    expect(failure && textOf(failure, failure.remote)).toContain('more characters');
  });
});
