import { describe, expect, it } from 'vitest';
import type { ReadRecord } from '../client-log/reading/log-line.js';
import { instantText, recordData } from './log-record-data.js';

const record: ReadRecord = {
  time: '2026-03-01 02:10:44',
  protocol: 'sftp',
  host: 'SFTP.acme.example',
  port: 22,
  user: 'batch',
  localPath: String.raw`D:\out\inv_0301.xml`,
  remotePath: '/in/\u001b[31minv_0301.xml',
  operation: 'upload',
  code: 4,
  result: 'failed',
  isInferred: true,
  columns: 9,
  deviations: [],
};
const file = { name: 'cl260301.log', timeZone: 'Europe/Berlin', node: '' };

describe('a record as data', () => {
  it('names every column, the moment with its offset, the code in words and the place', () => {
    const partners = [{ name: 'acme', host: 'sftp.acme.example', port: 22, user: 'batch' }];
    expect(JSON.parse(JSON.stringify(recordData({ record, file, lineNumber: 4711 }, partners)))).toEqual({
      time: '2026-03-01 02:10:44',
      instant: '2026-03-01T02:10:44+01:00',
      timeZone: 'Europe/Berlin',
      protocol: 'sftp',
      host: 'SFTP.acme.example',
      port: 22,
      user: 'batch',
      localPath: String.raw`D:\out\inv_0301.xml`,
      remotePath: '/in/\u001b[31minv_0301.xml',
      operation: 'upload',
      code: 4,
      codeWords: 'failure',
      result: 'failed',
      inferred: true,
      partner: 'acme',
      file: 'cl260301.log',
      line: 4711,
    });
  });

  it('leaves out what is not known and names the node where there are several', () => {
    const data = recordData(
      { record: { ...record, port: undefined }, file: { ...file, node: 'nodeA' }, lineNumber: undefined },
      [],
    );
    expect(data).toMatchObject({
      node: 'nodeA',
      port: undefined,
      line: undefined,
      partner: 'sftp.acme.example',
    });
  });
});

describe('a moment', () => {
  it.each([
    ['2026-07-01 12:00:00', 'Europe/Berlin', '2026-07-01T12:00:00+02:00'],
    ['2026-01-01 12:00:00', 'America/St_Johns', '2026-01-01T12:00:00-03:30'],
    ['2026-01-01 12:00:00', 'UTC', '2026-01-01T12:00:00+00:00'],
  ])('%s in %s is %s', (time, zone, text) => {
    expect(instantText(time, zone)).toBe(text);
  });
});
