import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readsAsSuccess, type ClientLogRecord } from '../../client-log/record.js';
import { anyRecord, asLog, linesOf, LOG_FILE, logText } from './convert.testing.js';
import { ZoneShift } from './zone-shift.js';

const TEN =
  '2026-03-01 02:08:15; ftp; ftp.acme.example; 21; orders; C:\\out\\a.xml; /in/a.xml; upload; 226; 0;';
const NINE = TEN.slice(0, -3);

describe('with nothing to change', () => {
  it('every file comes out byte for byte, whatever it holds', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      anyRecord.map((record) => new TextEncoder().encode(logText([record]))),
      fc
        .constantFrom('\n', '\r\n', '\r', ';;;', '\ufeff', 'Time; Protocol; Host Name; Port\n')
        .map((text) => new TextEncoder().encode(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const content = new Uint8Array(Buffer.concat(pieces));
        expect(asLog(await linesOf(content)).bytes).toEqual(content);
      }),
      { numRuns: 300 },
    );
  });

  it('a file without a last line end does not run into the next one', async () => {
    const lines = [...(await linesOf(`${TEN}\r\n${NINE}`)), ...(await linesOf(`${TEN}\r\n`))];
    expect(asLog(lines).text).toBe(`${TEN}\r\n${NINE}\r\n${TEN}\r\n`);
  });

  it('a byte order mark stands only at the very beginning', async () => {
    const lines = [...(await linesOf(`\ufeff${TEN}\n`)), ...(await linesOf(`\ufeff${NINE}\n`))];
    expect([...asLog(lines).bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(asLog(lines).bytes.length).toBe(3 + TEN.length + 1 + NINE.length + 1);
    expect(asLog([...lines].reverse()).text).toBe(`${NINE}\n${TEN}\n`);
  });
});

describe('ten columns to nine', () => {
  it('and back again is the same log, where codes and verdicts agree', async () => {
    const honest = anyRecord.map((record): ClientLogRecord => ({
      ...record,
      result: readsAsSuccess(record.protocol, record.code) ? 'succeeded' : 'failed',
    }));
    await fc.assert(
      fc.asyncProperty(fc.array(honest, { maxLength: 8 }), async (records) => {
        const ten = logText(records);
        const nine = asLog(await linesOf(ten), { columns: 9 });
        expect(nine.text).toBe(logText(records.map(withoutResult)));
        expect(nine.notes).toEqual({});
        expect(asLog(await linesOf(nine.text), { columns: 10 }).text).toBe(ten);
      }),
    );
  });

  it('never turns a failure into a success or the other way round', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRecord, { maxLength: 8 }), async (records) => {
        const lines = await linesOf(logText(records));
        const after = await linesOf(asLog(lines, { columns: 9 }).text);
        const verdict = (line: (typeof lines)[number]) => line.kind === 'record' && line.record.result;
        expect(after.map(verdict)).toEqual(lines.map(verdict));
        expect(after.every((line) => line.kind === 'record' && line.record.columns === 9)).toBe(true);
      }),
    );
  });

  it('replaces a code that would lie, and tells', async () => {
    const lines = await linesOf(`${NINE} 1;\n${NINE.replace('226', '426')} 0;\n`);
    const { text, notes } = asLog(lines, { columns: 9 });
    expect(text).toBe(`${NINE.replace('226', '-1')}\n${NINE.replace('226', '0')}\n`);
    expect(notes).toEqual({ 'code-replaced': 2 });
  });
});

describe('nine columns to ten', () => {
  it('writes the verdict that the code speaks for, and tells', async () => {
    const { text, notes } = asLog(await linesOf(`${NINE}\n${NINE.replace('226', '530')}\n${TEN}\n`), {
      columns: 10,
    });
    expect(text).toBe(`${NINE} 0;\n${NINE.replace('226', '530')} 1;\n${TEN}\n`);
    expect(notes).toEqual({ 'verdict-inferred': 2 });
  });

  it('fills an empty tenth column', async () => {
    expect(asLog(await linesOf(`${NINE} ;\n`), { columns: 10 }).text).toBe(`${TEN}\n`);
  });

  it('leaves headings, blank lines and what cannot be read where they are, and tells', async () => {
    const content = `Time; Protocol; Host Name; Port; User Name; Local Path; Remote Path; Operation; GetLastCode\n\n???\n${NINE}\n`;
    const { text, notes } = asLog(await linesOf(content), { columns: 10 });
    expect(text).toBe(content.replace(NINE, TEN));
    expect(notes).toEqual({ 'kept-unread': 1, 'verdict-inferred': 1 });
  });

  it('changes the ends of a line whose paths nobody can part, and nothing between', async () => {
    const paths = String.raw`C:\out\a.csv; /in;x/a.csv; /out/a.csv`;
    const line = `2026-03-01 02:10:15; ftp; h; 21; u; ${paths}; upload; 530;`;
    const zone = new ZoneShift('Asia/Tokyo');
    const { text, notes } = asLog(await linesOf(`${line}\n`), { columns: 10, zone });
    expect(text).toBe(`2026-03-01 11:10:15; ftp; h; 21; u; ${paths}; upload; 530; 1;\n`);
    expect(notes).toEqual({ 'verdict-inferred': 1 });
  });

  it('keeps such a line as it is where it cannot be written so that it means the same', async () => {
    const line = String.raw`2026-03-01 02:10:15; ftp; h; 21; u; C:\out\a.csv%3B/q/a.csv; /in;x/a.csv; /out/a.csv; upload; 530;`;
    const { text, notes } = asLog(await linesOf(`${line}\n`), { columns: 10 });
    expect(text).toBe(`${line}\n`);
    expect(notes).toEqual({ 'kept-unread': 1 });
  });
});

