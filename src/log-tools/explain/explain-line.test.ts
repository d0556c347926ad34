import { describe, expect, it } from 'vitest';
import { readLogBatches } from '../../client-log/reading/read-client-log.js';
import type { LogFileRef } from '../../client-log/reading/log-line.js';
import { queryContext } from '../../client-log/query/query.testing.js';
import type { LogSource } from '../log-source.js';
import { explainLastLine, explainLine } from './explain-line.js';
import type { RecordExplanation } from './explanation.js';

const file: LogFileRef = { name: 'cl260301.log', timeZone: 'Europe/Berlin', node: '' };

interface MemoryLog extends Pick<LogSource, 'lines'> {
  /** How many lines were given out, of each reading. */
  readonly given: number[];
}

function logOf(lines: readonly string[], end = '\n'): MemoryLog {
  const given: number[] = [];
  return {
    given,
    lines: async function* ({ query } = {}) {
      const reading = given.push(0) - 1;
      const bytes = new TextEncoder().encode(lines.join('\n') + end);
      for await (const batch of readLogBatches(chunks(bytes), file)) {
        for (const line of batch) {
          const record = line.kind === 'record' || line.kind === 'incomplete' ? line.record : undefined;
          if (query !== undefined && (record === undefined || !query.matches(record, file))) continue;
          given[reading] = (given[reading] ?? 0) + 1;
          yield [line];
        }
      }
    },
  };
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** `02:10:00 acme a.xml 530`, `... ok`: ten columns. */
function attempt(words: string): string {
  const [time = '', host = '', name = '', code = ''] = words.split(' ');
  const ends = code === 'ok' ? '226; 0;' : `${code}; 1;`;
  return `2026-03-01 ${time}; ftp; ${host}; 21; u; /out/${name}; /in/${name}; upload; ${ends}`;
}

async function explained(attempts: readonly string[], lineNumber: number): Promise<RecordExplanation> {
  const found = await explainLine(logOf(attempts.map(attempt)), lineNumber, queryContext);
  if (!('line' in found) || found.explanation.kind !== 'record') throw new Error('no record');
  return found.explanation;
}

const findings = async (attempts: readonly string[], lineNumber: number) =>
  (await explained(attempts, lineNumber)).findings.map(({ text }) => text);

describe('a record', () => {
  it('is explained with its own values', async () => {
    const { summary, causes, checks, partner, reading } = await explained(['02:10:00 acme a.xml 530'], 1);
    expect(summary).toBe('The upload of a.xml to acme failed: the server did not let the user in.');
    expect([partner, reading.code, reading.side]).toEqual(['acme', 530, 'us']);
    expect(causes[0]).toContain('password');
    expect(checks[0]).toContain('tally list ftp://u@acme/');
    expect(checks.at(-1)).toContain('tally log find host:acme cl260301.log');
  });

  it('that went well needs no cause and no check', async () => {
    const { summary, causes, checks, otherReadings } = await explained(['02:10:00 acme a.xml ok'], 1);
    expect(summary).toBe('The upload of a.xml to acme succeeded, with 226: transfer complete.');
    expect([causes, checks, otherReadings]).toEqual([[], [], []]);
  });

  it.each([
    ['226; 1;', 'failed-with-success-code', 'failed, although its last code was 226 (transfer complete)'],
    ['550; 0;', 'succeeded-with-failure-code', 'succeeded, although its last code was 550'],
    ['550;', 'none', 'seems to have failed'],
    ['226;', 'none', 'seems to have succeeded: the line has no tenth column'],
  ])('that ends with %s says so', async (ends, conflict, words) => {
    const line = `2026-03-01 02:10:00; ftp; acme; 21; u; /out/a; /in/a; upload; ${ends}`;
    const found = await explainLine(logOf([line]), 1, queryContext);
    expect(found).toMatchObject({
      explanation: { conflict, summary: expect.stringContaining(words) as unknown },
    });
  });
});

describe('what stands around a failure', () => {
  it('points to our own side when other hosts failed in the same minute and nothing worked', async () => {
    const lines = ['02:10:00 acme a 10060', '02:10:30 beta b 10060', '02:10:40 gamma c 11001'];
    const { findings: found } = await explained(lines, 1);
    expect(found.at(-1)).toMatchObject({ pointsTo: 'us', lines: [2, 3] });
    expect(found.at(-1)?.text).toContain('no connection to beta, gamma came about either');
  });

  it('points to the partner when other hosts worked in the same minute', async () => {
    const { findings: found } = await explained(['02:10:00 acme a 10060', '02:10:30 beta b ok'], 1);
    expect(found.at(-1)).toMatchObject({ pointsTo: 'partner', lines: [2] });
  });

  it('points to what failing hosts share when some failed and some worked', async () => {
    const lines = ['02:10:00 acme a 10060', '02:10:10 beta b ok', '02:10:20 gamma c 10060'];
    expect((await explained(lines, 1)).findings.at(-1)).toMatchObject({ pointsTo: 'network' });
  });

  it('says nothing about networks for a refusal of the server, nor by refusals of other servers', async () => {
    const refused = ['02:10:00 acme a 552', '02:10:30 beta b 10060'];
    expect((await findings(refused, 1)).join()).not.toContain('minute no');
    const lost = ['02:10:00 acme a 10060', '02:10:30 beta b 552'];
    expect((await findings(lost, 1)).join()).not.toContain('In the same minute');
  });

  it('points to the file when the same host took others before and after', async () => {
    const lines = ['02:08:00 acme x ok', '02:10:00 acme a 552', '02:12:00 acme y ok'];
    const found = (await explained(lines, 2)).findings.find(({ pointsTo }) => pointsTo === 'partner');
    expect(found?.text).toContain('before (02:08:00) and after (02:12:00)');
    expect(found?.lines).toEqual([1, 3]);
  });

  it('says that the host took nothing at all, with which codes', async () => {
    const lines = ['02:09:00 acme x 530', '02:10:00 acme a 530', '02:11:00 acme y 530'];
    expect((await findings(lines, 2)).join()).toContain('2 other files failed too, with the same code');
    expect((await findings([...lines, '02:12:00 acme z 552'], 2)).join()).toContain('with 530, 552');
  });

  it('says when it began, and when it ended', async () => {
    expect((await findings(['02:08:00 acme x ok', '02:10:00 acme a 530'], 2)).join()).toContain(
      'the last at 02:08:00, and none in the five minutes after',
    );
    expect((await findings(['02:10:00 acme a 530', '02:11:00 acme y ok'], 1)).join()).toContain(
      'from 02:11:00 on: it worked again',
    );
  });

  it('looks no further than five minutes, but for the file itself', async () => {
    const lines = ['02:00:00 acme x ok', '02:10:00 acme a 530', '02:16:00 acme y ok', '09:00:00 acme a ok'];
    expect(await findings(lines, 2)).toEqual([
      'The same file succeeded later, at 09:00:00: the cause has passed.',
      'No other file of this host within five minutes.',
    ]);
  });

  it('tells what became of the same file', async () => {
    const lines = [
      '01:00:00 acme a ok',
      '02:10:00 acme a 530',
      '02:11:00 acme a 530',
      '02:12:00 acme a 530',
      '02:13:00 acme a 552',
      '02:14:00 acme a ok',
    ];
    const found = await findings(lines, 4);
    expect(found.slice(0, 3)).toEqual([
      'The same file succeeded later, at 02:14:00, after 1 more failure: the cause has passed.',
      'The same file had failed 2 times in a row before, last at 02:11:00 with 530.',
      'The same file had succeeded before, at 01:00:00: it was sent again, so a file of that name may have been there.',
    ]);
    expect((await findings(lines.slice(0, 5), 4))[0]).toBe(
      'The same file failed once more, last at 02:13:00 with 552, and has not arrived since.',
    );
    expect((await findings(lines.slice(0, 4), 4))[0]).toContain('does not appear again in this log');
    expect((await findings(lines, 1))[0]).toContain('transferred again at 02:14:00, after 4 more failures');
  });

  it('makes the readings of a host that was not reached less likely when it worked in that minute', async () => {
    const line = (time: string, name: string, code: number) =>
      `2026-03-01 ${time}; sftp; acme; 22; u; /o/${name}; /i/${name}; upload; ${code};`;
    const lines = [line('02:10:00', 'x', 0), line('02:10:20', 'a', 4)];
    const found = await explainLine(logOf(lines), 2, queryContext);
    expect(found).toMatchObject({
      explanation: {
        reading: { table: 'sftp' },
        otherReadings: [{ table: 'eft', doubt: 'less likely: the same host worked at 02:10:00' }],
      },
    });
    const alone = await explainLine(logOf(lines.slice(1)), 1, queryContext);
    expect(JSON.stringify(alone)).not.toContain('less likely');
  });
});

describe('a long log', () => {
  it('is read no further than needed for the neighbours', async () => {
    const lines = Array.from({ length: 600 }, (_, minute) => {
      const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`;
      return attempt(`${time} acme f${minute} 530`);
    });
    const log = logOf(lines);
    await explainLine(log, 100, queryContext);
    expect(log.given).toEqual([116, 1]);
  });

  it('with more neighbours than are kept says so', async () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => attempt(`02:10:00 acme f${index} 530`));
    for (const lineNumber of [20_000, 1]) {
      const found = await explainLine(logOf(lines), lineNumber, queryContext);
      expect(JSON.stringify(found)).toContain('the nearest ones were');
    }
    const quiet = [...lines, attempt('03:00:00 acme z 530')];
    expect(JSON.stringify(await explainLine(logOf(quiet), 30_001, queryContext))).not.toContain('nearest');
  });

  it('that ends before the line says how many lines it has', async () => {
    expect(await explainLine(logOf(['a', 'b']), 3, queryContext)).toEqual({ lines: 2 });
  });
});

describe('a line that is no record', () => {
  it.each([
    [
      'Time; Protocol; Host Name; Port; User Name; Local Path; Remote Path; Operation; GetLastCode;',
      'header',
    ],
    ['', 'blank'],
    ['rubbish', 'malformed'],
  ])('%j is %s', async (line, kind) => {
    const found = await explainLine(logOf([line, attempt('02:10:00 a b 530')]), 1, queryContext);
    expect(found).toMatchObject({ explanation: { kind } });
  });

  it('without its end is somebody writing it, or a record whose last column may be longer', async () => {
    const torn = await explainLine(logOf(['2026-03-01 02:1'], ''), 1, queryContext);
    expect(torn).toMatchObject({ explanation: { kind: 'incomplete' } });
    const unended = await explainLine(logOf([attempt('02:10:00 a b 530')], ''), 1, queryContext);
    expect(unended).toMatchObject({
      explanation: {
        kind: 'record',
        oddities: [expect.stringContaining('its last column may be longer')],
      },
    });
  });
});

describe('an ambiguous line', () => {
  it('says how many ways there are to part its paths', async () => {
    const line = '2026-03-01 02:10:00; ftp; acme; 21; u; /p/x; /q/x; /r/x; upload; 530; 1;';
    const found = await explainLine(logOf([line]), 1, queryContext);
    if (!('line' in found) || found.explanation.kind !== 'record') throw new Error('no record');
    const { record, oddities } = found.explanation;
    expect(record.candidates?.length).toBeGreaterThan(1);
    expect(oddities.join()).toContain(`there are ${record.candidates?.length} ways`);
  });
});

describe('pasted lines', () => {
  it('give the last one that is not blank, and the others stand around it', async () => {
    const lines = [attempt('02:10:00 acme a 10060'), attempt('02:10:10 beta b 10060'), '', ''];
    const found = await explainLastLine(logOf(lines), queryContext);
    expect(found).toMatchObject({
      line: { lineNumber: 2 },
      explanation: { record: { host: 'beta' }, oddities: [] },
    });
    expect(JSON.stringify(found)).toContain('no connection to acme');
  });

  it('need no line end, and alone have nothing around them', async () => {
    const found = await explainLastLine(logOf([attempt('02:10:00 acme a 530')], ''), queryContext);
    expect(found?.explanation).toMatchObject({ kind: 'record', findings: [], oddities: [] });
    const torn = await explainLastLine(logOf(['2026-03-01 02:10:00; ftp; h'], ''), queryContext);
    expect(torn?.explanation.kind).toBe('malformed');
  });

  it('that are all blank are none', async () => {
    expect(await explainLastLine(logOf(['', ' ']), queryContext)).toBeUndefined();
  });
});
