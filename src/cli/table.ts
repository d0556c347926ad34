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
/** What a column that shrinks keeps at least: before another column is dropped for it, and when none can be. */
const LEGIBLE = 24;
const NARROWEST = 12;

type Rows = readonly (readonly string[])[];

/**
 * A layout by the widths of some rows; longer texts of later ones are cut. No line is wider than `width`. What has no
 * room is dropped and named; on a terminal too narrow even then, each row becomes a block of `title: value` lines.
 */
export function tableLayout(columns: readonly TableColumn[], rows: Rows, width: number): TableLayout {
  for (const { shown, narrowest } of narrowingSteps(columns)) {
    const widths = columnWidths(shown, naturalWidths(shown, columns, rows), { narrowest, width });
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

interface NarrowingStep {
  readonly shown: readonly TableColumn[];
  readonly narrowest: number;
}

/** All columns, then with one after another left out, at last with narrower ones. */
function* narrowingSteps(columns: readonly TableColumn[]): Generator<NarrowingStep> {
  let shown = columns;
  for (;;) {
    yield { shown, narrowest: LEGIBLE };
    const order = Math.max(...shown.map(({ dropOrder }) => dropOrder ?? -Infinity));
    if (order === -Infinity) break;
    shown = shown.filter(({ dropOrder }) => dropOrder !== order);
  }
  yield { shown, narrowest: NARROWEST };
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

function naturalWidths(
  shown: readonly TableColumn[],
  columns: readonly TableColumn[],
  rows: Rows,
): readonly number[] {
  return shown.map((column) => {
    const index = columns.indexOf(column);
    return rows.reduce(
      (widest, row) => Math.max(widest, textWidth(row[index] ?? '')),
      textWidth(column.title),
    );
  });
}

interface Room {
  readonly width: number;
  readonly narrowest: number;
}

/** Takes from the widest column that shrinks until all fit; undefined when they never do. */
function columnWidths(
  shown: readonly TableColumn[],
  natural: readonly number[],
  { width, narrowest }: Room,
): readonly number[] | undefined {
  const widths = [...natural];
  const gaps = GAP.length * (shown.length - 1);
  for (let excess = widths.reduce((sum, each) => sum + each, gaps) - width; excess > 0; excess -= 1) {
    let widest = -1;
    widths.forEach((each, index) => {
      if (shown[index]?.shrinks && each > narrowest && each > (widths[widest] ?? 0)) widest = index;
    });
    if (widest < 0) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
