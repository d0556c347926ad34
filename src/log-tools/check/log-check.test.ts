import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_LINE_BYTES, type LogFileRef, type LogLine } from '../../client-log/reading/log-line.js';
import { readLogBatches } from '../../client-log/reading/read-client-log.js';
import type { LogSource } from '../log-source.js';
import { isWrong, type Finding } from './finding.js';
import { LogCheck } from './log-check.js';

type Content = string | Uint8Array;

/** One file, or the files of an archive, whose lines come mixed. */
function sourceOf(
  contents: Readonly<Record<string, Content>>,
  timeZone = 'UTC',
): LogSource & { taken: number } {
  const files = Object.keys(contents).map((name): LogFileRef => ({ name, timeZone, node: '' }));
  const source = {
    files,
    taken: 0,
    lines: async function* () {
      const open = files.map((ref) => readLogBatches(chunks(contents[ref.name] ?? ''), ref));
      for (;;) {
        const batches = await Promise.all(open.map((lines) => lines.next()));
        const lines = batches.flatMap(({ value }) => (value as readonly LogLine[] | undefined) ?? []);
        if (lines.length === 0) return;
        source.taken += lines.length;
        yield lines.toSorted((left, right) => left.lineNumber - right.lineNumber);
      }
    },
  };
  return source;
}

async function* chunks(content: Content): AsyncGenerator<Uint8Array> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
}

interface CheckedSource {
  readonly contents: Readonly<Record<string, Content>>;
  readonly timeZone?: string;
  readonly node?: string;
}

async function checkAll(sources: readonly CheckedSource[], mostLines?: number) {
  const check = new LogCheck(mostLines);
  const findings: Finding[] = [];
  for (const { contents, timeZone, node = '' } of sources) {
    for await (const found of check.look(sourceOf(contents, timeZone), node)) findings.push(...found);
  }
  findings.push(...check.end());
  return { findings, summary: check.summary() };
}

async function findingsOf(contents: Readonly<Record<string, Content>>, timeZone?: string) {
  const sources = Object.entries(contents).map(([name, content]) => ({
    contents: { [name]: content },
    ...(timeZone === undefined ? {} : { timeZone }),
  }));
  return (await checkAll(sources)).findings;
}

/** A record of ten columns; each name is another line. */
const record = (name: string, time = '2026-03-01 10:00:00') =>
  `${time}; sftp; acme; 22; batch; /out/${name}; /in/${name}; upload; 0; 0;`;
const text = (...lines: string[]) => lines.map((line) => `${line}\n`).join('');

