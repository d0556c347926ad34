import { expect, it } from 'vitest';
import { QUERY_FIELDS } from '../../client-log/query/query-fields.js';
import { LOG_COMMANDS } from './command-table.js';

it.each(LOG_COMMANDS.filter(({ args }) => args.some(({ name }) => name === 'QUERY')))(
  'the help of $name names every field of the query language',
  ({ notes }) => {
    const text = notes?.join(' ') ?? '';
    for (const { name } of QUERY_FIELDS) expect(text).toMatch(new RegExp(`Fields: [a-z ]*\\b${name}\\b`));
  },
);