describe('changed records are spelled as Tallyman spells them', () => {
  it.each([
    ['no space, no last semicolon', NINE.replaceAll('; ', ';').slice(0, -1)],
    ['host and port in one column', NINE.replace('example; 21', 'example:21')],
    ['capitals', NINE.replace('ftp;', 'FTP;').replace('upload', 'Upload')],
  ])('%s', async (_, line) => {
    expect(asLog(await linesOf(`${line}\n`), { columns: 10 }).text).toBe(`${TEN}\n`);
  });

  it('Windows-1252 becomes UTF-8', async () => {
    const bytes = Buffer.from(`${NINE.replaceAll('a.xml', 'Übung.xml')}\n`, 'latin1');
    expect(asLog(await linesOf(bytes), { columns: 10 }).text).toBe(
      `${TEN.replaceAll('a.xml', 'Übung.xml')}\n`,
    );
  });

  it('a foreign protocol and an empty port stay', async () => {
    const line = NINE.replace('ftp; ftp.acme.example; 21', 'as2; ftp.acme.example; ');
    expect(asLog(await linesOf(`${line}\n`), { columns: 10 }).text).toBe(`${line} 0;\n`);
  });
});

describe('line ends', () => {
  it.each([
    ['\n', `${TEN}\n\n???\n${NINE}`],
    ['\r\n', `${TEN}\r\n\r\n???\r\n${NINE}`],
  ] as const)('become %j, and nothing else changes', async (lineEnd, expected) => {
    const { text, notes } = asLog(await linesOf(`${TEN}\r\n\n???\r\n${NINE}`), { lineEnd });
    expect(text).toBe(expected);
    expect(notes).toEqual({ incomplete: 1 });
  });
});

describe('another time zone', () => {
  const berlin = { ...LOG_FILE, timeZone: 'Europe/Berlin' };
  const zone = () => new ZoneShift('UTC');

  it('moves the times, and the day with them', async () => {
    const line = TEN.replace('2026-03-01 02:08:15', '2026-03-01 00:08:15');
    expect(asLog(await linesOf(`${line}\n`, berlin), { zone: zone() }).text).toBe(
      `${TEN.replace('2026-03-01 02:08:15', '2026-02-28 23:08:15')}\n`,
    );
  });

  it('tells of times that the clocks showed twice, or never', async () => {
    const twice = TEN.replace('2026-03-01 02:08:15', '2026-10-25 02:30:00');
    const never = TEN.replace('2026-03-01 02:08:15', '2026-03-29 02:30:00');
    const { notes } = asLog(await linesOf(`${twice}\n${never}\n${TEN}\n`, berlin), { zone: zone() });
    expect(notes).toEqual({ 'hour-repeated': 1, 'hour-skipped': 1 });
  });

  it('tells of lines whose time could not be moved', async () => {
    const { text, notes } = asLog(await linesOf('2026-03-01 02:08:15; ftp; broken\n', berlin), {
      zone: zone(),
    });
    expect(text).toBe('2026-03-01 02:08:15; ftp; broken\n');
    expect(notes).toEqual({ 'kept-unread': 1 });
  });
});

it('a line of which the reader kept only the beginning is told of', async () => {
  const [line] = await linesOf(`${'x'.repeat(1024 * 1024 + 5)}\n`);
  const { notes, bytes } = asLog(line === undefined ? [] : [line]);
  expect(notes).toEqual({ cut: 1 });
  expect(bytes.length).toBe(1024 * 1024 + 1);
});

function withoutResult(record: ClientLogRecord): ClientLogRecord {
  const nine = { ...record };
  delete nine.result;
  return nine;
}
