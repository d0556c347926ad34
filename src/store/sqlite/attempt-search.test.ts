import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { parseQuery } from '../../client-log/query/parse-query.js';
import { quoteQueryText } from '../../client-log/query/query-words.js';
import { queryContext } from '../../client-log/query/query.testing.js';
import { openMemoryStore } from '../memory-store.testing.js';
import type { AttemptRecord, NewAttempt } from '../transfer-store.js';
import { attemptOf, readRecordOf, STORE_LOG, type AttemptRow } from './attempt-row.js';
import { AttemptSearch } from './attempt-search.js';
import { prepareAttempts } from './attempt-statements.js';
import { Endpoints } from './endpoints.js';
import { migrate } from './migrate.js';
import { RuleNames } from './rule-names.js';
import { SqliteTransfers } from './sqlite-transfers.js';
import { StoreFile } from './store-file.js';

const names = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'inv_0301.xml',
      'Inv_0302.XML',
      'a b',
      "o'hara",
      'x"y',
      '100%',
      'é',
      'e\u0301',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\0',
      'a\0b',
      '\u202e',
      '\ud800',
      '\u{1F600}',
      "'; DROP TABLE attempts; --",
      '',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
);
const paths = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
const START = Date.parse('2026-03-01T00:00:00Z');

const attempts: fc.Arbitrary<NewAttempt> = fc
  .record({
    run: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    rule: fc.constantFrom('orders', 'prices'),
    partner: fc.constantFrom('acme', 'beta', 'local'),
    endedMs: fc.integer({ min: START, max: START + 172_800_000 }),
    protocol: fc.constantFrom('sftp' as const, 'ftp' as const, 'local' as const),
    host: fc.constantFrom('sftp.acme.example', 'beta.example', 'localhost'),
    port: fc.constantFrom(22, 21, 0),
    user: fc.oneof(fc.constantFrom('batch', ''), names),
    localPath: paths,
    remotePath: paths,
    operation: fc.constantFrom('upload' as const, 'download' as const),
    lastCode: fc.constantFrom(0, 4, 226, 530, -1),
    succeeded: fc.boolean(),
  })
  .map((facts) => ({ ...facts, step: '0', isLast: true, attemptNumber: 1 }));

const texts = fc.oneof(names, fc.constantFrom('inv_03', 'xml', '0301', 'INV', "'", '" OR 1=1', 'drop table'));
const terms = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        '',
        'path:',
        'local:',
        'remote:',
        'file:',
        'folder:',
        'ext:',
        'user:',
        'host:',
        'partner:',
      ),
      texts,
      fc.constantFrom('', '*'),
    )
    .map(([field, text, star]) => `${field}${star}${quoteQueryText(text)}${star}`),
  fc.constantFrom(
    'result:failed',
    'result:ok',
    'result:inferred',
    'result:failed,ok',
    'code:530',
    'code:0-300',
    'code:4,5xx',
    'port:22',
    'op:push',
    'protocol:ftp,sftp',
    'partner:acme',
    'partner:acme,beta',
    'host:*acme*',
    'rule:orders',
    'rule:*s',
    'rule:prices,nobody',
    'run:2',
    'run:1,3',
    'run:2-900',
  ),
  fc.constantFrom(
    'since:2026-03-01T12:00Z',
    'until:2026-03-01',
    'since:2026-03-02',
    'until:2026-03-01T18:00:30',
    'since:24h',
    'file:inv_????.xml',
    '*.xml',
    'inv*0301*',
    'node:x',
    'since:2026-03-01,2026-03-02',
  ),
);
const queries = fc
  .array(fc.tuple(terms, fc.boolean()), { maxLength: 3 })
  .map((all) => all.map(([term, isNegated]) => (isNegated ? `-${term}` : term)).join(' '));

const storeContext = { ...queryContext, records: 'store' as const };

