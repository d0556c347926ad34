/** Columns that text takes on a terminal. Near enough to all common terminals: wide East Asian characters and emoji 2, marks 0. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character.codePointAt(0) ?? 0);
  return width;
}

function characterWidth(point: number): 0 | 1 | 2 {
  if (point < 0x300) return 1;
  if (ZERO_WIDTH.test(String.fromCodePoint(point))) return 0;
  return WIDE.some(([from, to]) => point >= from && point <= to) ? 2 : 1;
}

const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** Blocks of East Asian Width W and F (Unicode 15, EastAsianWidth.txt), in their order. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];

/** At most `width` columns; what is too long loses its middle, so that both folder and extension stay. */
export function fitMiddle(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 0) return '';
  if (width === 1) return '…';
  const characters = [...text];
  const head = takeColumns(characters, Math.floor((width - 1) / 3));
  const tail = takeColumns(characters.toReversed(), width - 1 - textWidth(head));
  return `${head}…${[...tail].reverse().join('')}`;
}

/** At most `width` columns; what is too long loses its end. */
export function fitEnd(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  return width <= 0 ? '' : `${takeColumns([...text], width - 1)}…`;
}

/** Filled up with spaces to `width` columns. */
export function padColumns(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

function takeColumns(characters: readonly string[], width: number): string {
  let taken = '';
  let used = 0;
  for (const character of characters) {
    used += characterWidth(character.codePointAt(0) ?? 0);
    if (used > width) break;
    taken += character;
  }
  return taken;
}
