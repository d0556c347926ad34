import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadRecord } from '../reading/log-line.js';
import { parseQuery } from './parse-query.js';
import { QUERY_FIELDS } from './query-fields.js';
import { QueryError } from './query-error.js';
import { logFile, queryContext, readRecord } from './query.testing.js';

const matches = (query: string, changes: Partial<ReadRecord> = {}, context = queryContext, file = logFile) =>
  parseQuery(query, context).matches(readRecord(changes), file);

describe('a query', () => {
  it.each([
    ['result:failed', 'result:ok'],
    ['result:1', 'result:0'],
    ['result:inferred', '-result:inferred'],
    ['status:failure', 'status:success'],
    ['host:SFTP.acme.example', 'host:acme'],
    ['host:*acme*', 'host:acme*'],
    ['port:22', 'port:23'],
    ['port:20-30', 'port:2000-2010'],
    ['user:Batch', 'user:bat'],
    ['protocol:ftp,sftp', 'protocol:ftp,ftps'],
    ['op:push', 'op:download'],
    ['operation:upload', 'operation:pull'],
    ['code:4', 'code:-1'],
    ['code:1-5', 'code:5-9'],
    ['code:0..4', 'code:4x'],
    ['path:orders', 'path:order5'],
    ['path:*.XML', 'path:*.csv'],
    ['path:/in/*', 'path:in/*'],
    [String.raw`local:D:\OUT`, 'local:orders'],
    ['remote:orders', String.raw`remote:D:\out`],
    ['file:INV_0301.xml', 'file:inv_0301'],
    ['file:inv_????.xml', 'file:inv_???.xml'],
    ['folder:/in', 'folder:/orders'],
    ['folder:orders', 'folder:order'],
    ['folder:/in/orders/', 'folder:/in/orders/inv_0301.xml'],
    ['folder:d:/out', 'folder:/out'],
    ['folder:ord*', 'folder:inv*'],
    ['ext:.xml', 'ext:ml'],
    ['extension:x*', 'extension:csv'],
    ['since:2026-03-01', 'since:2026-03-02'],
    ['until:2026-03-01', 'until:2026-02-28'],
    ['until:2026-03-01T02:10:45', 'until:2026-03-01T02:10:44'],
    ['since:2026-03-01T02:10:44', 'since:2026-03-01T02:10:45'],
    ['since:yesterday until:yesterday', 'since:today'],
    ['since:3d', 'since:1h'],
    ['inv_0301', 'inv_0302'],
    ['*.xml', '*.xm'],
    [String.raw`D:\out\inv_0301.xml`, String.raw`C:\out\inv_0301.xml`],
    ['a,inv', 'a,b'],
    ['host:*acme* code:4 inv', 'host:*acme* code:5 inv'],
    ['-code:5', '-code:4'],
    ['-code:5,6', '-code:5,4'],
    ['-inv_0302', '-inv_0301'],
    ['node:""', 'node:A'],
    ['', '-""'],
  ])('%s matches the record, %s does not', (right, wrong) => {
    expect([matches(right), matches(wrong)]).toEqual([true, false]);
  });

  it('knows partners by the connections of the settings', () => {
    const partners = [{ name: 'ACME', host: 'sftp.acme.example', port: 22, user: '' }];
    const context = { ...queryContext, partners };
    expect(matches('partner:acme', {}, context)).toBe(true);
    expect(matches('partner:sftp.acme.example', {}, context)).toBe(false);
    expect(matches('partner:sftp.acme.example')).toBe(true);
  });

  it('finds empty columns by empty quotes', () => {
    expect([matches('user:""'), matches('user:""', { user: '' })]).toEqual([false, true]);
    expect([matches('ext:""'), matches('ext:""', { remotePath: '/in/README' })]).toEqual([false, true]);
    expect(matches('port:22', { port: undefined })).toBe(false);
  });

  it('looks at every way to part the paths of an ambiguous line', () => {
    const candidates = [
      { localPath: '/a;b', remotePath: '/c' },
      { localPath: '/a', remotePath: 'b; /c' },
    ];
    const record = { localPath: '/a;b', remotePath: '/c', candidates };
    expect(matches('local:"/a;b"', record)).toBe(true);
    expect(matches('remote:"b; /c"', record)).toBe(true);
    expect(matches('-remote:"b; /c"', record)).toBe(false);
  });

  it('compares times in the zone of each file', () => {
    const query = parseQuery('since:2026-03-01T02:10Z', queryContext);
    const inZone = (timeZone: string) => query.matches(readRecord(), { ...logFile, timeZone });
    expect([inZone('Europe/Berlin'), inZone('UTC'), inZone('Europe/Berlin')]).toEqual([false, true, false]);
  });

  it('takes the words of other logs for operations', () => {
    expect(matches('op:upload', { operation: 'push' })).toBe(true);
    expect(matches('op:sync', { operation: 'sync' })).toBe(true);
    expect(matches('op:sync')).toBe(false);
  });
});

