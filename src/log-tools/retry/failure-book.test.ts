import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLine, ReadRecord } from '../../client-log/reading/log-line.js';
import type { Query } from '../../client-log/query/query.js';
import type { FailedFile, FailureFindings } from './failed-file.js';
import { FailureBook } from './failure-book.js';
import { FileIdentifier } from './file-identity.js';
import { failed, incompleteLine, linesOf, succeeded, testLog } from './log-lines.testing.js';
import type { PathMapping } from './path-map.js';
import type { ConnectionChoice, RetryPartner } from './retry-partner.js';

const acme: RetryPartner = {
  name: 'acme',
  host: 'sftp.acme.example',
  port: 22,
  user: 'orders',
  protocol: 'sftp',
};

interface Asking {
  readonly query?: Query['matches'];
  readonly mappings?: readonly PathMapping[];
  readonly choices?: readonly ConnectionChoice[];
  readonly maxFiles?: number;
}

function findingsOf(lines: readonly LogLine[], asking: Asking = {}): FailureFindings {
  const { query, mappings = [], choices = [], maxFiles } = asking;
  const book = new FailureBook({
    query: query && { text: '', requiredText: undefined, terms: [], matches: query },
    identifier: new FileIdentifier({ partners: [acme], choices, mappings }),
    ...(maxFiles === undefined ? {} : { maxFiles }),
  });
  for (const line of lines) book.take(line);
  return book.findings();
}

function filesOf(records: readonly ReadRecord[], asking: Asking = {}): readonly FailedFile[] {
  return findingsOf(linesOf(records), asking).files;
}

const at = (time: string) => ({ time: `2026-03-01 ${time}` });

describe('one file', () => {
  it('is one, however many attempts failed, and its last attempt counts', () => {
    const [file, ...others] = filesOf([
      failed({ ...at('02:00:00'), code: 530 }),
      failed({ ...at('02:05:00'), code: 10_061 }),
    ]);
    expect(others).toEqual([]);
    expect(file).toMatchObject({ attempts: 2, last: { lineNumber: 2, record: { code: 10_061 } } });
  });

  it('is left out when it succeeded later, and counted as recovered', () => {
    expect(findingsOf(linesOf([failed(), succeeded()]))).toMatchObject({ files: [], recovered: 1 });
  });

  it('is left out for a success that the query does not match', () => {
    const query = ({ result }: ReadRecord) => result === 'failed';
    expect(filesOf([failed(), succeeded()], { query })).toEqual([]);
  });

  it('stays when it failed again after a success, with the attempts since then', () => {
    expect(filesOf([failed(), succeeded(), failed(at('09:00:00'))])).toMatchObject([{ attempts: 1 }]);
  });

  it('is picked by any of its failures, and shown with the last one', () => {
    const query = ({ code }: ReadRecord) => code === 530;
    expect(filesOf([failed({ code: 530 }), failed({ code: 550 })], { query })).toMatchObject([
      { attempts: 2, last: { record: { code: 550 } } },
    ]);
    expect(filesOf([failed({ code: 550 })], { query })).toEqual([]);
  });

  it.each([
    ['host', { host: 'other' }],
    ['port', { port: 2222 }],
    ['user', { user: 'other' }],
    ['operation', { operation: 'download' }],
    ['local path', { localPath: '/srv/out/b.xml' }],
    ['remote path', { remotePath: '/in/b.xml' }],
  ])('is another one with another %s', (_what, changes) => {
    expect(filesOf([failed(), failed(changes)])).toHaveLength(2);
    expect(filesOf([failed(), succeeded(changes)])).toHaveLength(1);
  });

  it('is the same with its host in another case, and with what the line leaves empty', () => {
    expect(filesOf([failed({ host: 'SFTP.Acme.Example', port: undefined, user: '' }), succeeded()])).toEqual(
      [],
    );
  });

  it('is the same before and after a mapping, and before and after a move of the host', () => {
    const mappings = [{ from: 'C:\\out', to: '/srv/out' }];
    const choices = [{ user: undefined, host: 'old.example', port: undefined, name: 'acme' }];
    const old = failed({
      localPath: 'c:\\OUT\\a.xml',
      host: 'OLD.example',
      port: 21,
      protocol: 'ftp',
      user: 'x',
    });
    expect(filesOf([old, succeeded()], { mappings, choices })).toEqual([]);
    expect(filesOf([old, succeeded()], { mappings })).toHaveLength(1);
  });

  it('is the same on Windows whatever its case and separators', () => {
    expect(
      filesOf([failed({ localPath: 'C:\\Out\\A.xml' }), succeeded({ localPath: 'c:/out/a.XML' })]),
    ).toEqual([]);
  });

  it('is found under its folder, as an attempt names it that failed before it knew its files', () => {
    for (const remotePath of ['/in/', '/in']) {
      expect(filesOf([failed({ remotePath }), succeeded()])).toEqual([]);
      expect(filesOf([failed({ remotePath }), failed({ code: 550 })])).toMatchObject([
        { attempts: 2, identity: { target: '/in/a.xml' }, last: { record: { code: 550 } } },
      ]);
      expect(filesOf([failed({ code: 550 }), failed({ remotePath })])).toMatchObject([
        { attempts: 2, identity: { target: '/in/a.xml' } },
      ]);
    }
    const pull = { operation: 'download', localPath: '/srv/in/' };
    expect(filesOf([failed(pull)])).toMatchObject([
      { identity: { source: '/in/a.xml', target: '/srv/in/a.xml' } },
    ]);
  });

  it('that was written from elsewhere since is told, and stays', () => {
    const files = filesOf([failed(), succeeded({ ...at('03:00:00'), localPath: '/srv/other/a.xml' })]);
    expect(files).toMatchObject([
      { replacedFrom: { source: '/srv/other/a.xml', line: { record: at('03:00:00') } } },
    ]);
  });
});

