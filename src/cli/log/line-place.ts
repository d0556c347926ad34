import { settingsError } from '../../settings/settings-error.js';

/** Which line is meant: of a file, or pasted. */
export type AskedLine =
  | { readonly kind: 'file'; readonly file: string; readonly lineNumber: number }
  | { readonly kind: 'pasted'; readonly text: string }
  | { readonly kind: 'stdin' };

/** `FILE:LINE`; the last colon counts, a drive letter has one too. */
const FILE_AND_LINE = /^(.+):(\d+)$/s;
/** As `grep -n` and editors print it, the line itself behind. */
const WITH_TEXT = /^(.+?):(\d+):\s*(?:\d{4}-\d\d-\d\d .*)?$/s;
const RECORD = /^\ufeff?\s*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s*;/;

/**
 * Reads the argument of `tally log explain`: `FILE:LINE`, `-`, or a line of a log itself. Without one the line comes from
 * stdin, unless a person sits there. Throws a usage error that says what to write.
 */
export function readAskedLine(word: string | undefined, isTerminal: boolean): AskedLine {
  if (word === undefined && isTerminal) {
    throw settingsError(
      { kind: 'location', text: 'FILE:LINE' },
      'is missing: name a line, such as cl260301.log:4711, or put one into stdin',
    );
  }
  if (word === undefined || word === '-') return { kind: 'stdin' };
  if (RECORD.test(word)) return { kind: 'pasted', text: word };
  const [, file = '', digits] = FILE_AND_LINE.exec(word) ?? WITH_TEXT.exec(word) ?? [];
  if (digits === undefined) {
    throw settingsError(
      { kind: 'location', text: word },
      `names no line: write FILE:LINE, such as ${word}:4711; tally log find QUERY FILE --fields line,time,result shows the numbers`,
    );
  }
  const lineNumber = Number(digits);
  if (lineNumber < 1) throw settingsError({ kind: 'location', text: word }, 'is no line: the first one is 1');
  return { kind: 'file', file, lineNumber };
}
