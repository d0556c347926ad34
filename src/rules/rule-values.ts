import * as z from 'zod';
import { readable, mustBe, text } from '../settings/setting-values.js';
import { parseByteSize } from '../settings/byte-size.js';
import { jsonForm } from '../settings/json-form.js';

/** The kinds of value that only rules have. */

/** The meaning of a key, for editors and for the reference page. */
export function says<Schema extends z.ZodType>(schema: Schema, description: string): Schema {
  return schema.meta({ description });
}

/** An optional key with its meaning. */
export function optional<Schema extends z.ZodType>(schema: Schema, description: string) {
  return says(schema.optional(), description);
}

/** A key with the value that it has when it is left out, as it would be written. */
export function preset<Schema extends z.ZodType>(
  schema: Schema,
  written: z.input<Schema>,
  description: string,
) {
  return says(schema.prefault(written as never), description);
}

/** One of something, or a list of them. */
export function oneOrMany<Schema extends z.ZodType>(schema: Schema, what: string) {
  return z.union([schema, z.array(schema)], { error: (issue) => mustBe(what, issue.input) });
}

/** `folder: ./outbox` for `folder: { path: ./outbox }`: the short form is the one value that matters. */
export function shortOr<Short extends z.ZodType, Group extends z.ZodType>(
  short: Short,
  group: Group,
  what: string,
) {
  return z.union([short, group], { error: (issue) => mustBe(`${what}, or a group of keys`, issue.input) });
}

/** One text or a list of texts, as a list. */
export function textList(what: string) {
  return oneOrMany(text(what), `${what}, or a list of them`).transform((value): readonly string[] =>
    typeof value === 'string' ? [value] : value,
  );
}

/** Text that may hold line breaks and variables. */
export const longText = jsonForm(
  z
    .string({ error: (issue) => mustBe('text', issue.input) })
    .refine((value) => !value.includes('\0'), { error: 'must not hold NUL' }),
  { type: 'string' },
);

/** Text, or a number or switch that is meant as text. */
export const anyText = readable('text', { type: ['string', 'number', 'boolean'] }, (value) =>
  String(value).includes('\0') ? undefined : String(value),
);

/** Texts by name. */
export function texts(what: string, name: RegExp) {
  return z.record(z.string().regex(name), anyText, {
    error: (issue) =>
      issue.code === 'invalid_key' ? `is no name of ${what}` : mustBe('a group of texts', issue.input),
  });
}

/** A name of the settings: of a rule, a calendar, a connection, a set of data. */
export function nameOf(what: string) {
  return text(`the name of ${what}`).refine((name) => NAME.test(name), {
    error: `must be letters, digits, "_", "." or "-", at most 100 of them`,
  });
}

/** Of a variable of the rule's own, without percent signs. */
export const VARIABLE_NAME = /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$/;

export const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** Bytes; nothing is allowed. */
export const fileSize = readable(
  'a size such as 0, 500 or 16M',
  {
    anyOf: [
      { type: 'number', minimum: 0 },
      { type: 'string', pattern: '^\\s*\\d+(\\.\\d+)?\\s*([kKmMgGtT]?)([iI]?[bB])?\\s*$' },
    ],
  },
  (value) => {
    if (value === 0 || value === '0') return 0;
    return typeof value === 'boolean' ? undefined : parseByteSize(value);
  },
);

/** `HH:MM` as minutes since midnight; `24:00` is the end of the day. */
export const clockTime = readable(
  'a time of day such as 06:00',
  { type: 'string', pattern: '^([01]?\\d|2[0-3]):[0-5]\\d$|^24:00$' },
  (value) => {
    const match = /^(\d{1,2}):(\d\d)$/.exec(String(value));
    const minutes = match === null ? NaN : Number(match[1]) * 60 + Number(match[2]);
    return Number(match?.[2]) < 60 && minutes <= 1440 ? minutes : undefined;
  },
);

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY = '(mon(day)?|tue(sday)?|wed(nesday)?|thu(rsday)?|fri(day)?|sat(urday)?|sun(day)?)';
const DAYS = `${DAY}(\\s*-\\s*${DAY})?`;

const WEEKDAYS_FORM = { type: 'string', pattern: `^\\s*${DAYS}(\\s*,\\s*${DAYS})*\\s*$` };

/** `mon`, `mon-fri`, `sat, sun` or a list of such: numbers from 1 = Monday, in order. */
export const weekdays = jsonForm(
  oneOrMany(z.string(), 'days such as mon-fri, or a list of them').transform(
    (value, context): readonly number[] => {
      const found = new Set<number>();
      for (const part of [value].flat().flatMap((each) => each.split(','))) {
        const days = daysOf(part);
        if (days === undefined) {
          context.issues.push({
            code: 'custom',
            message: mustBe('days such as mon-fri', part),
            input: value,
          });
        } else for (const day of days) found.add(day);
      }
      return [...found].toSorted((left, right) => left - right);
    },
  ),
  { anyOf: [WEEKDAYS_FORM, { type: 'array', items: WEEKDAYS_FORM, minItems: 1 }] },
);

/** Over the end of the week where the second day comes before the first. */
function daysOf(part: string): readonly number[] | undefined {
  const match = new RegExp(`^${DAYS}$`).exec(part.trim().toLowerCase());
  if (match === null) return undefined;
  const [first = '', last = first] = part
    .trim()
    .toLowerCase()
    .split(/\s*-\s*/);
  const from = WEEKDAYS.indexOf(first.slice(0, 3));
  const count = ((WEEKDAYS.indexOf(last.slice(0, 3)) - from + 7) % 7) + 1;
  return Array.from({ length: count }, (_, index) => ((from + index) % 7) + 1);
}

/** A day of a calendar: `2026-12-25`, or `12-25` for each year. */
export const calendarDay = text('a day such as 2026-12-25, or 12-25 for each year').refine(isDay, {
  error: (issue) => mustBe('a day such as 2026-12-25, or 12-25 for each year', issue.input),
});

function isDay(value: string): boolean {
  const match = /^(?:(\d{4})-)?(\d\d)-(\d\d)$/.exec(value);
  if (match === null) return false;
  // The 29th of February is a day of some years.
  const year = match[1] ?? '2000';
  const date = new Date(`${year}-${match[2]}-${match[3]}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(match[3]);
}
