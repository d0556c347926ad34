import { textWidth } from './text-width.js';

export interface WrapOptions {
  /** Infinity where lines may be of any length. */
  readonly width: number;
  /** Stands before the first line; the others are indented as far. */
  readonly lead: string;
}

/**
 * Text in lines of at most `width` columns, parted at spaces. What stands between backticks stays in one piece, because
 * it is a command to be copied, and so does a word that is longer than a line: the terminal parts it itself.
 */
export function wrapText(text: string, { width, lead }: WrapOptions): readonly string[] {
  const indent = ' '.repeat(Math.min(textWidth(lead), Math.max(0, width - 8)));
  const lines: string[] = [];
  let line = lead;
  let isEmpty = true;
  for (const piece of text.match(/(?:`[^`]*`|[^\s`]|`)+/g) ?? []) {
    if (!isEmpty && textWidth(line) + 1 + textWidth(piece) > width) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? piece : ` ${piece}`;
    isEmpty = false;
  }
  return [...lines, line];
}
