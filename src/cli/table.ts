import { fitEnd, fitMiddle, padColumns, textWidth } from './text-width.js';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'right';
  /** Which part of a text goes first where the terminal is too narrow; the column keeps its width when absent. */
  readonly shrinks?: 'middle' | 'end';
  /** Left out where the terminal is too narrow for all columns: the highest number first. Never when absent. */
  readonly dropOrder?: number;
}

/** How the rows of a table are set, whatever their number. */
export interface TableLayout {
  /** The heading; none where each row is a block of its own. */
  readonly head: readonly string[];
  /** The lines of one row. */
  readonly rowLines: (cells: readonly string[]) => readonly string[];
  /** Titles of the columns for which there is no room. */
  readonly dropped: readonly string[];
}

const GAP = '  ';
/** What a column that shrinks keeps at least. */
const NARROWEST = 12;

type Rows = readonly (readonly string[])[];

/**
 * A layout by the widths of some rows; longer texts of later ones are cut. No line is wider than `width`. What has no
 * room is dropped and named; on a terminal too narrow even then, each row becomes a block of `title: value` lines.
 */
export function tableLayout(columns: readonly TableColumn[], rows: Rows, width: number): TableLayout {
  for (const shown of narrowingSteps(columns)) {
    const widths = columnWidths(shown, columns, rows, width);
    if (widths !== undefined) return layoutOf(shown, widths, columns);
  }
  return {
    head: [],
    rowLines: (cells) => [
      ...columns.map(({ title }, index) => fitMiddle(`${title}: ${cells[index] ?? ''}`, width)),
      '',
    ],
    dropped: [],
  };
}

/** All columns, then with one after another left out. */
function* narrowingSteps(columns: readonly TableColumn[]): Generator<readonly TableColumn[]> {
  let shown = columns;
  yield shown;
  for (;;) {
    const order = Math.max(...shown.map(({ dropOrder }) => dropOrder ?? -Infinity));
    if (order === -Infinity) return;
    shown = shown.filter(({ dropOrder }) => dropOrder !== order);
    yield shown;
  }
}

function layoutOf(
  shown: readonly TableColumn[],
  widths: readonly number[],
  columns: readonly TableColumn[],
): TableLayout {
  const line = (cells: readonly string[]) =>
    shown
      .map((column, index) => cellText(cells[columns.indexOf(column)] ?? '', column, widths[index] ?? 0))
      .join(GAP)
      .trimEnd();
  return {
    head: [line(columns.map(({ title }) => title))],
    rowLines: (cells) => [line(cells)],
    dropped: columns.filter((column) => !shown.includes(column)).map(({ title }) => title),
  };
}

function cellText(text: string, { align, shrinks }: TableColumn, width: number): string {
  const shown = (shrinks === 'middle' ? fitMiddle : fitEnd)(text, width);
  return align === 'right'
    ? ' '.repeat(Math.max(0, width - textWidth(shown))) + shown
    : padColumns(shown, width);
}

/** Undefined when even the narrowest table does not fit. */
function columnWidths(
  shown: readonly TableColumn[],
  columns: readonly TableColumn[],
  rows: Rows,
  width: number,
): readonly number[] | undefined {
  const widths = shown.map((column) => {
    const index = columns.indexOf(column);
    return rows.reduce(
      (widest, row) => Math.max(widest, textWidth(row[index] ?? '')),
      textWidth(column.title),
    );
  });
  const gaps = GAP.length * (shown.length - 1);
  for (let excess = widths.reduce((sum, each) => sum + each, gaps) - width; excess > 0; excess -= 1) {
    const widest = widestShrinkable(shown, widths);
    if (widest === undefined) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function widestShrinkable(columns: readonly TableColumn[], widths: readonly number[]): number | undefined {
  let found: number | undefined;
  widths.forEach((each, index) => {
    if (!columns[index]?.shrinks || each <= NARROWEST) return;
    if (found === undefined || each > (widths[found] ?? 0)) found = index;
  });
  return found;
}
