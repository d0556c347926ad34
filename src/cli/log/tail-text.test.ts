import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLogLine } from '../../client-log/reading/parse-log-line.js';
import type { TailLine } from '../../log-tools/tail/tail-event.js';
import { TailText } from './tail-text.js';
import { styleFor } from '../style.js';
import { textWidth } from '../text-width.js';

function line(text: string, hasEnd = true): TailLine {
  const raw = new TextEncoder().encode(text);
  const file = { name: 'cl260301.log', timeZone: 'UTC', node: '' };
  const lineEnd = hasEnd ? '\n' : '';
  const place = {
    file,
    raw,
    lineEnd,
    lengthBytes: raw.length + lineEnd.length,
    lineNumber: undefined,
  } as const;
  return { ...parseLogLine(raw, { isFirst: false, hasEnd }), ...place };
}

const RECORD = String.raw`2026-03-01 02:10:44; sftp; sftp.acme.example; 22; batch; D:\out\inv_0301.xml; /in/inv_0301.xml; upload; 4;`;

function shown(lines: readonly TailLine[], width: number | undefined, label = ''): readonly string[] {
  const style = styleFor({ hasColor: false });
  return [...new TailText({ width: () => width, style, partners: [], labelOf: () => label }).linesOf(lines)];
}

describe('a record on a terminal', () => {
  it('is one line with everything where there is room', () => {
    expect(shown([line(RECORD)], 150)).toEqual([
      String.raw`2026-03-01 02:10:44  failed (inferred)  sftp.acme.example  upload  D:\out\inv_0301.xml -> /in/  4 failed, the server gives no reason`,
    ]);
  });

  it('is a few lines below a heading with its day where there is not, down to twenty columns', () => {
    expect(shown([line(RECORD), line(RECORD.replace('03-01', '03-02'))], 20)).toEqual([
      '2026-03-01',
      '02:10:44',
      ' failed (inferred)',
      ' sftp.acme.example',
      ' upload',
      ' inv…301.xml -> /in/',
      ' 4 failed, the',
      ' server gives no',
      ' reason',
      '2026-03-02',
      '02:10:44',
      ' failed (inferred)',
      ' sftp.acme.example',
      ' upload',
      ' inv…301.xml -> /in/',
      ' 4 failed, the',
      ' server gives no',
      ' reason',
    ]);
  });

  it('keeps its columns below those of the lines that come with it', () => {
    const other = RECORD.replace('sftp.acme.example', 'ftp').replace(/ 4;$/, ' 0; 0;');
    const [first = '', second = ''] = shown([line(RECORD), line(other)], 160);
    expect(second.indexOf('upload')).toBe(first.indexOf('upload'));
  });

  it('goes the way of the file, and names the whole target where its name differs', () => {
    const download = '2026-03-01 02:10:44; ftp; h; 21; u; C:\\in\\a.tmp; /out/a.csv; download; 226; 0;';
    expect(shown([line(download)], 200)[0]).toContain('/out/a.csv -> C:\\in\\a.tmp  226');
  });

  it('names the node, and a line that nobody has finished', () => {
    expect(shown([line(RECORD, false)], 200, 'nodeA')[0]).toMatch(
      /^nodeA {2}2026.*reason, line not finished$/,
    );
  });

  it('never is wider than the terminal, whatever the line holds, and never steers it', () => {
    const columns = fc.array(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\u001b[31m漢字'), fc.constant('')),
      {
        minLength: 4,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(
        fc.array(columns, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 20, max: 200 }),
        fc.constantFrom('', 'node with a long name 漢字'),
        fc.boolean(),
        (all, width, label, hasEnd) => {
          const lines = all.map(([host, user, local, remote]) =>
            line(
              `2026-03-01 02:10:44; ftp; ${host}; 21; ${user}; ${local}; ${remote}; upload; 226; 1;`,
              hasEnd,
            ),
          );
          for (const text of shown(lines, width, label)) {
            expect(textWidth(text)).toBeLessThanOrEqual(width);
            expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
          }
        },
      ),
    );
  });
});

describe('a line in a pipe', () => {
  it('is cut nowhere, its columns parted by tabs', () => {
    const long = `/out/${'x'.repeat(5000)}.xml`;
    const [text] = shown([line(RECORD.replace(String.raw`D:\out\inv_0301.xml`, long))], undefined, 'nodeA');
    expect(text?.split('\t')).toEqual([
      'nodeA',
      '2026-03-01 02:10:44',
      'failed (inferred)',
      'sftp.acme.example',
      'upload',
      long,
      '/in/inv_0301.xml',
      '4 failed, the server gives no reason',
    ]);
  });

  it('says why it is no record, the text behind it', () => {
    expect(shown([line('what\tis this\u202e?')], undefined)).toEqual([
      'malformed: it has 1 column instead of 9 or 10: what\\x09is this\\u{202e}?',
    ]);
    expect(shown([line('2026-03', false)], undefined)).toEqual(['line not finished: 2026-03']);
  });
});
