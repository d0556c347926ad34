import { expect, it } from 'vitest';
import { parseQuery } from './parse-query.js';
import { STORE_FIELDS } from './query-fields.js';
import { PAGE_QUERIES, renderQueryPage } from './query-page.testing.js';
import { queryContext } from './query.testing.js';

it('docs/reference/query.md says what the table of fields says', async () => {
  await expect(renderQueryPage()).toMatchFileSnapshot('../../../docs/reference/query.md');
});

it.each(PAGE_QUERIES)('%s, which the page shows, is a query', (query) => {
  expect(parseQuery(query, queryContext).text).toBe(query);
});

it.each(STORE_FIELDS)(
  '$example is a query of the store, and of a log it is refused with where to ask',
  ({ example, name }) => {
    expect(parseQuery(example, { ...queryContext, records: 'store' }).text).toBe(example);
    expect(() => parseQuery(example, queryContext)).toThrow(`/v1/transfers?q=${name}:`);
  },
);
