import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRecord } from '../format.js';
import type { ClientLogRecord } from '../record.js';
import type { ReadRecord } from '../reading/log-line.js';
import { parseLogLine } from '../reading/parse-log-line.js';
import { parseQuery } from './parse-query.js';
import { quoteQueryText } from './query-words.js';
import { logFile, queryContext, readRecord } from './query.testing.js';

type TextColumn = 'host' | 'user' | 'localPath' | 'remotePath';

/** A term and the plainest way to answer it. */
interface Term {
  readonly text: string;
  readonly holds: (record: ReadRecord) => boolean;
}

const words = fc.constantFrom('acme', 'beta', 'inv', 'Inv_1.xml', 'out', 'a b', 'x,y', 'c:d');

const exact =
  (field: string, column: TextColumn) =>
  (values: readonly string[]): Term => ({
    text: `${field}:${values.map(quoteQueryText).join()}`,
    holds: (record) => values.some((value) => record[column].toLowerCase() === value.toLowerCase()),
  });

const within =
  (field: string, columns: readonly TextColumn[]) =>
  (values: readonly string[]): Term => ({
    text: `${field}${values.map(quoteQueryText).join()}`,
    holds: (record) =>
      values.some((value) =>
        columns.some((column) => record[column].toLowerCase().includes(value.toLowerCase())),
      ),
  });

const values = fc.array(words, { minLength: 1, maxLength: 3 });
const positiveTerms: fc.Arbitrary<Term> = fc.oneof(
  values.map(exact('host', 'host')),
  values.map(exact('user', 'user')),
  values.map(within('local:', ['localPath'])),
  values.map(within('remote:', ['remotePath'])),
  values.map(within('', ['localPath', 'remotePath'])),
  fc.array(fc.integer({ min: -2, max: 6 }), { minLength: 1, maxLength: 3 }).map((codes) => ({
    text: `code:${codes.join()}`,
    holds: ({ code }: ReadRecord) => codes.includes(code),
  })),
);

const terms = fc.tuple(positiveTerms, fc.boolean()).map(([term, isNegated]): Term => ({
  text: (isNegated ? '-' : '') + term.text,
  holds: (record) => term.holds(record) !== isNegated,
}));

const paths = fc.array(words, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
const records = fc
  .record({
    host: words,
    user: words,
    localPath: paths,
    remotePath: paths,
    code: fc.integer({ min: -2, max: 6 }),
  })
  .map((changes) => readRecord(changes));

describe('and, or and not', () => {
  it('are what the plainest evaluator says', () => {
    fc.assert(
      fc.property(fc.array(terms, { maxLength: 4 }), records, (each, record) => {
        const query = parseQuery(each.map(({ text }) => text).join(' '), queryContext);
        expect(query.matches(record, logFile)).toBe(each.every(({ holds }) => holds(record)));
      }),
      { numRuns: 3000 },
    );
  });
});

const hostileSigns = ['; ', ';', '%', '%41', '\u212a', '\u0130', 'ß', 'é', 'e\u0301', 'Σ', '\n', '\ud800'];
const names = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('ab', 'IK', 'xYz', '09', '._-', '/', '\\', ' ') },
      { weight: 1, arbitrary: fc.constantFrom(...hostileSigns) },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''));

const writtenRecords: fc.Arbitrary<ClientLogRecord> = fc
  .record({ host: names, user: names, localPath: names, remotePath: names })
  .map((texts) => ({
    ...texts,
    time: '2026-03-01 02:10:44',
    protocol: 'sftp',
    port: 22,
    operation: 'upload',
    code: 4,
  }));

const TEXT_FIELDS = [
  ['host:', 'host'],
  ['user:', 'user'],
  ['local:', 'localPath'],
  ['remote:', 'remotePath'],
  ['path:', 'localPath'],
  ['file:', 'remotePath'],
  ['folder:', 'localPath'],
  ['ext:', 'remotePath'],
  ['', 'remotePath'],
] as const;

/** A term made of pieces of the record itself, so that many match. */
interface OwnTerm {
  readonly field: (typeof TEXT_FIELDS)[number];
  readonly from: number;
  readonly length: number;
  readonly hole: number | null;
  readonly upper: boolean;
  readonly around: string;
}

const ownTerm: fc.Arbitrary<OwnTerm> = fc.record({
  field: fc.constantFrom(...TEXT_FIELDS),
  from: fc.nat(6),
  length: fc.nat(16),
  hole: fc.option(fc.nat(16)),
  upper: fc.boolean(),
  around: fc.constantFrom('', '*', '*'),
});

function textOf(record: ClientLogRecord, term: OwnTerm): string {
  const [field, column] = term.field;
  const part = record[column].slice(term.from, term.from + term.length);
  const cased = term.upper ? part.toUpperCase() : part.toLowerCase();
  const value =
    term.hole === null
      ? quoteQueryText(cased)
      : `${quoteQueryText(cased.slice(0, term.hole))}?${quoteQueryText(cased.slice(term.hole + 1))}`;
  return `${field}${term.around}${value}${term.around}`;
}

describe('the required text', () => {
  it('stands in the bytes of every line that matches, whatever is escaped', () => {
    let narrowed = 0;
    fc.assert(
      fc.property(writtenRecords, fc.array(ownTerm, { minLength: 1, maxLength: 2 }), (record, own) => {
        const query = parseQuery(own.map((term) => textOf(record, term)).join(' '), queryContext);
        const { requiredText } = query;
        if (requiredText === undefined || !query.matches(readRecord(record), logFile)) return;
        narrowed += 1;
        const bytes = Buffer.from(formatRecord(record));
        expect(bytes.toString('latin1').toLowerCase()).toContain(requiredText);
      }),
      { numRuns: 5000 },
    );
    expect(narrowed).toBeGreaterThan(100);
  });

  it('stands in the bytes of every line that the tolerant reader takes, Windows-1252 included', () => {
    let narrowed = 0;
    const encodings = fc.constantFrom<BufferEncoding>('utf8', 'latin1');
    fc.assert(
      fc.property(writtenRecords, ownTerm, encodings, (record, own, encoding) => {
        const line = formatRecord(record).replace('; 22;', ':22;').replaceAll('%3B', ';');
        const bytes = Buffer.from(line, encoding);
        const reading = parseLogLine(bytes, { isFirst: false, hasEnd: true });
        const query = parseQuery(textOf(record, own), queryContext);
        const { requiredText } = query;
        if (requiredText === undefined || reading.kind !== 'record') return;
        if (!query.matches(reading.record, logFile)) return;
        narrowed += 1;
        expect(bytes.toString('latin1').toLowerCase()).toContain(requiredText);
      }),
      { numRuns: 5000 },
    );
    expect(narrowed).toBeGreaterThan(100);
  });

  it.each([
    ['inv_0301.xml', 'inv_0301.xml'],
    ['host:*ACME* code:4', 'acme'],
    ['a inv;0301*Long-Name?x', 'long-name'],
    [String.raw`C:\out\a.xml`, String.raw`\out\a.xml`],
    ['folder:/in/orders', 'orders'],
    ['-inv_0301.xml', undefined],
    ['inv_0301.xml,inv_0302.xml', undefined],
    ['partner:acme result:failed since:24h', undefined],
  ])('of %s is %s', (query, requiredText) => {
    expect(parseQuery(query, queryContext).requiredText).toBe(requiredText);
  });
});
