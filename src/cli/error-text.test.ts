import { expect, it } from 'vitest';
import { parseQuery } from '../client-log/query/parse-query.js';
import { asTransferError, TransferError } from '../core/transfer-error.js';
import { errorData, errorLines } from './error-text.js';
import { styleFor } from './style.js';

const style = styleFor({ hasColor: false });

function queryError(query: string): TransferError {
  try {
    parseQuery(query, { nowMs: 0, timeZone: 'UTC', partners: [] });
  } catch (error) {
    return asTransferError(error, 'log');
  }
  throw new Error(`${query} is taken`);
}

it('a query with a mistake is shown with the place marked below it', () => {
  const lines = errorLines(queryError('host:acme resutl:failed'), 'tally log find', 'QUERY_INVALID', style);
  expect(lines.slice(0, 4)).toEqual([
    'tally log find: there is no field "resutl" (did you mean "result"?)',
    '  host:acme resutl:failed',
    '            ^^^^^^',
    '  Why: The query cannot be understood. (QUERY_INVALID)',
  ]);
});

it('programs get the place and what may be meant', () => {
  expect(errorData(queryError('host:acme resutl:failed'))).toMatchObject({
    code: 'QUERY_INVALID',
    query: 'host:acme resutl:failed',
    start: 10,
    end: 16,
    suggestion: 'result',
  });
});

it('a line end in the message of another failure makes no line of its own', () => {
  const error = new TransferError({
    code: 'UNEXPECTED',
    lastCode: -1,
    phase: 'log',
    message: 'first\nWhy: forged',
  });
  expect(errorLines(error, 'tally', '', style)[0]).toBe('tally: first\\x0aWhy: forged');
});
