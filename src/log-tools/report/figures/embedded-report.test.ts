import { describe, expect, it } from 'vitest';
import { logLine, reportOf } from '../report.testing.js';
import { packReport, unpackReport } from './embedded-report.js';

describe('the data of the page', () => {
  it('is the same after it was packed, written and read', () => {
    const data = reportOf([
      logLine('2026-03-01 02:10:00 ftp acme a 226 0'),
      logLine('2026-03-01 02:11:00 ftp acme b 530 1'),
      logLine('2026-03-01 02:12:00 sftp globex c;d 4'),
      'no line of a log',
    ]);
    expect(unpackReport(JSON.parse(JSON.stringify(packReport(data))) as never)).toEqual(data);
    const empty = reportOf([]);
    expect(unpackReport(JSON.parse(JSON.stringify(packReport(empty))) as never)).toEqual(empty);
  });
});
