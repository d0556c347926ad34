import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../client-log/query/parse-query.js';
import { readLine } from '../../client-log/reading/read-client-log.js';
import type { LogFileRef, LogLine } from '../../client-log/reading/log-line.js';
import type { IncidentReport } from './incident.js';
import { IncidentCollector, type IncidentOptions } from './incident-collector.js';

const file: LogFileRef = { name: 'cl260301.log', timeZone: 'Europe/Berlin', node: '' };
const encoder = new TextEncoder();

function lineOf(text: string, index: number, where = file): LogLine {
  const raw = encoder.encode(text);
  return readLine(
    { raw, lineNumber: index + 1, offset: index, lengthBytes: raw.length + 1, lineEnd: '\n' },
    where,
  );
}

/** `02:10 acme a.xml 530` is a failed attempt of ten columns, `... ok` one that succeeded. */
function attempt(words: string, index: number): LogLine {
  const [time = '', host = '', name = '', code = ''] = words.split(' ');
  const ends = code === 'ok' ? '226; 0;' : `${code}; 1;`;
  return lineOf(
    `2026-03-01 ${time}:00; ftp; ${host}; 21; u; /out/${name}; /in/${name}; upload; ${ends}`,
    index,
  );
}

function incidentsOf(attempts: readonly string[], options: Partial<IncidentOptions> = {}): IncidentReport {
  const collector = new IncidentCollector({ partners: [], ...options });
  attempts.map(attempt).forEach((line) => collector.add(line));
  return collector.end();
}

/** Each incident as `from-to partner code attempts/files/recovered open`. */
function shapes({ incidents }: IncidentReport): readonly string[] {
  return incidents.map(
    ({ fromTime, toTime, partner, code, attempts, files, recovered, isOpen }) =>
      `${fromTime.slice(11, 16)}-${toTime.slice(11, 16)} ${partner} ${code} ${attempts}/${files}/${recovered}${isOpen ? ' open' : ''}`,
  );
}

describe('incidents', () => {
  it('of 500 files that fail for one cause are one', () => {
    const attempts = Array.from({ length: 500 }, (_, index) => `02:10 acme f${index}.xml 10060`);
    const report = incidentsOf(attempts);
    expect(shapes(report)).toEqual(['02:10-02:10 acme 10060 500/500/0 open']);
    expect(report.failures).toBe(500);
    expect(report.incidents[0]).toMatchObject({
      host: 'acme',
      port: 21,
      phrase: 'no answer to the connection attempt',
      side: 'network',
      users: ['u'],
      firstPlace: { file: 'cl260301.log', lineNumber: 1 },
      openFilesTotal: 500,
      timeZone: 'Europe/Berlin',
    });
  });

  it('are told apart by partner and by code', () => {
    const report = incidentsOf([
      '02:10 acme a 530',
      '02:11 beta a 530',
      '02:12 acme a 552',
      '02:13 ACME b 530',
    ]);
    expect(shapes(report)).toEqual([
      '02:10-02:13 acme 530 2/2/0 open',
      '02:11-02:11 beta 530 1/1/0 open',
      '02:12-02:12 acme 552 1/1/0 open',
    ]);
  });

  it('end when nothing fails for longer than the gap', () => {
    const attempts = ['02:00 acme a 530', '02:30 acme a 530', '03:01 acme a 530'];
    expect(shapes(incidentsOf(attempts))).toEqual([
      '02:00-02:30 acme 530 2/1/0 open',
      '03:01-03:01 acme 530 1/1/0 open',
    ]);
    expect(shapes(incidentsOf(attempts, { gapMs: 31 * 60_000 }))).toEqual([
      '02:00-03:01 acme 530 3/1/0 open',
    ]);
    expect(incidentsOf(attempts, { gapMs: 1000 }).incidents).toHaveLength(3);
  });

  it('have recovered when every file succeeded later, however much later', () => {
    const report = incidentsOf([
      '02:10 acme a 530',
      '02:10 acme b 530',
      '02:11 beta a ok',
      '02:12 acme a ok',
      '09:00 acme b ok',
    ]);
    expect(shapes(report)).toEqual(['02:10-02:10 acme 530 2/2/2']);
  });

  it('count a success before the failure for nothing', () => {
    expect(shapes(incidentsOf(['02:09 acme a ok', '02:10 acme a 530']))).toEqual([
      '02:10-02:10 acme 530 1/1/0 open',
    ]);
  });

  it('are open again when a file that had succeeded fails again', () => {
    const again = ['02:10 acme a 530', '02:11 acme a ok', '02:12 acme a 530'];
    expect(shapes(incidentsOf(again))).toEqual(['02:10-02:12 acme 530 2/1/0 open']);
    expect(shapes(incidentsOf([...again, '02:13 acme a ok']))).toEqual(['02:10-02:12 acme 530 2/1/1']);
  });

  it('all recover that a file failed in, by one success', () => {
    expect(shapes(incidentsOf(['02:10 acme a 530', '02:11 acme a 552', '02:12 acme a ok']))).toEqual([
      '02:10-02:10 acme 530 1/1/1',
      '02:11-02:11 acme 552 1/1/1',
    ]);
  });

  it('name the files that are still open', () => {
    const { incidents } = incidentsOf(['02:10 acme a 530', '02:10 acme b 530', '02:12 acme a ok']);
    expect(incidents[0]?.openFiles).toEqual([
      { localPath: '/out/b', remotePath: '/in/b', operation: 'upload' },
    ]);
  });

  it('of an attempt that failed before any file was known recover with a file that it named', () => {
    const connect = '02:10 acme *.xml 10060';
    expect(shapes(incidentsOf([connect, '02:12 acme a.csv ok']))).toEqual([
      '02:10-02:10 acme 10060 1/1/0 open',
    ]);
    expect(shapes(incidentsOf([connect, '02:12 acme a.xml ok']))).toEqual(['02:10-02:10 acme 10060 1/1/1']);
    const lines = [
      '2026-03-01 02:10:00; ftp; acme; 21; u; /out/*.xml; /in/; upload; 530; 1;',
      '2026-03-01 02:20:00; ftp; acme; 21; u; /out/a.xml; /in/a.xml; upload; 226; 0;',
    ];
    const collector = new IncidentCollector({ partners: [] });
    lines.map((text, index) => lineOf(text, index)).forEach((line) => collector.add(line));
    expect(shapes(collector.end())).toEqual(['02:10-02:10 acme 530 1/1/1']);
  });

  it('tell the same path on other hosts and in the other direction apart', () => {
    const line = (host: string, operation: string, ends: string, index: number) =>
      lineOf(`2026-03-01 02:10:00; ftp; ${host}; 21; u; /o/a; /i/a; ${operation}; ${ends}`, index);
    const collector = new IncidentCollector({ partners: [] });
    collector.add(line('acme', 'upload', '530; 1;', 0));
    collector.add(line('beta', 'upload', '226; 0;', 1));
    collector.add(line('acme', 'download', '226; 0;', 2));
    expect(shapes(collector.end())).toEqual(['02:10-02:10 acme 530 1/1/0 open']);
    collector.add(line('ACME', 'upload', '226; 0;', 3));
    expect(shapes(collector.end())).toEqual(['02:10-02:10 acme 530 1/1/1']);
  });

  it('take the failures that a query means, and every success', () => {
    const query = parseQuery('host:acme result:failed', { nowMs: 0, timeZone: 'UTC', partners: [] });
    const report = incidentsOf(['02:10 acme a 530', '02:10 beta a 530', '02:12 acme a ok'], { query });
    expect(shapes(report)).toEqual(['02:10-02:10 acme 530 1/1/1']);
  });

  it('know partners by the connections, and count what was only inferred', () => {
    const partners = [{ name: 'ACME', host: 'acme', port: 21, user: 'u' }];
    const collector = new IncidentCollector({ partners });
    collector.add(lineOf('2026-03-01 02:10:00; ftp; acme; 21; u; /out/a; /in/a; upload; 530;', 0));
    expect(collector.end().incidents).toMatchObject([{ partner: 'ACME', attempts: 1, inferred: 1 }]);
  });

  it('say so when a failure bears a code of success', () => {
    expect(incidentsOf(['02:10 acme a 226']).incidents).toMatchObject([
      { code: 226, side: 'us', phrase: expect.stringContaining('failed, though') as unknown },
    ]);
  });

  it('stand in the order of time, in the zone of their first line', () => {
    const newYork = { ...file, name: 'ny.log', timeZone: 'America/New_York' };
    const collector = new IncidentCollector({ partners: [] });
    const text = (time: string) => `2026-03-01 ${time}:00; ftp; acme; 21; u; /o/a; /i/a; upload; 530; 1;`;
    collector.add(lineOf(text('08:20'), 0));
    collector.add(lineOf(text('02:10'), 0, newYork));
    const [incident] = collector.end().incidents;
    expect(incident).toMatchObject({ attempts: 2, toTime: '2026-03-01 08:20:00' });
    collector.add(lineOf(text('02:40'), 1, newYork));
    expect(collector.end().incidents[0]).toMatchObject({ attempts: 3, toTime: '2026-03-01 08:40:00' });
  });
});

