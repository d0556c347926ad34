import { textWidth } from './text-width.js';

/**
 * A text in lines of at most `width` columns, broken at spaces where there are some; the lines after the first begin
 * with `indent`, where it leaves room for more than half a line. Nothing is left out but the spaces at the breaks.
 */
export function wrapLine(text: string, width: number, indent = ''): readonly string[] {
  const margin = textWidth(indent) * 2 > width ? '' : indent;
  const lines: string[] = [];
  let rest = text;
  for (;;) {
    const prefix = lines.length === 0 ? '' : margin;
    const room = Math.max(1, width - textWidth(prefix));
    const end = breakAt(rest, room);
    lines.push(`${prefix}${rest.slice(0, end).trimEnd()}`);
    rest = rest.slice(end).trimStart();
    if (rest === '') return lines;
  }
}

/** How much of the text goes into one line, UTF-16 units. */
function breakAt(text: string, room: number): number {
  let used = 0;
  let end = 0;
  let lastSpace = 0;
  for (const character of text) {
    used += textWidth(character);
    if (used > room && end > 0) return lastSpace > 0 ? lastSpace : end;
    end += character.length;
    // Spaces before the first word are an indent, not a place to break.
    if (character === ' ' && text.slice(0, end).trim() !== '') lastSpace = end;
  }
  return end;
}
