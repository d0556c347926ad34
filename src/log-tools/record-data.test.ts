import { expect, it } from 'vitest';
import type { ReadRecord } from '../client-log/reading/log-line.js';
import { explainCode } from '../client-log/result-codes/explain-code.js';
import { recordData, RECORD_DATA_KEYS } from './record-data.js';

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
const place = { file: { name: 'cl260301.log', timeZone: 'Europe/Berlin', node: 'nodeA' }, lineNumber: 4711 };

it('a record as data names every column, the moment with its offset, the code in words and the place', () => {
  const partners = [{ name: 'acme', host: 'sftp.acme.example', port: 22, user: 'batch' }];
  const data = recordData(record, place, partners);
  expect(data).toEqual({
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
    codeWords: explainCode(4, 'sftp')[0].phrase,
    result: 'failed',
    inferred: true,
    partner: 'acme',
    node: 'nodeA',
    file: 'cl260301.log',
    line: 4711,
  });
  expect(Object.keys(data)).toEqual(RECORD_DATA_KEYS);
});

it('a protocol that nobody knows, and any number as a code, have words all the same', () => {
  const words = (code: number) => recordData({ ...record, protocol: 'as2', code }, place, []).codeWords;
  expect(words(4)).not.toBe('');
  expect(words(987_654_321)).not.toBe('');
});
