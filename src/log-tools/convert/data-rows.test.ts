import { describe, expect, it } from 'vitest';
import { ConvertNotes } from './convert-notes.js';
import { countsOf, formed, linesOf, LOG_FILE, testAnonymiser } from './convert.testing.js';
import { CsvForm, JsonLinesForm } from './data-forms.js';
import { DataRows, type DataRowOptions } from './data-rows.js';
import { ZoneShift } from './zone-shift.js';

const PARTNERS = [{ name: 'acme', host: 'sftp.acme.example', port: 22, user: 'orders' }];
const RECORD =
  '2026-03-01 02:08:15; sftp; sftp.acme.example; 22; orders; /out/=a.xml; /in/=a.xml; upload; 0;';
const CONTENT = `Time; Protocol; Host Name; Port; User Name; Local Path; Remote Path; Operation; GetLastCode\n\n???\n${RECORD}\n2026`;

async function made(form: 'csv' | 'jsonl', options: Partial<DataRowOptions> = {}, content = CONTENT) {
  const notes = new ConvertNotes();
  const rows = new DataRows(
    { zone: undefined, anonymiser: undefined, partners: PARTNERS, ...options },
    notes,
  );
  const lineForm = form === 'csv' ? new CsvForm(rows) : new JsonLinesForm(rows);
  const file = { ...LOG_FILE, name: 'logs/cl260301.log', timeZone: 'Europe/Berlin' };
  const text = new TextDecoder().decode(formed(lineForm, await linesOf(content, file)));
  return { lines: text.trimEnd().split('\n'), notes: countsOf(notes) };
}

describe('as CSV', () => {
  it('records are rows with words, moment and place; what is none is counted', async () => {
    const { lines, notes } = await made('csv');
    expect(lines).toEqual([
      'time,instant,timeZone,protocol,host,port,user,localPath,remotePath,operation,code,codeWords,result,inferred,partner,node,file,line',
      '2026-03-01 02:08:15,2026-03-01T02:08:15+01:00,Europe/Berlin,sftp,sftp.acme.example,22,orders,/out/=a.xml,/in/=a.xml,upload,0,completed,succeeded,true,acme,,logs/cl260301.log,4',
    ]);
    expect(notes).toEqual({
      'left-out-header': 1,
      'left-out-blank': 1,
      'left-out-malformed': 1,
      'left-out-incomplete': 1,
    });
  });

  it('a name that a spreadsheet would run is harmless', async () => {
    const { lines } = await made('csv', {}, `${RECORD.replace('orders', '=HYPERLINK("x")')}\n`);
    expect(lines[1]).toContain(`,"'=HYPERLINK(""x"")",`);
  });

  it('times are of the zone asked for', async () => {
    const { lines } = await made('csv', { zone: new ZoneShift('Asia/Tokyo') });
    expect(lines[1]).toMatch(/^2026-03-01 10:08:15,2026-03-01T10:08:15\+09:00,Asia\/Tokyo,/);
  });
});

describe('as JSON Lines', () => {
  it('lines that cannot be read are there, with the reason', async () => {
    const { lines, notes } = await made('jsonl');
    const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map(({ kind, line }) => [kind, line])).toEqual([
      ['malformed', 3],
      ['record', 4],
      ['incomplete', 5],
    ]);
    expect(rows[0]).toMatchObject({ text: '???', reason: expect.stringContaining('column') as string });
    expect(rows[1]).toMatchObject({
      host: 'sftp.acme.example',
      result: 'succeeded',
      inferred: true,
      partner: 'acme',
    });
    expect(notes).toEqual({ 'left-out-header': 1, 'left-out-blank': 1 });
  });

  it('all ways to part a path are there', async () => {
    const line = String.raw`2026-03-01 02:10:15; ftp; h; 21; u; C:\a.csv; /in;x/a.csv; /out/a.csv; upload; 530;`;
    const { lines, notes } = await made('jsonl', {}, `${line}\n`);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ candidates: [{ localPath: 'C:\\a.csv' }, {}] });
    expect(notes).toEqual({ ambiguous: 1 });
  });

  it('an anonymous result names nobody: no partner of the settings, no folder of the log, no reason', async () => {
    const { lines, notes } = await made('jsonl', { anonymiser: testAnonymiser() });
    expect(lines.join('\n')).not.toMatch(/acme|orders|logs\/|reason|\?/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ kind: 'malformed', text: 'xxx' });
    expect(notes).toMatchObject({ masked: 2 });
  });
});
