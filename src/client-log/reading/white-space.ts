const SPACE = 0x20;
const TAB = 0x09;
const CR = 0x0d;

/** Where the text ends without tabs, line ends and spaces of ASCII behind it. Other white space belongs to names. */
export function trimmedEnd(text: string): number {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return end;
}

/** The text without tabs, line ends and spaces of ASCII around it. */
export function trimmed(text: string): string {
  const end = trimmedEnd(text);
  let start = 0;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === SPACE || (code >= TAB && code <= CR);
}