describe('a query with a mistake', () => {
  function errorOf(query: string): QueryError {
    try {
      parseQuery(query, queryContext);
    } catch (error) {
      if (error instanceof QueryError) return error;
      throw error;
    }
    throw new Error(`${query} is taken`);
  }

  it.each([
    ['hots:acme', 'hots', 'host'],
    ['x  -resutl:failed', 'resutl', 'result'],
    ['result:fialed', 'fialed', 'failed'],
    ['op:uplaod', 'uplaod', 'upload'],
    ['since:24', '24', '24h'],
    ['code:599-500', '599-500', '500-599'],
    ['code=530', 'code=530', 'code:530'],
    ['host!=acme', 'host!=acme', '-host:acme'],
    ['sftp://u@acme:2222/in/a x', 'sftp://u@acme:2222/in/a', 'host:acme remote:"/in/a"'],
    ['code:5z', '5z', undefined],
    ['port:h*', 'h*', undefined],
    ['result:f*', 'f*', undefined],
    ['size:5', 'size', undefined],
    ['10:15', '10', undefined],
    ['host:', 'host:', undefined],
    ['host:a, b', ',', undefined],
    ['a -', '-', undefined],
    ['x AND y', 'AND', undefined],
    ['x || y', '||', undefined],
    ['x --json', '--json', undefined],
    ['user:"a b', '"a b', undefined],
  ])('%s: marks %s, suggests %s', (query, marked, suggestion) => {
    const error = errorOf(query);
    expect([query.slice(error.start, error.end), error.suggestion]).toEqual([marked, suggestion]);
    expect([error.code, error.query]).toEqual(['QUERY_INVALID', query]);
  });

  it('is shown with the place marked below it and what to write instead', () => {
    const error = errorOf('result:failed hots:acme x');
    expect(error.message.split('\n')).toEqual([
      'there is no field "hots" (did you mean "host"?)',
      '  result:failed hots:acme x',
      '                ^^^^',
    ]);
    expect(error.advice).toMatch(/^Write host there\./);
  });

  it('is shown in part when it is long, and never with raw control characters', () => {
    const { message } = errorOf(`${'x'.repeat(5000)} "\u001b[31m" hots:\u001b ${'y'.repeat(5000)}`);
    expect(message).not.toMatch(/[^\n\x20-\x7e]/);
    const [, shown = '', marks = ''] = message.split('\n');
    expect(shown.length).toBeLessThan(200);
    expect(shown.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe('hots');
  });
});

const signs = [
  ...'-"":,*? ',
  'host',
  'code',
  'since',
  'x',
  '5xx',
  'C:\\',
  '\u0000',
  'é',
  '2026-03-01',
  '24h',
];
const anyQuery = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...signs), { maxLength: 12 }).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom(...QUERY_FIELDS.map(({ name }) => name)), fc.string())
    .map(([name, value]) => `${name}:${value}`),
);

describe('any text', () => {
  it('is a query or a QueryError that marks a place in it', () => {
    fc.assert(
      fc.property(anyQuery, (text) => {
        try {
          expect(typeof matches(text)).toBe('boolean');
        } catch (error) {
          if (!(error instanceof QueryError)) throw error;
          expect(error.start).toBeGreaterThanOrEqual(0);
          expect(error.end).toBeLessThanOrEqual(text.length);
          expect(error.start).toBeLessThanOrEqual(error.end);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('may be of many words and many values', () => {
    const codes = Array.from({ length: 50_000 }, (_, index) => index + 10).join();
    expect([matches(`-code:${codes}`), matches('-zz '.repeat(50_000))]).toEqual([true, true]);
  });

  it('keeps the table of fields and the parser together', () => {
    for (const { example, name, synonyms } of QUERY_FIELDS) {
      expect(() => parseQuery(example, queryContext)).not.toThrow();
      const value = example.slice(example.indexOf(':'));
      for (const each of [name, ...synonyms]) parseQuery(each + value, queryContext);
    }
  });
});