describe('what is wrong with logs', () => {
  it('is nothing with a log as Tallyman writes it', async () => {
    const { findings, summary } = await checkAll([
      { contents: { 'cl260301.log': text(record('a'), record('b')) } },
      { contents: { 'cl260302.log': text(record('c', '2026-03-02 00:00:00')) } },
    ]);
    expect(findings).toEqual([]);
    expect(summary).toMatchObject({ files: 2, wrong: 0, lines: { lines: 3, records: 3 } });
  });

  it('is a malformed, a too long and an ambiguous line, each with its place', async () => {
    const found = await findingsOf({
      'x.log': text(record('a'), 'rubbish', record('a;b'), 'x'.repeat(MAX_LINE_BYTES + 1), record('b')),
    });
    expect(found).toMatchObject([
      { kind: 'malformed', file: 'x.log', line: 2, reason: 'it has 1 column instead of 9 or 10' },
      { kind: 'too-long', file: 'x.log', line: 4, lengthBytes: MAX_LINE_BYTES + 2 },
    ]);
    const ambiguous =
      '2026-03-01 10:00:00; sftp; acme; 22; batch; /out/a; /in/a; /out/a; /in/a; upload; 0; 0;';
    expect(await findingsOf({ 'x.log': text(ambiguous) })).toMatchObject([
      { kind: 'ambiguous', line: 1, candidates: [{}, {}, {}] },
    ]);
  });

  it('is a last line without its end, unless it ends the newest file and may be written this moment', async () => {
    const found = await findingsOf({
      'cl260301.log': record('a'),
      'cl260302.log': `${text(record('b', '2026-03-02 00:00:00'))}2026-03-02 10:`,
    });
    expect(found.map((finding) => [finding.kind, finding.file, isWrong(finding)])).toEqual([
      ['incomplete', 'cl260301.log', true],
      ['incomplete', 'cl260302.log', false],
    ]);
    expect(found).toMatchObject([
      { line: 1, isRecord: true },
      { line: 2, isRecord: false },
    ]);
  });

  it('is time running backwards, but not where the clocks were put back', async () => {
    const lines = text(
      record('a', '2026-10-25 02:59:00'),
      record('b', '2026-10-25 02:01:00'),
      record('c', '2026-10-25 03:30:00'),
      record('d', '2026-10-25 03:29:00'),
    );
    const berlin = await findingsOf({ 'cl261025.log': lines }, 'Europe/Berlin');
    expect(berlin).toMatchObject([
      { kind: 'backwards', line: 2, before: '2026-10-25 02:59:00', clocks: 'put-back' },
      { kind: 'backwards', line: 4, clocks: 'perhaps' },
    ]);
    expect(berlin.map(isWrong)).toEqual([false, true]);
    const monday = await findingsOf({ 'x.log': text(record('a'), record('b', '2026-03-02 09:00:00')) });
    expect(monday).toMatchObject([]);
    const back = await findingsOf({
      'x.log': text(record('a', '2026-03-02 10:00:00'), record('b', '2026-03-02 09:59:59')),
    });
    expect(back).toMatchObject([{ kind: 'backwards', line: 2, clocks: 'none' }]);
  });

  it('is days without file and without record between the first and the last', async () => {
    const found = await findingsOf({
      'cl260301.log': text(record('a')),
      'cl260306.log': text(record('b', '2026-03-06 10:00:00')),
      'export.log': text(record('c', '2026-03-03 10:00:00')),
    });
    expect(found).toEqual([
      { kind: 'missing-days', file: '', from: '2026-03-02', to: '2026-03-02', count: 1 },
      { kind: 'missing-days', file: '', from: '2026-03-04', to: '2026-03-05', count: 2 },
    ]);
  });

  it('counts the days of each node apart', async () => {
    const day = (name: string, date: string) => ({ [name]: text(record(name, `${date} 10:00:00`)) });
    const { findings } = await checkAll([
      { node: 'A', contents: day('A/cl260301.log', '2026-03-01') },
      { node: 'A', contents: day('A/cl260303.log', '2026-03-03') },
      { node: 'B', contents: day('B/cl260302.log', '2026-03-02') },
    ]);
    expect(findings).toMatchObject([{ kind: 'missing-days', file: 'A', from: '2026-03-02', count: 1 }]);
  });

  it('is a line that stands there twice, in one file or in two', async () => {
    const found = await findingsOf({
      'a.log': text(record('a'), record('b'), record('a'), record('c')),
      'b.log': text(record('b'), record('x')),
    });
    expect(found).toEqual([
      { kind: 'duplicate', file: 'a.log', line: 3, count: 1, of: { file: 'a.log', line: 1 } },
      { kind: 'duplicate', file: 'b.log', line: 1, count: 1, of: { file: 'a.log', line: 2 } },
    ]);
  });

  it('is one finding for a file that was copied, whatever stands between its records', async () => {
    const lines = text(record('a'), '', record('b'), record('c'));
    const found = await findingsOf({ 'a.log': lines, 'copy.log': `${lines}${text(record('d'))}` });
    expect(found).toEqual([
      { kind: 'duplicate', file: 'copy.log', line: 1, count: 3, of: { file: 'a.log', line: 1 } },
    ]);
  });

  it('says how many lines it could not compare', async () => {
    const lines = Array.from({ length: 70_000 }, (_, index) => record(`f${index}`));
    const { findings, summary } = await checkAll(
      [{ contents: { 'a.log': text(...lines, record('f0')) } }],
      1,
    );
    expect(findings).toMatchObject([{ kind: 'duplicate', line: 70_001, of: { line: 1 } }]);
    expect(summary.notCompared).toBeGreaterThan(10_000);
  });
});

describe('what is worth knowing', () => {
  it('is a record in the file of another day, runs of them as one', async () => {
    const found = await findingsOf({
      'cl260301.log': text(
        record('a'),
        record('b', '2026-03-02 00:00:01'),
        record('c', '2026-03-02 00:00:02'),
        record('d', '2026-03-03 00:00:00'),
      ),
    });
    expect(found).toEqual([
      {
        kind: 'other-day',
        file: 'cl260301.log',
        fileDay: '2026-03-01',
        day: '2026-03-02',
        line: 2,
        count: 2,
      },
      {
        kind: 'other-day',
        file: 'cl260301.log',
        fileDay: '2026-03-01',
        day: '2026-03-03',
        line: 4,
        count: 1,
      },
    ]);
    expect(found.some(isWrong)).toBe(false);
  });

  it('is mixed columns, encodings and line ends, with the line where it changes first', async () => {
    const nine = record('n').replace(' 0; 0;', ' 0;');
    const latin = Buffer.from(text(record('stra\u00dfe')), 'latin1');
    const bytes = Buffer.concat([
      Buffer.from(text(record('a'), nine, record('stra\u00dfe'))),
      latin,
      Buffer.from(`${record('b')}\r\n`),
    ]);
    const found = await findingsOf({ 'x.log': bytes });
    expect(found).toEqual([
      { kind: 'mixed-columns', file: 'x.log', line: 2, nine: 1, ten: 4 },
      { kind: 'mixed-encodings', file: 'x.log', line: 4, utf8: 1, windows1252: 1 },
      { kind: 'mixed-line-ends', file: 'x.log', line: 5, lf: 4, crlf: 1 },
    ]);
    expect(found.some(isWrong)).toBe(false);
  });

  it('is a file without records', async () => {
    expect(await findingsOf({ 'cl260301.log': '', 'x.log': '\n' })).toEqual([
      { kind: 'no-records', file: 'cl260301.log' },
      { kind: 'no-records', file: 'x.log' },
    ]);
  });

  it('counts what the reader put up with, with the first place of each', async () => {
    const { summary } = await checkAll([
      { contents: { 'a.log': text(record('a'), record('b').replaceAll('; ', ';')) } },
      { contents: { 'b.log': text(record('c').replaceAll('; ', ';'), record('d').slice(0, -1)) } },
    ]);
    expect(Object.fromEntries(summary.deviations)).toEqual({
      'no-space-after-semicolon': { count: 2, first: { file: 'a.log', line: 2 } },
      'no-final-semicolon': { count: 1, first: { file: 'b.log', line: 2 } },
    });
  });
});

