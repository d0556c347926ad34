import * as z from 'zod';
import { printable } from '../core/printable.js';
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

/** Turns a typed value or its text form into the value in force; `undefined` from `read` means: refused. */
function readable<T>(what: string, read: (value: string | number | boolean) => T | undefined) {
  return z.union([z.string(), z.number(), z.boolean()], expecting(what)).transform((value, context): T => {
    const result = read(value);
    if (result !== undefined) return result;
    context.issues.push({ code: 'custom', message: mustBe(what, value), input: value });
    return z.NEVER;
  });
}

export function text(what = 'text') {
  return z
    .string(expecting(what))
    .refine((value) => !/[\u0000\r\n]/.test(value), { error: `must not hold a line break or NUL` })
    .refine((value) => value !== '', { error: `must be ${what}; found nothing` });
}

export function wholeNumber(min: number, max: number, example: number) {
  return readable(`a whole number from ${min} to ${max}, such as ${example}`, (value) => {
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

export const onOff = readable('true or false', (value) => SWITCH_WORDS[String(value).trim().toLowerCase()]);

/** Milliseconds; see `parseDuration`. */
export const duration = readable('a duration such as 30s or 5m', (value) =>
  typeof value === 'boolean' ? undefined : parseDuration(value),
);

/** Milliseconds, at least one. */
export const timeLimit = readable('a duration of more than nothing, such as 30s or 5m', (value) => {
  const durationMs = typeof value === 'boolean' ? undefined : parseDuration(value);
  return durationMs === 0 ? undefined : durationMs;
});

/** Bytes per second; see `parseByteSize`. */
export const byteRate = readable('bytes per second such as 500k or 5M', (value) =>
  typeof value === 'boolean' ? undefined : parseByteSize(value),
);

/** Bytes; see `parseByteSize`. */
export const readableSize = readable('a size such as 16M', (value) =>
  typeof value === 'boolean' ? undefined : parseByteSize(value),
);

export function choice<const Word extends string>(words: readonly Word[]) {
  return readable(`one of ${words.join(', ')}`, (value): Word | undefined =>
    words.find((word) => word === value),
  );
}

/** A list, or one text parted by commas. */
export function wordList(what: string, check: (word: string) => boolean) {
  return z
    .union([z.string(), z.array(z.string())], expecting(`${what}, or a list of them`))
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

/** Keys that the design names and a later version brings: refused honestly instead of being passed over. */
const LATER_KEYS: Readonly<Record<string, string>> = {
  rules: 'rules are not run by this version; use tally copy, move and download',
  commands: 'this version runs no rules, so it runs no commands of them',
  include: 'this version reads one settings file',
};

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
  const later = Object.hasOwn(LATER_KEYS, key) ? LATER_KEYS[key] : undefined;
  if (later !== undefined) return `"${key}" is not supported yet: ${later}`;
  return `"${printable(key, 80)}" is not a key of ${what}${didYouMean(key, known)}`;
}
