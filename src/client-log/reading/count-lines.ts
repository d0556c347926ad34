import type { LineCounts, LineReading } from './log-line.js';

/** The counts before any line. */
export const NO_LINES: LineCounts = {
  lines: 0,
  records: 0,
  headers: 0,
  blank: 0,
  malformed: 0,
  incomplete: 0,
  ambiguous: 0,
};

/** How many lines of each kind, on top of those counted before. The kinds add up to `lines`. */
export function countLines(lines: Iterable<LineReading>, before: LineCounts = NO_LINES): LineCounts {
  const counts = { ...before };
  for (const line of lines) {
    counts.lines += 1;
    if (line.kind === 'record') {
      counts.records += 1;
      if (isAmbiguous(line)) counts.ambiguous += 1;
    } else if (line.kind === 'header') counts.headers += 1;
    else counts[line.kind] += 1;
  }
  return counts;
}

/** Whether the line is a record whose paths can be parted in more than one way. */
export function isAmbiguous(line: LineReading): boolean {
  return line.kind === 'record' && (line.record.candidates?.length ?? 0) > 1;
}

/** Both together. */
export function addCounts(left: LineCounts, right: LineCounts): LineCounts {
  return {
    lines: left.lines + right.lines,
    records: left.records + right.records,
    headers: left.headers + right.headers,
    blank: left.blank + right.blank,
    malformed: left.malformed + right.malformed,
    incomplete: left.incomplete + right.incomplete,
    ambiguous: left.ambiguous + right.ambiguous,
  };
}
