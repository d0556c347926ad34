import { LOG_OPERATIONS, LOG_PROTOCOLS } from '../record.js';
import { trimmed } from './white-space.js';

/** A value and whether it is spelt as Tallyman spells it: `FTP`, `021` and ` 226` are not. */
export interface ColumnValue<Value> {
  readonly value: Value;
  readonly isPlain: boolean;
}

const MAX_PORT = 65_535;
/** A letter first, so that a number is never taken for a word. */
const WORD = /^[a-z][a-z0-9_/-]*$/i;
const CODE = /^[+-]?\d{1,16}$/;
const PORT = /^\d{1,16}$/;

const OUR_WORDS: ReadonlyMap<string, ColumnValue<string>> = new Map(
  [...LOG_PROTOCOLS, ...LOG_OPERATIONS].map((word) => [word, { value: word, isPlain: true }]),
);

/** A word in lower case; undefined for anything else, `226` and `two words` too. */
export function wordOf(column: string): ColumnValue<string> | undefined {
  const ours = OUR_WORDS.get(column);
  if (ours !== undefined) return ours;
  const text = trimmed(column);
  if (!WORD.test(text)) return undefined;
  const value = text.toLowerCase();
  return { value, isPlain: value === column };
}

/** A signed whole number. A plus and leading zeros are put up with. */
export function codeOf(column: string): ColumnValue<number> | undefined {
  const plain = plainNumber(column);
  if (plain !== undefined) return { value: plain, isPlain: true };
  const text = trimmed(column);
  if (!CODE.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) return undefined;
  // Not -0, which no column means.
  return { value: value === 0 ? 0 : value, isPlain: value !== 0 && String(value) === column };
}

/** A port; the value is undefined where the column is empty. */
export function portOf(column: string): ColumnValue<number | undefined> | undefined {
  const plain = plainNumber(column);
  if (plain !== undefined) return plain > MAX_PORT ? undefined : { value: plain, isPlain: true };
  const text = trimmed(column);
  if (text === '') return { value: undefined, isPlain: column === '' };
  if (!PORT.test(text)) return undefined;
  const value = Number(text);
  return value > MAX_PORT ? undefined : { value, isPlain: false };
}

const ZERO = 0x30;
const NINE = 0x39;
const PLAIN_DIGITS = 9;

/** A number of at most nine digits as everybody writes it: neither sign nor leading zero. Undefined for all else. */
function plainNumber(column: string): number | undefined {
  const { length } = column;
  if (length === 0 || length > PLAIN_DIGITS) return undefined;
  let value = 0;
  for (let at = 0; at < length; at += 1) {
    const code = column.charCodeAt(at);
    if (code < ZERO || code > NINE) return undefined;
    value = 10 * value + code - ZERO;
  }
  return length > 1 && column.charCodeAt(0) === ZERO ? undefined : value;
}