describe('limits', () => {
  it('of memory are said, and leave the counts of attempts whole', () => {
    const attempts = Array.from({ length: 10 }, (_, index) => `02:10 acme f${index} 530`);
    const report = incidentsOf(attempts, { limits: { maxFiles: 4 } });
    expect(shapes(report)).toEqual(['02:10-02:10 acme 530 10/4/0 open']);
    expect(report.limits).toEqual([expect.stringContaining('of 6 attempts the files are not counted')]);
    expect(report.incidents[0]?.uncounted).toBe(6);
    expect(incidentsOf(attempts, { limits: { maxCharacters: 100 } }).limits).toHaveLength(1);
  });

  it('of incidents are said', () => {
    const report = incidentsOf(['02:10 a f 530', '02:10 b f 530', '02:10 c f 530'], {
      limits: { maxIncidents: 2 },
    });
    expect(report.incidents).toHaveLength(2);
    expect(report.limits).toEqual([expect.stringContaining('1 failures stand in none')]);
  });

  it('are not reached by files that failed and succeeded long ago', () => {
    const attempts = Array.from({ length: 20 }, (_, hour) => {
      const time = String(hour).padStart(2, '0');
      return Array.from({ length: 200 }, (__, index) => [
        `${time}:10 acme f${hour}-${index} 530`,
        `${time}:20 acme f${hour}-${index} ok`,
      ]).flat();
    }).flat();
    const report = incidentsOf(attempts, { limits: { maxFiles: 1500 } });
    expect(report.limits).toEqual([]);
    expect(report.incidents.every(({ isOpen }) => !isOpen)).toBe(true);
  });

  it('of the list of open files leave their number as it is', () => {
    const attempts = Array.from({ length: 5 }, (_, index) => `02:10 acme f${index} 530`);
    const { incidents } = incidentsOf(attempts, { limits: { maxOpenFiles: 2 } });
    expect(incidents).toMatchObject([{ openFilesTotal: 5, openFiles: { length: 2 } }]);
  });
});
