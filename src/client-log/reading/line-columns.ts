/** A line taken apart at its semicolons. */
export interface LineColumns {
  readonly text: string;
  /** Where each column's text begins: after the semicolon and the one space that belongs to it. */
  readonly starts: readonly number[];
  /** Where each column's text ends, in the order of `starts`. */
  readonly ends: readonly number[];
  /** Whether a semicolon closes the line. */
  readonly isClosed: boolean;
  /** Whether a space follows every semicolon within the line. */
  readonly isSpaced: boolean;
  /** Whether nothing but white space stands before the first column or after the last one. */
  readonly isTrimmed: boolean;
}

const SPACE = 0x20;

/** The columns of a line that is not blank. A semicolon with nothing behind it closes the line and opens no column. */
export function splitColumns(text: string): LineColumns {
  const end = trimmedEnd(text);
  const isClosed = text.charAt(end - 1) === ';';
  const last = isClosed ? end - 1 : end;
  const starts = [0];
  const ends: number[] = [];
  let isSpaced = true;
  for (let at = text.indexOf(';'); at >= 0 && at < last; at = text.indexOf(';', at + 1)) {
    ends.push(at);
    const hasSpace = at + 1 < last && text.charCodeAt(at + 1) === SPACE;
    if (!hasSpace) isSpaced = false;
    starts.push(hasSpace ? at + 2 : at + 1);
  }
  ends.push(last);
  return { text, starts, ends, isClosed, isSpaced, isTrimmed: end === text.length };
}

/** The text of one column, as it stands in the file. Empty where there is no such column. */
export function columnText({ text, starts, ends }: LineColumns, index: number): string {
  return text.slice(starts[index] ?? text.length, ends[index]);
}

/** Where the line ends for its reader: white space behind the last column or semicolon is none of theirs. */
function trimmedEnd(text: string): number {
  const code = text.charCodeAt(text.length - 1);
  return code > SPACE ? text.length : text.trimEnd().length;
}