describe('a success just before the failure', () => {
  it('is remembered: a move whose source could not be removed looks like that', () => {
    const records = [succeeded(at('02:00:00')), failed(at('02:00:02')), failed(at('02:05:00'))];
    expect(filesOf(records)).toMatchObject([{ deliveredBefore: '2026-03-01 02:00:00', attempts: 2 }]);
  });

  it('is no matter when hours lie between, nor for a failure hours after', () => {
    expect(filesOf([succeeded(at('01:00:00')), failed(at('02:00:00'))])[0]?.deliveredBefore).toBeUndefined();
    const later = [succeeded(at('02:00:00')), failed(at('02:00:02')), failed(at('05:00:00'))];
    expect(filesOf(later)[0]?.deliveredBefore).toBeUndefined();
  });
});

describe('what the log alone does not settle', () => {
  const candidates = [
    { localPath: '/srv/out/a;b.xml', remotePath: '/in/a;b.xml' },
    { localPath: '/srv/out/a', remotePath: 'b.xml; /in/a;b.xml' },
  ];
  const paths = { ...candidates[0], candidates };

  it('a line that can be parted in two ways', () => {
    expect(filesOf([failed(paths), failed(paths)])).toMatchObject([
      { attempts: 2, doubt: { kind: 'ambiguous', candidates } },
    ]);
    expect(filesOf([failed(paths), succeeded(paths)])).toEqual([]);
    expect(filesOf([failed(paths), succeeded({ ...candidates[0] })])).toEqual([]);
    expect(filesOf([failed(paths), succeeded()])).toHaveLength(1);
  });

  it('a later success that can be parted in two ways, one of which is the file', () => {
    expect(filesOf([failed({ ...candidates[0] }), succeeded(paths)])).toMatchObject([
      { doubt: { kind: 'ambiguous-success', line: { lineNumber: 2 } } },
    ]);
  });

  it('a last line without its end, whatever it says', () => {
    for (const record of [failed(), succeeded()]) {
      const { files } = findingsOf([...linesOf([failed()]), incompleteLine(record)]);
      expect(files).toMatchObject([{ doubt: { kind: 'incomplete', line: { lineNumber: 1000 } } }]);
    }
    expect(findingsOf([incompleteLine(failed())]).files).toMatchObject([{ doubt: { kind: 'incomplete' } }]);
    expect(findingsOf([incompleteLine(succeeded())]).files).toEqual([]);
  });

  it('is settled by what comes later', () => {
    const open = [...linesOf([failed()]), incompleteLine(succeeded())];
    expect(findingsOf([...open, ...linesOf([failed()])]).files).toMatchObject([{ doubt: undefined }]);
    expect(findingsOf([...open, ...linesOf([succeeded()])]).files).toEqual([]);
  });

  it('an attempt at a mask, until an attempt comes to one of its files', () => {
    const mask = failed({ localPath: '/srv/out/*.XML', remotePath: '/in/' });
    expect(filesOf([mask])).toMatchObject([{ doubt: { kind: 'mask' } }]);
    expect(filesOf([mask, succeeded()])).toEqual([]);
    expect(filesOf([mask, failed()])).toMatchObject([
      { doubt: undefined, identity: { source: '/srv/out/a.xml' } },
    ]);
    expect(filesOf([mask, succeeded({ localPath: '/srv/other/a.xml' })])).toHaveLength(1);
    expect(filesOf([mask, succeeded({ host: 'other' })])).toHaveLength(1);
    expect(
      filesOf([failed({ localPath: '/srv/out/*.*' }), succeeded({ localPath: '/srv/out/plain' })]),
    ).toEqual([]);
  });
});

