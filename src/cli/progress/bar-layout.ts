import { showBytes } from '../../settings/byte-size.js';
import { showDuration } from '../../settings/duration.js';
import { printable } from '../../core/printable.js';
import { fitEnd, fitMiddle, padColumns, textWidth } from '../text-width.js';
import type { MovingFile, ProgressView } from './progress-state.js';

const BAR_CELLS = 16;
/** Rows left to what scrolls above: the failures. */
const KEPT_ROWS = 4;

/**
 * The lines of a progress display: at most `height` - 4 files, then "+37 more", last the total. No line is as wide
 * as the terminal, so none wraps. Pure.
 */
export function barLines(view: ProgressView, width: number, height: number): readonly string[] {
  const room = Math.max(1, width - 1);
  const fileRows = Math.max(0, height - KEPT_ROWS);
  const shown = view.moving.slice(0, view.moving.length > fileRows ? Math.max(0, fileRows - 1) : fileRows);
  const hidden = view.moving.length - shown.length;
  return [
    ...shown.map((file) => fileLine(file, room)),
    ...(hidden > 0 && fileRows > 0 ? [fitEnd(`+${hidden} more`, room)] : []),
    totalLine(view, room),
  ];
}

/** Name on the left, what is known of it on the right; what does not fit is left out from the right's left end. */
function fileLine(file: MovingFile, width: number): string {
  const name = printable(file.name, 1000);
  for (const right of rightSides(file)) {
    const nameWidth = width - textWidth(right) - 2;
    if (nameWidth >= Math.min(textWidth(name), 12)) {
      return `${padColumns(fitMiddle(name, nameWidth), nameWidth)}  ${right}`;
    }
  }
  return fitMiddle(name, width);
}

/** From the fullest to the shortest. */
function* rightSides(file: MovingFile): Iterable<string> {
  const moved = showBytes(file.movedBytes);
  if (file.isWaiting) {
    yield 'waits for its next attempt';
    yield 'waits';
    return;
  }
  if (file.sizeBytes === undefined || file.sizeBytes === 0) {
    yield moved.padStart(8);
    return;
  }
  const share = Math.min(1, file.movedBytes / file.sizeBytes);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const filled = Math.round(share * BAR_CELLS);
  const bar = `[${'='.repeat(filled)}${' '.repeat(BAR_CELLS - filled)}]`;
  yield `${bar} ${percent} of ${showBytes(file.sizeBytes).padStart(8)}`;
  yield `${percent} of ${showBytes(file.sizeBytes).padStart(8)}`;
  yield percent;
}

/** Files, bytes, rate, time left, failures: the last ones go first when there is no room. */
function totalLine(view: ProgressView, width: number): string {
  const parts = totalParts(view);
  for (let count = parts.length; count > 1; count -= 1) {
    const line = parts.slice(0, count).join('  ');
    if (textWidth(line) <= width) return line;
  }
  return fitEnd(parts[0] ?? '', width);
}

/** What the total line says, the most important first; also the words of the plain progress lines. */
export function totalParts(view: ProgressView): readonly string[] {
  const parts = [filesText(view)];
  if (view.failedFiles > 0) parts.push(`${view.failedFiles} failed`);
  const bytes = showBytes(view.movedBytes);
  parts.push(view.totalBytes === undefined ? bytes : `${bytes} of ${showBytes(view.totalBytes)}`);
  if (view.bytesPerSecond !== undefined) parts.push(`${showBytes(view.bytesPerSecond)}/s`);
  const leftMs = timeLeftMs(view);
  if (leftMs !== undefined) parts.push(`${showDuration(leftMs)} left`);
  if (view.retries > 0) parts.push(`${view.retries} ${view.retries === 1 ? 'retry' : 'retries'}`);
  return parts;
}

function filesText({ settledFiles, foundFiles, isListed }: ProgressView): string {
  if (foundFiles === 0) return `${settledFiles} ${settledFiles === 1 ? 'file' : 'files'}`;
  return `${settledFiles}/${foundFiles}${isListed ? '' : '+'} files`;
}

function timeLeftMs({ totalBytes, movedBytes, bytesPerSecond }: ProgressView): number | undefined {
  if (totalBytes === undefined || bytesPerSecond === undefined || bytesPerSecond < 1) return undefined;
  const leftSeconds = Math.ceil((totalBytes - movedBytes) / bytesPerSecond);
  return leftSeconds > 0 ? leftSeconds * 1000 : undefined;
}
