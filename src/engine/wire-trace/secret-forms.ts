import type { Secret } from '../../core/secret.js';

/** Shorter secrets are masked only where they stand alone: else every word that holds the letter would go. */
const SHORTEST_ANYWHERE = 3;

/** A secret as it may stand in a text: as it is, or as an encoding made it. */
export interface SecretForms {
  readonly bytes: Buffer;
  /** Finds it written plainly, percent-encoded, escaped for JSON, XML, quotes and terminals, or as hex; flags `gu`. */
  readonly written: RegExp;
  readonly standsAlone: boolean;
  /** Length of the longest such form, and of its base64, in characters. */
  readonly maxLength: number;
}

const known = new WeakMap<Secret, SecretForms | null>();

/** Undefined for a secret without a character: there is nothing to hide. */
export function formsOf(secret: Secret): SecretForms | undefined {
  const found = known.get(secret);
  if (found !== undefined) return found ?? undefined;
  const forms = makeForms(secret.reveal());
  known.set(secret, forms ?? null);
  return forms;
}

/** `&#x10FFFF;` is the longest that one character becomes, but for the percent signs that are encoded again. */
const MAX_GROWTH = 24;

function makeForms(value: string): SecretForms | undefined {
  if (value === '') return undefined;
  const bytes = Buffer.from(value, 'utf8');
  const standsAlone = value.length < SHORTEST_ANYWHERE;
  const plain = [...value].map(characterForms).join('');
  const hex = standsAlone ? [] : [hexDigits(bytes.toString('hex'))];
  const any = `(?:${[plain, ...hex].join('|')})`;
  const pattern = standsAlone ? `(?<![A-Za-z0-9])${any}(?![A-Za-z0-9])` : any;
  return { bytes, written: new RegExp(pattern, 'gu'), standsAlone, maxLength: value.length * MAX_GROWTH + 8 };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const LETTER_ESCAPES: Readonly<Record<string, string>> = {
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\b': 'b',
  '\f': 'f',
};

/** The ways to write one character, longest first where one begins like another. */
function characterForms(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const utf8 = [...Buffer.from(character, 'utf8')];
  const hex = point.toString(16);
  const percent = utf8.map((byte) => `%(?:25)*${hexDigits(twoDigits(byte))}`).join('');
  const units = [...Array(character.length).keys()].map((at) => character.charCodeAt(at));
  const letter = LETTER_ESCAPES[character];
  const entity = ENTITIES[character];
  const misread = utf8.length > 1 ? [quoted(String.fromCharCode(...utf8))] : [];
  const doubled = `"'\\\u00ff`.includes(character) ? [quoted(character + character)] : [];
  return `(?:${[
    percent,
    units.map((unit) => `\\\\u${hexDigits(unit.toString(16).padStart(4, '0'))}`).join(''),
    ...(point < 0x100 ? [`\\\\x${hexDigits(twoDigits(point))}`] : []),
    `\\\\u\\{${hexDigits(hex)}\\}`,
    `&#(?:[xX]0*${hexDigits(hex)}|0*${point});`,
    ...(entity === undefined ? [] : [quoted(entity)]),
    ...(letter === undefined ? [] : [`\\\\${letter}`]),
    ...(character === ' ' ? ['\\+'] : []),
    ...doubled,
    ...misread,
    `\\\\?${quoted(character)}`,
  ].join('|')})`;
}

function twoDigits(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** Hex digits in either case. */
function hexDigits(digits: string): string {
  return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** The text as a pattern; by code point, since control characters and lone surrogates may be in it. */
function quoted(text: string): string {
  return [...text].map((character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`).join('');
}
