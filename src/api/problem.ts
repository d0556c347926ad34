import { z } from 'zod';
import { QueryError } from '../client-log/query/query-error.js';
import { errorFacts } from '../core/error-codes.js';
import { printable } from '../core/printable.js';
import { TransferError } from '../core/transfer-error.js';
import { SettingsError } from '../settings/settings-error.js';
import { ApiRefusal } from './api-refusal.js';
import { httpStatusOf } from './http-status.js';

/** What every refusal and failure is answered with (RFC 9457), as `application/problem+json`. */
export const problemSchema = z
  .strictObject({
    type: z.string().describe('urn:tallyman:error:CODE; docs/reference/errors.md explains each code'),
    title: z.string().describe('What the code means, one sentence'),
    status: z.int(),
    detail: z.string().describe('What failed, with the names of the things'),
    code: z.string(),
    side: z.enum(['us', 'partner', 'network', 'proxy']).describe('Whose side must act'),
    advice: z.string().describe('What to do next'),
    retry: z.enum(['transient', 'permanent', 'auth', 'config']),
    problems: z.array(z.string()).optional().describe('Each thing that is wrong with what was sent'),
    requestId: z.string().describe("Stands in the daemon's own log beside what is not told here"),
  })
  .describe('What failed, why, and what to do');

export type Problem = z.infer<typeof problemSchema>;

const MAX_DETAIL = 2000;
const MAX_PROBLEMS = 50;

/** What was not foreseen is named by its number only: its text may tell of the inside. */
export function problemOf(thrown: unknown, requestId: string): Problem {
  const error = thrown instanceof TransferError ? thrown : unforeseen(thrown);
  const problems = problemsOf(error);
  return {
    type: `urn:tallyman:error:${error.code}`,
    title: errorFacts(error.code).summary,
    status: httpStatusOf(error),
    detail:
      error.code === 'UNEXPECTED'
        ? `this was not foreseen; the daemon's log has it as request ${requestId}`
        : detailOf(error),
    code: error.code,
    side: error.side,
    advice: error.advice,
    retry: error.retry,
    ...(problems.length === 0 ? {} : { problems: [...problems] }),
    requestId,
  };
}

function unforeseen(thrown: unknown): TransferError {
  return new TransferError({
    code: 'UNEXPECTED',
    lastCode: -1,
    phase: 'plan',
    message: '',
    cause: thrown,
  });
}

/** A text of several lines (the mark below a query) stays one. */
function detailOf({ message }: TransferError): string {
  return message
    .split('\n')
    .map((line) => printable(line, MAX_DETAIL))
    .join('\n');
}

function problemsOf(error: TransferError): readonly string[] {
  if (error instanceof ApiRefusal) return error.problems.slice(0, MAX_PROBLEMS);
  if (error instanceof SettingsError) return error.message.split('\n').slice(0, MAX_PROBLEMS);
  if (error instanceof QueryError && error.suggestion !== undefined) return [`try: ${error.suggestion}`];
  return [];
}
