import { expect, it } from 'vitest';
import { parseQuery } from './parse-query.js';
import { PAGE_QUERIES, renderQueryPage } from './query-page.testing.js';
import { queryContext } from './query.testing.js';

it('docs/reference/query.md says what the table of fields says', async () => {
  await expect(renderQueryPage()).toMatchFileSnapshot('../../../docs/reference/query.md');
});

it.each(PAGE_QUERIES)('%s, which the page shows, is a query', (query) => {
  expect(parseQuery(query, queryContext).text).toBe(query);
});
