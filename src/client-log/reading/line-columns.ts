import { trimmedEnd } from './white-space.js';

/** A line taken apart at its semicolons. */
export interface LineColumns {
  readonly text: string;
  /** Where each column's text begins: behind the semicolon and the one space that belongs to it. */
  readonly starts: readonly number[];
  /** Where each column's text ends, in the order of `starts`. */
  readonly ends: readonly number[];
  /** Whether a semicolon closes the line. */
  readonly isClosed: boolean;
  /** Whether white space stands behind the last column or semicolon; it belongs to no column. */
  readonly hasTrailingSpace: boolean;
}

const SPACE = 0x20;

/** The columns of a line, one at least. A semicolon with nothing behind it closes the line and opens no column. */
export function splitColumns(text: string): LineColumns {
  const end = trimmedEnd(text);
  const isClosed = text.charAt(end - 1) === ';';
  const last = isClosed ? end - 1 : end;
  const starts = [0];
  const ends: number[] = [];
  for (let at = text.indexOf(';'); at >= 0 && at < last; at = text.indexOf(';', at + 1)) {
    ends.push(at);
    const hasSpace = at + 1 < last && text.charCodeAt(at + 1) === SPACE;
    starts.push(hasSpace ? at + 2 : at + 1);
  }
  ends.push(last);
  return { text, starts, ends, isClosed, hasTrailingSpace: end < text.length };
}

/** The text of one column, as it stands in the file. Empty where there is no such column. */
export function columnText({ text, starts, ends }: LineColumns, index: number): string {
  return text.slice(starts[index] ?? text.length, ends[index]);
}

/** Whether a space parts this column from the semicolon before it. The first column needs none. */
export function isSpaced({ starts, ends }: LineColumns, index: number): boolean {
  return index === 0 || (starts[index] ?? 0) - (ends[index - 1] ?? 0) > 1;
}
