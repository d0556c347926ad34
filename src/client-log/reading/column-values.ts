/** A value and whether it is spelled as Tallyman spells it: `FTP`, `021` and ` 226` are not. */
export interface ColumnValue<Value> {
  readonly value: Value;
  readonly isPlain: boolean;
}

const MAX_PORT = 65_535;
/** A letter first, so that a number is never taken for a word. */
const WORD = /^[a-z][a-z0-9_/-]*$/i;
const CODE = /^[+-]?\d{1,16}$/;
const PORT = /^\d{1,16}$/;

/** A word in lower case; undefined for anything else, `226` and `two words` too. */
export function wordOf(column: string): ColumnValue<string> | undefined {
  const text = column.trim();
  if (!WORD.test(text)) return undefined;
  const value = text.toLowerCase();
  return { value, isPlain: value === column };
}

/** A signed whole number. A plus and leading zeros are put up with. */
export function codeOf(column: string): ColumnValue<number> | undefined {
  const text = column.trim();
  if (!CODE.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) return undefined;
  return value === 0 ? { value: 0, isPlain: column === '0' } : { value, isPlain: String(value) === column };
}

/** A port; `undefined` as the value where the column is empty. */
export function portOf(column: string): ColumnValue<number | undefined> | undefined {
  const text = column.trim();
  if (text === '') return { value: undefined, isPlain: column === '' };
  if (!PORT.test(text)) return undefined;
  const value = Number(text);
  return value > MAX_PORT ? undefined : { value, isPlain: String(value) === column };
}
