import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOG_PROTOCOLS, readsAsSuccess, type LogProtocol } from '../record.js';
import { codeInWords, explainCode } from './explain-code.js';

const tablesOf = (code: number, protocol?: LogProtocol) =>
  explainCode(code, protocol).map((reading) => reading.table);

describe('explainCode', () => {
  it('reads 4 by the protocol, and names the second reading where there is one', () => {
    const [overSftp, socks, ...rest] = explainCode(4, 'sftp');
    expect(overSftp.name).toBe('SSH_FX_FAILURE');
    expect(socks?.phrase).toBe('SOCKS proxy: host unreachable');
    expect(socks?.when).toMatch(/^if the connection goes through a SOCKS proxy/);
    expect(rest).toEqual([]);
    const [overFtp, ...others] = explainCode(4, 'ftp');
    expect(overFtp.phrase).toBe('SOCKS proxy: host unreachable');
    expect(others).toEqual([]);
  });

  it('names SOCKS as the second reading of every SFTP status from 1 to 8', () => {
    for (let code = 1; code <= 8; code += 1) expect(tablesOf(code, 'sftp')).toEqual(['sftp', 'eft']);
    expect(tablesOf(0, 'sftp')).toEqual(['sftp']);
    expect(tablesOf(11, 'sftp')).toEqual(['eft']);
  });

  it('explains 8 over sftp with both meanings', () => {
    const [reading] = explainCode(8, 'sftp');
    expect(reading.meaning).toContain('did not finish in time');
    expect(reading.meaning).toContain('not supported');
  });

  it('names both causes of 10060 over http and https, and one elsewhere', () => {
    for (const protocol of ['http', 'https'] as const) {
      expect(explainCode(10_060, protocol)[0].meaning).toContain('name does not exist');
    }
    expect(explainCode(10_060, 'sftp')[0].meaning).not.toContain('name does not exist');
    expect(explainCode(10_060)[0].table).toBe('winsock');
  });

  it('takes 426 for a broken transfer over ftp and for an upgrade over http', () => {
    expect(tablesOf(426, 'ftp')).toEqual(['ftp']);
    expect(tablesOf(426, 'https')).toEqual(['http']);
    expect(tablesOf(426)).toEqual(['ftp', 'http']);
  });

  it('names the HTTP proxy where it may have refused the tunnel', () => {
    expect(tablesOf(407, 'sftp')).toEqual(['http']);
    expect(tablesOf(502, 'ftp')).toEqual(['ftp', 'http']);
    expect(tablesOf(403, 'ftps')).toEqual(['http']);
  });

  it('takes numbers of local lines for system errors', () => {
    expect(explainCode(5, 'local').map((reading) => reading.name)).toEqual(['ERROR_ACCESS_DENIED']);
    expect(explainCode(0, 'local')[0].name).toBe('ERROR_SUCCESS');
  });

  it('knows -1 over every protocol', () => {
    for (const protocol of LOG_PROTOCOLS) expect(explainCode(-1, protocol)[0].phrase).toMatch(/^failed/);
  });

  it('gives every table that has the number when no protocol is named', () => {
    expect(tablesOf(5)).toEqual(['sftp', 'eft', 'win32']);
    expect(tablesOf(0)).toEqual(['eft']);
    expect(tablesOf(2000)).toEqual(['eft']);
    expect(tablesOf(2000, 'sftp')).toEqual(['eft']);
    expect(tablesOf(226)).toEqual(['ftp', 'http']);
    expect(tablesOf(112)).toEqual(['win32']);
  });

  it.each([
    [599, 'ftp', 'FTP 599', /^The server refused: over FTP for good/],
    [499, 'ftp', 'FTP 499', /for the time being/],
    [299, 'ftps', 'FTP 299', /carried it out/],
    [599, 'https', 'HTTP 599', /because of a fault of its own/],
    [10_999, 'sftp', 'WinSock 10999', /range of Windows socket errors/],
    [21, 'sftp', 'SFTP 21', /Later drafts of SFTP/],
    [1234, 'local', 'Win32 1234', /Windows system errors/],
    [99_999, undefined, 'unknown 99999', /No table/],
    [9, 'ftp', 'unknown 9', /No table/],
  ] as const)('reads the unlisted %i over %s honestly by its range', (code, protocol, name, meaning) => {
    const [reading, ...others] = explainCode(code, protocol);
    expect(reading.name).toBe(name);
    expect(reading.meaning).toMatch(meaning);
    expect(reading.source).toMatch(/not listed|no source|ends at 8/);
    expect(others).toEqual([]);
  });

  it('has an answer for every number and protocol, and says "nobody must act" first only of successes and notices', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: -10, max: 12_000 }), fc.maxSafeInteger()),
        fc.option(fc.constantFrom(...LOG_PROTOCOLS), { nil: undefined }),
        (code, protocol) => {
          const [first] = explainCode(code, protocol);
          expect(first.code).toBe(code);
          if (protocol !== undefined && first.side === 'nobody') {
            expect(readsAsSuccess(protocol, code) || code > 11_000 || code === 304).toBe(true);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('codeInWords', () => {
  it.each([
    [226, 'ftp', '226 transfer complete'],
    [530, 'ftps', '530 login refused'],
    [10_061, 'sftp', '10061 connection refused'],
    [4, 'sftp', '4 failed, the server gives no reason'],
    [4, 'ftp', '4 SOCKS proxy: host unreachable'],
    [2000, 'ftp', '2000 no answer in time, once connected'],
    [0, 'local', '0 completed'],
    [404, 'https', '404 not found'],
  ] as const)('%i over %s: %s', (code, protocol, words) => {
    expect(codeInWords(code, protocol)).toBe(words);
  });
});