describe('a file that is no client log', () => {
  it.each([
    ['a binary one', Uint8Array.from({ length: 5000 }, (_, index) => (index * 7) % 256), /^a binary file/],
    ['a binary one without any line end', new Uint8Array(5000), /^a binary file/],
    ['a W3C log', '#Software: EFT\n#Fields: date time\n2026-03-01 10:00:00\n', /^a W3C log/],
    ['a page', '<!DOCTYPE html>\n<p>\n', /^XML or HTML/],
    ['JSON', '{"a":1}\n', /^JSON/],
    ['a letter', 'Dear all,\n\nall is well.\n', /^some other text/],
  ])('%s, is one finding and not counted', async (_, content, expected) => {
    const { findings, summary } = await checkAll([{ contents: { 'x.log': content } }]);
    expect(findings).toMatchObject([
      { kind: 'not-a-log', file: 'x.log', looksLike: expect.stringMatching(expected) as string },
    ]);
    expect(summary).toMatchObject({ files: 1, notLogs: 1, wrong: 1, lines: { lines: 0 } });
  });

  it('is not read to its end', async () => {
    const source = sourceOf({ 'x.log': 'rubbish\n'.repeat(100_000) });
    const check = new LogCheck();
    for await (const found of check.look(source, '')) void found;
    expect(source.taken).toBeLessThan(5000);
    expect(check.summary().findings).toEqual(new Map([['not-a-log', 1]]));
  });

  it('is a log all the same when a record comes after many malformed lines', async () => {
    const { findings, summary } = await checkAll([
      { contents: { 'x.log': text(...Array<string>(900).fill('?'), record('a')) } },
    ]);
    expect([findings.length, findings[0]?.kind, summary.lines.malformed]).toEqual([900, 'malformed', 900]);
  });

  it('is told apart from the logs beside it in an archive', async () => {
    const contents = { 'a.log': 'rubbish\n'.repeat(5000), 'b.log': text(record('a'), 'rubbish') };
    const { findings, summary } = await checkAll([{ contents }]);
    expect(findings.map(({ kind, file, line }) => [kind, file, line])).toEqual([
      ['not-a-log', 'a.log', undefined],
      ['malformed', 'b.log', 2],
    ]);
    expect(summary.lines).toMatchObject({ lines: 2, records: 1, malformed: 1 });
  });
});

describe('the numbers', () => {
  it('hold what was read of a source that broke off', async () => {
    const whole = sourceOf({ 'x.log': text(record('a'), 'rubbish', record('b')) });
    const broken: LogSource = {
      files: whole.files,
      lines: async function* () {
        yield* whole.lines();
        throw new Error('cut off');
      },
    };
    const check = new LogCheck();
    const look = async () => {
      for await (const found of check.look(broken, '')) void found;
    };
    await expect(look()).rejects.toThrow('cut off');
    expect(check.summary()).toMatchObject({
      wrong: 1,
      columns: { ten: 2 },
      lines: { lines: 3, records: 2, malformed: 1 },
    });
  });

  it('add up for any bytes, and every wrong line is a finding', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\n',
        '\r\n',
        '\n\n',
        record('a'),
        record('b'),
        `${record('c;d')}\n`,
        'Time; Protocol; Host Name; Port; User Name; Local Path; Remote Path; Operation; GetLastCode;\n',
      ),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const { findings, summary } = await checkAll([
          { contents: { 'x.log': `${record('a')}\n${pieces.join('')}` } },
        ]);
        const { lines, records, headers, blank, malformed, incomplete } = summary.lines;
        expect(records + headers + blank + malformed + incomplete).toBe(lines);
        expect(summary.columns.nine + summary.columns.ten).toBe(records);
        const count = (kind: Finding['kind']) => findings.filter((finding) => finding.kind === kind).length;
        expect(count('malformed') + count('too-long')).toBe(malformed);
        expect(count('incomplete')).toBe(incomplete);
        expect(count('ambiguous')).toBe(summary.lines.ambiguous);
        expect(findings.filter(isWrong).length).toBe(summary.wrong);
      }),
    );
  });
});