async function pagesOf(
  find: (page: { beforeId?: number; limit: number }) => Promise<readonly AttemptRecord[]>,
): Promise<readonly AttemptRecord[]> {
  const all: AttemptRecord[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await find({ limit: 150, ...(last === undefined ? {} : { beforeId: last.id }) });
    all.push(...page);
    if (page.length < 150) return all;
  }
}

describe('a search of attempts', () => {
  it('finds what the query language says, whatever stands in it', async () => {
    const store = openMemoryStore();
    const kept: NewAttempt[] = [];
    const sample = fc.sample(attempts, { numRuns: 900, seed: 7 });
    const ids = await Promise.all(sample.map((attempt) => store.transfers.add(attempt)));
    kept.push(...sample);
    const records = kept.map((attempt, index) => ({ ...attempt, id: ids[index] ?? 0 }));
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(queries, async (text) => {
        const query = parseQuery(text, storeContext);
        const wanted = records.filter((each) => query.matches(readRecordOf(each), STORE_LOG)).reverse();
        const found = await pagesOf((page) => store.transfers.find(query, page));
        expect(found.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
        matched += wanted.length === 0 ? 0 : 1;
      }),
      { numRuns: 120 },
    );
    expect(matched).toBeGreaterThan(30);
    await store.close();
  });

  it.each(['run:7', 'run:7-9', 'rule:rule-7', 'rule:rule-7,rule-8 result:ok', 'rule:*-7'])(
    'asks an index for %s, and goes through no other attempts',
    async (text) => {
      const file = new StoreFile({ file: ':memory:', access: 'write', monotonicMs: () => 0 });
      migrate(file);
      const [rules, endpoints] = [new RuleNames(file), new Endpoints(file)];
      const transfers = new SqliteTransfers(file, rules, endpoints);
      const [attempt] = fc.sample(attempts, { numRuns: 1, seed: 7 });
      if (attempt === undefined) throw new Error('no attempt was made');
      const made = Array.from({ length: 600 }, (_, at) => ({
        ...attempt,
        succeeded: true,
        run: at % 60,
        rule: `rule-${at % 60}`,
      }));
      await Promise.all(made.map((each) => transfers.add(each)));
      const sql = prepareAttempts(file);
      const walk = vi.spyOn(sql.page, 'all');
      const recordOf = (row: AttemptRow) =>
        attemptOf(row, endpoints.get(row.endpoint_id), rules.nameOf(row.rule_id));
      const search = new AttemptSearch({ store: file, endpoints, rules, attempts: sql, recordOf });
      const query = parseQuery(text, storeContext);
      const found = await search.find(query, Number.MAX_SAFE_INTEGER, 1000);
      expect(found.length).toBe(
        made.filter((each) => query.matches(readRecordOf({ ...each, id: 1 }), STORE_LOG)).length,
      );
      expect(found.length).toBeGreaterThan(0);
      expect(walk).not.toHaveBeenCalled();
      await file.close();
    },
  );

  it('compares times by whole seconds, as a log does', async () => {
    const store = openMemoryStore();
    const [attempt] = fc.sample(attempts, 1);
    if (attempt === undefined) throw new Error('no attempt was made');
    for (const endedMs of [START + 999, START + 1200, START + 1800, START + 2000])
      await store.transfers.add({ ...attempt, endedMs });
    const idsOf = async (text: string) => {
      const query = parseQuery(text, { ...queryContext, nowMs: START + 1500 });
      return (await store.transfers.find(query, { limit: 9 })).map(({ id }) => id);
    };
    expect([await idsOf('since:now'), await idsOf('until:now')]).toEqual([
      [4, 3, 2],
      [3, 2, 1],
    ]);
    await store.close();
  });

  it('gives every attempt back as it was', async () => {
    const store = openMemoryStore();
    await fc.assert(
      fc.asyncProperty(attempts, fc.string({ unit: 'binary' }), async (attempt, message) => {
        const id = await store.transfers.add({ ...attempt, message });
        const [found] = await store.transfers.find(undefined, { limit: 1 });
        expect(found).toEqual({ ...attempt, message, id });
      }),
    );
    await store.close();
  });
});
