import * as z from 'zod';
import { printable } from '../core/printable.js';
import { jsonForm, type JsonForm } from './json-form.js';
import { parseByteSize } from './byte-size.js';
import { didYouMean } from '../core/did-you-mean.js';
import { parseDuration } from './duration.js';

/** The kinds of value that settings, flags and variables hold; text forms are accepted everywhere. */

/** `must be <what>; found <value>`, as every message of the settings reads. */
export function mustBe(what: string, found: unknown): string {
  return `must be ${what}; found ${showValue(found)}`;
}

function showValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of keys';
  return typeof value === 'string' ? `"${printable(value, 80)}"` : printable(JSON.stringify(value) ?? '', 80);
}

function expecting(what: string): { error: (issue: { readonly input?: unknown }) => string } {
  return { error: (issue) => mustBe(what, issue.input) };
}

/**
 * Turns a typed value or its text form into the value in force; `undefined` from `read` means: refused. `form` says
 * the same to editors.
 */
export function readable<T>(
  what: string,
  form: JsonForm,
  read: (value: string | number | boolean) => T | undefined,
) {
  const schema = z
    .union([z.string(), z.number(), z.boolean()], expecting(what))
    .transform((value, context): T => {
      const result = read(value);
      if (result !== undefined) return result;
      context.issues.push({ code: 'custom', message: mustBe(what, value), input: value });
      return z.NEVER;
    });
  return jsonForm(schema, form);
}

export function text(what = 'text') {
  const schema = z
    .string(expecting(what))
    .refine((value) => !/[\u0000\r\n]/.test(value), { error: `must not hold a line break or NUL` })
    .refine((value) => value !== '', { error: `must be ${what}; found nothing` });
  return jsonForm(schema, { type: 'string', pattern: '^[^\\u0000\\r\\n]+$' });
}

export function wholeNumber(min: number, max: number, example: number) {
  const form = {
    anyOf: [
      { type: 'integer', minimum: min, maximum: max },
      { type: 'string', pattern: '^\\s*\\d{1,15}\\s*$' },
    ],
  };
  return readable(`a whole number from ${min} to ${max}, such as ${example}`, form, (value) => {
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value;
    const fits = typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max;
    return fits ? number : undefined;
  });
}

const SWITCH_WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

const ON_OFF_FORM = {
  anyOf: [{ type: 'boolean' }, { enum: [0, 1] }, textForm('(true|yes|on|1|false|no|off|0)')],
};

export const onOff = readable(
  'true or false',
  ON_OFF_FORM,
  (value) => SWITCH_WORDS[String(value).trim().toLowerCase()],
);

const DURATION_FORM = {
  anyOf: [{ type: 'number', minimum: 0 }, textForm('(\\d+(\\.\\d+)?|(\\d+(\\.\\d+)?(ms|s|m|h|d))+)')],
};

/** Milliseconds; see `parseDuration`. */
export const duration = readable('a duration such as 30s or 5m', DURATION_FORM, (value) =>
  typeof value === 'boolean' ? undefined : parseDuration(value),
);

/** Milliseconds, at least one. */
export const timeLimit = readable(
  'a duration of more than nothing, such as 30s or 5m',
  DURATION_FORM,
  (value) => {
    const durationMs = typeof value === 'boolean' ? undefined : parseDuration(value);
    return durationMs === 0 ? undefined : durationMs;
  },
);

/** Milliseconds of a time for which no timer runs, such as how long rows are kept: up to a hundred years. */
export const longDuration = readable('a duration such as 12h or 90d', DURATION_FORM, (value) =>
  typeof value === 'boolean' ? undefined : parseDuration(value, 100 * 366 * 86_400_000),
);

const SIZE_FORM = {
  anyOf: [{ type: 'number', exclusiveMinimum: 0 }, textForm('\\d+(\\.\\d+)?\\s*(k|m|g|t)?(ib|b)?(/s)?')],
};

/** Bytes per second; see `parseByteSize`. */
export const byteRate = readable('bytes per second such as 500k or 5M', SIZE_FORM, (value) =>
  typeof value === 'boolean' ? undefined : parseByteSize(value),
);

/** Bytes; see `parseByteSize`. */
export const readableSize = readable('a size such as 16M', SIZE_FORM, (value) =>
  typeof value === 'boolean' ? undefined : parseByteSize(value),
);

/** One of some words; `says` explains each to editors. */
export function choice<const Word extends string>(
  words: readonly Word[],
  says?: Readonly<Record<Word, string>>,
) {
  const form =
    says === undefined
      ? { enum: words }
      : { oneOf: words.map((word) => ({ const: word, description: says[word] })) };
  return readable(`one of ${words.join(', ')}`, form, (value): Word | undefined =>
    words.find((word) => word === value),
  );
}

/** Text in any case, blanks around it allowed, as JSON Schema. */
function textForm(pattern: string): JsonForm {
  const anyCase = pattern.replace(/(?<!\\)[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
  return { type: 'string', pattern: `^\\s*${anyCase}\\s*$` };
}

export const timeZone = text('a time zone such as Europe/Berlin').refine(isTimeZone, {
  error: (issue) => mustBe('a time zone such as Europe/Berlin', issue.input),
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** A list, or one text parted by commas. */
export function wordList(what: string, check: (word: string) => boolean) {
  return z
    .union([z.string(), z.array(z.string(expecting(what)))], expecting(`${what}, or a list of them`))
    .transform((value, context): readonly string[] => {
      const words = (Array.isArray(value) ? value : [value])
        .flatMap((part) => part.split(','))
        .map((word) => word.trim())
        .filter((word) => word !== '');
      for (const word of words.filter((each) => !check(each))) {
        context.issues.push({ code: 'custom', message: mustBe(what, word), input: value });
      }
      return words;
    });
}

/** One path or a list of paths; a comma is part of the name. */
export const pathList = z
  .union([text('a path'), z.array(text('a path'))], expecting('a path, or a list of paths'))
  .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value));

/** `SHA256:` and the 43 base64 characters of a fingerprint, padding allowed. */
export const fingerprintList = wordList('a fingerprint such as SHA256:AbC...', (word) =>
  /^SHA256:[A-Za-z0-9+/]{43}=?$/.test(word),
);

/** Extensions in lower case without their dot. */
export const extensionList = wordList('a file name extension such as txt', (word) =>
  /^\.?[^./\\]+$/.test(word),
).transform((words) => words.map((word) => word.replace(/^\./, '').toLowerCase()));

/** An object whose unknown keys are errors, each with the most similar known key. */
export function strictGroup<Shape extends z.core.$ZodLooseShape>(what: string, shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? (issue['keys'] as readonly string[]).map((key) => unknownKey(what, key, known)).join('\n')
        : mustBe(
            `a group of keys (${known.slice(0, 4).join(', ')}${known.length > 4 ? ', ...' : ''})`,
            issue.input,
          ),
  });
}

function unknownKey(what: string, key: string, known: readonly string[]): string {
  return `"${printable(key, 80)}" is not a key of ${what}${didYouMean(key, known)}`;
}
