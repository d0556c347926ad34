import { printable } from '../../core/printable.js';
import type { ChartBar } from '../../log-tools/chart/chart-bars.js';
import type { GroupName } from '../../log-tools/stats/groupings.js';
import { percent, showCount } from './stats-text.js';
import type { Output } from '../output.js';
import { styleFor } from '../style.js';
import { fitMiddle, padColumns, textWidth } from '../text-width.js';

const PIPE_COLUMNS = 100;
const LONGEST_LABEL = 32;
const SHORTEST_BAR = 6;
/** Below this the counts go without words. */
const NARROW_COLUMNS = 60;

/** The bars as lines, none wider than the terminal. In a pipe only ASCII. */
export function chartLines(bars: readonly ChartBar[], by: GroupName, output: Output): readonly string[] {
  const style = styleFor(output);
  const width = output.isTerminal ? output.size().columns - 1 : PIPE_COLUMNS;
  const drawn = bars.filter((bar) => bar.kind === 'bar');
  const most = Math.max(1, ...drawn.map(({ count }) => count));
  const counts = drawn.map(width < NARROW_COLUMNS ? shortCountText : countText);
  const countWidth = Math.max(0, ...counts.map(textWidth));
  const labels = drawn.map(({ label }) => printable(label));
  const roomForLabel = Math.max(4, width - countWidth - SHORTEST_BAR - 4);
  const labelWidth = Math.min(LONGEST_LABEL, roomForLabel, Math.max(0, ...labels.map(textWidth)));
  const barWidth = width - labelWidth - countWidth - 4;
  const marks = marksOf(output);
  let index = -1;
  return bars.map((bar) => {
    if (bar.kind === 'silence')
      return style.faint(
        fitMiddle(`... ${showCount(bar.steps)} ${unitOf(by, bar.steps)} without a record`, width),
      );
    index += 1;
    const label = padColumns(fitMiddle(labels[index] ?? '', labelWidth), labelWidth);
    const count = counts[index] ?? '';
    const cells = barWidth < 1 ? { good: 0, bad: 0 } : barCells(bar, most, barWidth);
    const drawing = style.bad(marks.bad.repeat(cells.bad)) + style.good(marks.good.repeat(cells.good));
    const gap = ' '.repeat(Math.max(0, barWidth - cells.good - cells.bad));
    const line = `${label}  ${drawing}${gap}  ${bar.failed > 0 ? style.bad(count) : count}`;
    return barWidth < 1 ? fitMiddle(`${labels[index] ?? ''} ${count}`, width) : line.trimEnd();
  });
}

/** What the marks mean. */
export function chartLegend(output: Output): string {
  const style = styleFor(output);
  const { good, bad } = marksOf(output);
  return `${style.bad(bad)} failed  ${style.good(good)} ok`;
}

function marksOf({ isTerminal }: Output): { readonly good: string; readonly bad: string } {
  return { good: isTerminal ? '█' : '=', bad: 'x' };
}

type Bar = Extract<ChartBar, { kind: 'bar' }>;

/** A failure is seen even among a million others. */
function barCells(
  { count, failed }: Bar,
  most: number,
  width: number,
): { readonly good: number; readonly bad: number } {
  const all = count === 0 ? 0 : Math.max(1, Math.round((count / most) * width));
  const bad = failed === 0 ? 0 : Math.min(all, Math.max(1, Math.round((failed / count) * all)));
  return { good: all - bad, bad };
}

function countText({ count, failed }: Bar): string {
  return failed === 0
    ? showCount(count)
    : `${showCount(count)}, ${showCount(failed)} failed (${percent(failed, count)})`;
}

function shortCountText({ count, failed }: Bar): string {
  return failed === 0 ? showCount(count) : `${showCount(count)} x${showCount(failed)}`;
}

function unitOf(by: GroupName, count: number): string {
  const unit = by === 'day' ? 'day' : 'hour';
  return count === 1 ? unit : `${unit}s`;
}
