import type { Style } from '../style.js';
import { fitEnd, fitMiddle, padColumns, textWidth } from '../text-width.js';

/** A text with what its colour says; without colour when undefined. */
export interface Piece {
  readonly text: string;
  readonly tone: keyof Style | undefined;
}

/** A record for a terminal, in pieces. */
export interface RowPieces {
  /** In their order. `shrinks`: cut in the middle where it is long. */
  readonly columns: readonly (Piece & { readonly key: string; readonly shrinks: boolean })[];
  readonly from: string;
  readonly to: string;
  readonly code: Piece;
}

/** What path and code need at least on a line with everything. */
const LEAST_REST = 44;
const GAP = '  ';
const ARROW = ' -> ';
/** Of what is left for path and code. */
const CODE_SHARE = 0.4;

/** Sets rows of a list without an end: columns only grow, so that lines soon stand below each other. */
export class RowSetter {
  readonly #style: Style;
  readonly #widths = new Map<string, number>();

  constructor(style: Style) {
    this.#style = style;
  }

  /** Lets the columns grow to what rows to come need. */
  measure({ columns }: RowPieces, width: number): void {
    for (const { key, text, shrinks } of columns) {
      const needed = Math.min(textWidth(text), shrinks ? mostWidth(width) : Infinity);
      this.#widths.set(key, Math.max(this.#widths.get(key) ?? 0, needed));
    }
  }

  /** One line where there is room, else a block of lines, none of them wider. */
  lines(row: RowPieces, width: number): readonly string[] {
    const used = row.columns.reduce((sum, { key }) => sum + (this.#widths.get(key) ?? 0) + GAP.length, 0);
    return width - used < LEAST_REST ? this.#block(row, width) : [this.#line(row, width - used)];
  }

  #line({ columns, from, to, code }: RowPieces, rest: number): string {
    const pathWidth = textWidth(from) + ARROW.length + textWidth(to);
    const room = rest - GAP.length;
    const codeWidth = Math.min(
      textWidth(code.text),
      Math.max(room - pathWidth, Math.floor(room * CODE_SHARE)),
    );
    const cells = columns.map(({ key, text, shrinks, tone }) => {
      const cellWidth = this.#widths.get(key) ?? 0;
      return { tone, text: padColumns(shrinks ? fitMiddle(text, cellWidth) : text, cellWidth) };
    });
    const path = { text: pathText(from, to, room - codeWidth), tone: undefined };
    return [...cells, path, { ...code, text: fitEnd(code.text, codeWidth) }]
      .map((piece) => this.#painted(piece))
      .join(GAP);
  }

  /** As many pieces on a line as fit, the lines behind the first indented. */
  #block({ columns, from, to, code }: RowPieces, width: number): readonly string[] {
    const room = width - 1;
    const path: Piece = { text: pathText(from, to, room), tone: undefined };
    const pieces = [...columns, path, code].flatMap((piece) => fittingPieces(piece, room));
    const lines: Piece[][] = [];
    let used = width;
    for (const { text, tone } of pieces) {
      const fitted = { tone, text: fitMiddle(text, room) };
      const needed = 1 + textWidth(fitted.text);
      if (used + needed > width) {
        lines.push([]);
        used = lines.length === 1 ? -1 : 0;
      }
      lines.at(-1)?.push(fitted);
      used += needed;
    }
    return lines.map(
      (line, index) => (index === 0 ? '' : ' ') + line.map((piece) => this.#painted(piece)).join(' '),
    );
  }

  #painted({ text, tone }: Piece): string {
    return tone === undefined ? text : this.#style[tone](text);
  }
}

function mostWidth(width: number): number {
  return Math.max(12, Math.floor(width / 6));
}

/** The text as it is, else its words. */
function fittingPieces(piece: Piece, room: number): readonly Piece[] {
  if (textWidth(piece.text) <= room) return [piece];
  return piece.text.split(' ').map((word) => ({ text: word, tone: piece.tone }));
}

/** Both ends keep something, and the arrow stands, as long as there is room for it. */
function pathText(from: string, to: string, width: number): string {
  const room = width - ARROW.length;
  if (room < 8) return fitMiddle(from + ARROW + to, width);
  const fromWidth = Math.min(textWidth(from), Math.max(room - textWidth(to), Math.floor(room / 2)));
  return fitMiddle(from, fromWidth) + ARROW + fitMiddle(to, room - fromWidth);
}
