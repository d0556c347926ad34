import { fitEnd, fitMiddle, padColumns, textWidth } from './text-width.js';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'right';
  /** Which part of a text goes first where the terminal is too narrow; the column keeps its width when absent. */
  readonly shrinks?: 'middle' | 'end';
}

const GAP = '  ';
const NARROWEST = 8;

/**
 * An aligned table, its heading first, no line wider than `width`. On a terminal too narrow for that, each row becomes
 * a block of `title: value` lines instead.
 */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const widths = columnWidths(columns, rows, width);
  if (widths === undefined) return blockLines(columns, rows, width);
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align, shrinks }, index) => {
        const room = widths[index] ?? 0;
        const text = (shrinks === 'middle' ? fitMiddle : fitEnd)(cells[index] ?? '', room);
        return align === 'right'
          ? ' '.repeat(Math.max(0, room - textWidth(text))) + text
          : padColumns(text, room);
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}

/** Undefined when even the narrowest table does not fit. */
function columnWidths(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly number[] | undefined {
  const widths = columns.map(({ title }, index) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[index] ?? '')), textWidth(title)),
  );
  const gaps = GAP.length * (columns.length - 1);
  let excess = widths.reduce((sum, each) => sum + each, gaps) - width;
  while (excess > 0) {
    const widest = widestShrinkable(columns, widths);
    if (widest === undefined) return undefined;
    const next = Math.max(
      ...widths.filter((_, index) => index !== widest && columns[index]?.shrinks),
      NARROWEST,
    );
    const current = widths[widest] ?? 0;
    const taken = Math.min(excess, Math.max(1, current - Math.min(next, current - 1)));
    widths[widest] = current - taken;
    excess -= taken;
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

function blockLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  return rows.flatMap((row, index) => [
    ...(index > 0 ? [''] : []),
    ...columns.map(({ title }, column) => fitMiddle(`${title}: ${row[column] ?? ''}`, width)),
  ]);
}
