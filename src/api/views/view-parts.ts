import { z } from 'zod';

/** A time in UTC, RFC 3339. */
export const timeSchema = z.string().meta({ format: 'date-time', description: 'UTC, RFC 3339' });

const MAX_TIME_MS = 8.64e15;

/** Of milliseconds since 1970; never throws. */
export function timeText(ms: number): string {
  const bounded = Number.isNaN(ms) ? 0 : Math.max(-MAX_TIME_MS, Math.min(MAX_TIME_MS, ms));
  return new Date(bounded).toISOString();
}

/** `{ name: text }`, or nothing for an undefined time. */
export function optionalTime<Name extends string>(
  name: Name,
  ms: number | undefined,
): { readonly [Key in Name]?: string } {
  return (ms === undefined ? {} : { [name]: timeText(ms) }) as { readonly [Key in Name]?: string };
}

/** A whole number of a query string. */
export function queryInteger(minimum: number, maximum: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `must be from ${minimum} to ${maximum}`)
    .meta({ type: 'integer', minimum, maximum });
}

/** `true` or `false` of a query string. */
export const queryBoolean = z.enum(['true', 'false']).transform((text) => text === 'true');

/** A time of a query string, RFC 3339 with its zone; milliseconds since 1970. */
export const queryTime = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-03-01T02:10:00Z' })
  .transform((text) => Date.parse(text))
  .meta({ format: 'date-time', pattern: undefined });

export const DEFAULT_PAGE = 50;
export const MAX_PAGE = 500;

/** Of lists that are read page by page, newest first. */
export const pageQuery = {
  limit: queryInteger(1, MAX_PAGE)
    .optional()
    .describe(`Rows in a page, at most ${MAX_PAGE} (default ${DEFAULT_PAGE})`),
  cursor: queryInteger(1, Number.MAX_SAFE_INTEGER).optional().describe('`nextCursor` of the page before'),
};

/** What every answer begins with. */
export const versioned = { schemaVersion: z.literal(1) };

/** Of a page: where the next one begins; absent on the last. */
export const nextCursor = {
  nextCursor: z.string().optional().describe('Send it as `cursor` for the next page; absent on the last one'),
};

/** Limit and cursor as the stores want them; one row more than asked for, to know whether there is another page. */
export function pageOf({
  limit = DEFAULT_PAGE,
  cursor,
}: {
  limit?: number | undefined;
  cursor?: number | undefined;
}) {
  return { limit: limit + 1, ...(cursor === undefined ? {} : { beforeId: cursor }) };
}

/** Rows of a page and its cursor, from what `pageOf` asked for. */
export function pageRows<Row extends { readonly id: number }>(
  rows: readonly Row[],
  { limit = DEFAULT_PAGE }: { limit?: number | undefined },
): { readonly rows: readonly Row[]; readonly cursor: { readonly nextCursor?: string } } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  return { rows: shown, cursor: isMore ? { nextCursor: String(last.id) } : {} };
}

/** A number in a path. */
export const idParam = (name: string) => z.strictObject({ [name]: queryInteger(1, Number.MAX_SAFE_INTEGER) });

/** Name of a rule, connection or hook in a path or body. */
export const nameText = z.string().min(1).max(200);

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** What a person writes, one line. */
export const lineText = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((text) => !CONTROL.test(text), 'must be one line without control characters');