describe('many files', () => {
  const many = Array.from({ length: 11 }, (_, index) => failed({ remotePath: `/in/${index}` }));

  it('beyond the limit are refused aloud', () => {
    expect(() => filesOf(many, { maxFiles: 10 })).toThrow('more than 10 files failed');
    expect(filesOf(many, { maxFiles: 11 })).toHaveLength(11);
  });

  it('that recovered take no room', () => {
    const recovering = many.flatMap((record) => [record, succeeded({ remotePath: record.remotePath })]);
    expect(findingsOf(linesOf(recovering), { maxFiles: 1 })).toMatchObject({ files: [], recovered: 11 });
  });
});

it('a kept line holds nothing of what the reader handed out', () => {
  const record = failed();
  const [file] = filesOf([record]);
  expect(file?.last.record).toEqual(record);
  expect(file?.last.record).not.toBe(record);
  expect(file?.last.file).toBe(testLog);
});

describe('for any lines', () => {
  const someRecord = fc
    .record({
      name: fc.constantFrom('a', 'b', 'A', 'x/a'),
      host: fc.constantFrom('sftp.acme.example', 'SFTP.acme.example', 'beta.example'),
      operation: fc.constantFrom('upload', 'download'),
      result: fc.constantFrom('failed', 'succeeded'),
      code: fc.constantFrom(530, 10_060),
    } as const)
    .map(({ name, ...columns }) =>
      failed({ ...columns, localPath: `/srv/${name}`, remotePath: `/in/${name}` }),
    );
  const nameOf = ({ host, operation, localPath }: ReadRecord) =>
    [host.toLowerCase(), operation, localPath].join(' ');

  it('a file is there once, exactly if a failure that was asked for stands behind its last success', () => {
    fc.assert(
      fc.property(fc.array(someRecord, { maxLength: 40 }), (records) => {
        const query = ({ code }: ReadRecord) => code === 530;
        const expected = new Set<string>();
        for (const record of records) {
          if (record.result === 'succeeded') expected.delete(nameOf(record));
          else if (query(record)) expected.add(nameOf(record));
        }
        const found = filesOf(records, { query }).map(({ last }) => nameOf(last.record));
        expect(found.toSorted()).toEqual([...expected].sort());
      }),
    );
  });

  it('stands in the order of the last attempts, each with its number', () => {
    fc.assert(
      fc.property(fc.array(someRecord, { maxLength: 40 }), (records) => {
        const files = filesOf(records);
        const order = files.map(({ last }) => last.lineNumber);
        expect(order).toEqual(order.toSorted((one, other) => one - other));
        for (const { last, attempts } of files) {
          const own = records.filter((record) => nameOf(record) === nameOf(last.record));
          const sinceSuccess = own.slice(own.findLastIndex(({ result }) => result === 'succeeded') + 1);
          expect(attempts).toBe(sinceSuccess.length);
        }
      }),
    );
  });
});
