import { z } from 'zod';
import type { Query } from '../../client-log/query/query.js';
import type { TransferStore } from '../../store/transfer-store.js';
import { defineRoute, type ApiRoute } from '../api-route.js';
import { deliveryData, deliveryView, transferData, transferView } from '../views/transfer-view.js';
import {
  MAX_PAGE,
  nameText,
  nextCursor,
  pageOf,
  pageQuery,
  pageRows,
  queryBoolean,
} from '../views/view-parts.js';

/** Beyond this many a count says "at least". */
export const MAX_COUNT = 10_000;

const MAX_QUERY_LENGTH = 2000;

const countView = z
  .strictObject({ rows: z.int(), isExact: z.boolean() })
  .describe(`All rows that match, on every page; with isExact false there are more than ${MAX_COUNT}`);

export const TRANSFER_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/transfers',
    role: 'viewer',
    operation: 'findTransfers',
    summary: 'Attempts at files, newest first, by the query language of the log tools',
    query: z.strictObject({
      q: z
        .string()
        .max(MAX_QUERY_LENGTH)
        .optional()
        .describe('Such as `result:failed since:24h`; docs/reference/query.md has the words'),
      count: queryBoolean.optional().describe('Also count all that match'),
      ...pageQuery,
    }),
    answer: z.strictObject({
      transfers: z.array(transferView),
      count: countView.optional(),
      ...nextCursor,
    }),
    handle: async ({ face, query, signal }) => {
      const words = query.q === undefined || query.q.trim() === '' ? undefined : face.query(query.q);
      const found = await face.store.transfers.find(words, pageOf(query));
      const { rows, cursor } = pageRows(found, query);
      const count = query.count === true ? { count: await countOf(face.store.transfers, words, signal) } : {};
      return { transfers: rows.map(transferData), ...count, ...cursor };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/deliveries',
    role: 'viewer',
    operation: 'findDeliveries',
    summary: 'The ledger: what was delivered where, and how that was proven; newest first',
    query: z.strictObject({
      rule: nameText.optional(),
      mask: z.string().min(1).max(1000).optional().describe('DOS mask on source or target'),
      ...pageQuery,
    }),
    answer: z.strictObject({ deliveries: z.array(deliveryView), ...nextCursor }),
    handle: async ({ face, query }) => {
      const { rule, mask } = query;
      const found = await face.store.ledger.find({
        ...pageOf(query),
        ...(rule === undefined ? {} : { rule }),
        ...(mask === undefined ? {} : { mask }),
      });
      const { rows, cursor } = pageRows(found, query);
      return { deliveries: rows.map(deliveryData), ...cursor };
    },
  }),
];

/** In pages, so that others get their turn between; ends early when nobody waits for it any more. */
async function countOf(store: TransferStore, query: Query | undefined, signal: AbortSignal) {
  let rows = 0;
  let beforeId: number | undefined;
  while (rows <= MAX_COUNT && !signal.aborted) {
    const page = await store.find(query, {
      limit: MAX_PAGE,
      ...(beforeId === undefined ? {} : { beforeId }),
    });
    rows += page.length;
    beforeId = page.at(-1)?.id;
    if (page.length < MAX_PAGE) return { rows, isExact: true };
  }
  return { rows: MAX_COUNT, isExact: false };
}
