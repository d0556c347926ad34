import { describe, expect, it } from 'vitest';
import { isLogTime, LOG_PROTOCOLS, loggedCode, readsAsSuccess } from './record.js';

describe('readsAsSuccess', () => {
  it.each([
    ['ftp', 226, true],
    ['ftps', 250, true],
    ['ftp', 0, true],
    ['ftp', 350, false],
    ['ftp', 150, false],
    ['https', 201, true],
    ['http', 304, false],
    ['s3', 200, true],
    ['sftp', 0, true],
    ['sftp', 226, false],
    ['local', 0, true],
    ['local', 200, false],
    ['sftp', -1, false],
    ['ftp', 10_060, false],
  ] as const)('%s %i: %s', (protocol, code, success) => {
    expect(readsAsSuccess(protocol, code)).toBe(success);
  });
});

describe('loggedCode', () => {
  it('never lets a failed attempt bear a code that reads as success', () => {
    for (const protocol of LOG_PROTOCOLS) {
      for (let lastCode = -1; lastCode <= 700; lastCode += 1) {
        expect(readsAsSuccess(protocol, loggedCode({ protocol, lastCode, result: 'failed' }))).toBe(false);
      }
    }
  });

  it('writes -1 for a 226 after which bytes were missing', () => {
    expect(loggedCode({ protocol: 'ftp', lastCode: 226, result: 'failed' })).toBe(-1);
  });

  it('keeps every other code as it is', () => {
    expect(loggedCode({ protocol: 'ftp', lastCode: 226, result: 'succeeded' })).toBe(226);
    expect(loggedCode({ protocol: 'ftp', lastCode: 426, result: 'failed' })).toBe(426);
    expect(loggedCode({ protocol: 'sftp', lastCode: 4, result: 'failed' })).toBe(4);
    expect(loggedCode({ protocol: 'sftp', lastCode: 0, result: 'succeeded' })).toBe(0);
  });
});

describe('isLogTime', () => {
  it.each(['2024-02-29 23:59:59', '2000-02-29 00:00:00', '2006-03-06 10:11:03', '0001-01-01 00:00:00'])(
    'takes %s',
    (text) => {
      expect(isLogTime(text)).toBe(true);
    },
  );

  it.each([
    '2023-02-29 00:00:00',
    '1900-02-29 00:00:00',
    '2024-04-31 00:00:00',
    '2024-13-01 00:00:00',
    '2024-00-01 00:00:00',
    '2024-01-00 00:00:00',
    '2024-01-01 24:00:00',
    '2024-01-01 00:60:00',
    '2024-01-01 00:00:60',
    '2024-1-1 0:0:0',
    ' 2024-01-01 00:00:00',
    '2024-01-01 00:00:00\n',
  ])('refuses %j', (text) => {
    expect(isLogTime(text)).toBe(false);
  });
});
