import type { LineCounts } from '../../client-log/reading/log-line.js';
import { printable } from '../../core/printable.js';
import { showDuration } from '../../settings/duration.js';
import { GROUPINGS, type GroupName } from '../../log-tools/stats/groupings.js';
import { keepsMinutes, type GroupRow, type LogStats } from '../../log-tools/stats/log-stats.js';
import { wallTime } from '../../log-tools/stats/wall-time.js';
import type { ResultColumn } from '../tabular.js';

/** The columns of `tally log stats`. */
export function statsColumns(by: readonly GroupName[]): readonly ResultColumn<GroupRow>[] {
  return [
    ...by.map((name, index): ResultColumn<GroupRow> => ({
      key: name,
      title: GROUPINGS[name].title,
      shrinks: name === 'code' ? 'end' : 'middle',
      words: ({ values }) => printable(values[index]?.words ?? ''),
      value: ({ values }) => values[index]?.value,
    })),
    ...(by.includes('code') ? [codeMeaning(by.indexOf('code'))] : []),
    count('records', 'records', ({ count: records }) => records),
    count('failed', 'failed', ({ failed }) => failed),
    {
      key: 'failureRate',
      title: 'rate',
      align: 'right',
      words: ({ failed, count: records }) => percent(failed, records),
      value: ({ failed, count: records }) => (records === 0 ? 0 : failed / records),
    },
    { ...count('inferred', 'inferred', ({ inferred }) => inferred), dropOrder: 3 },
    { ...time('first', 'first seen', ({ firstSeconds }) => firstSeconds), dropOrder: 1 },
    time('last', 'last seen', ({ lastSeconds }) => lastSeconds),
    ...(keepsMinutes(by) ? [LONGEST_GAP] : []),
  ];
}

const LONGEST_GAP: ResultColumn<GroupRow> = {
  key: 'longestGapSeconds',
  title: 'longest gap',
  dropOrder: 2,
  words: gapWords,
  value: (row) => {
    const gap = row.minutes?.longestGap();
    return gap && gap.untilSeconds - gap.fromSeconds;
  },
};

/** In JSON and CSV the code is a number; what it means stands beside it. */
function codeMeaning(index: number): ResultColumn<GroupRow> {
  const words = ({ values }: GroupRow) => values[index]?.words ?? '';
  return { key: 'codeWords', title: 'meaning', onlyData: true, words, value: words };
}

function count(key: string, title: string, of: (row: GroupRow) => number): ResultColumn<GroupRow> {
  return { key, title, align: 'right', words: (row) => showCount(of(row)), value: of };
}

function time(key: string, title: string, of: (row: GroupRow) => number): ResultColumn<GroupRow> {
  return { key, title, words: (row) => wallTime(of(row)), value: (row) => wallTime(of(row)) };
}

function gapWords({ minutes }: GroupRow): string {
  if (minutes === undefined) return 'not known';
  const gap = minutes.longestGap();
  if (gap === undefined) return '-';
  const length = showDuration((gap.untilSeconds - gap.fromSeconds) * 1000);
  return `${length} from ${wallTime(gap.fromSeconds).slice(0, 16)}`;
}

/** `3,124,900`. */
export function showCount(number: number): string {
  return number.toLocaleString('en-US');
}

/** `0 %`, `0.4 %`, `12 %`. */
export function percent(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const share = (100 * part) / whole;
  if (share < 0.1) return '<0.1 %';
  return `${share < 9.95 ? share.toFixed(1) : Math.round(share)} %`;
}

/** What must be said besides the table. */
export function statsNotes(
  { counts, ungrouped, rows }: LogStats & { readonly counts: LineCounts },
  { isSelected, left }: { readonly isSelected: boolean; readonly left: number },
): readonly string[] {
  const notes: string[] = [];
  if (rows.length === 0) notes.push(isSelected ? 'No record matches.' : 'There are no records.');
  if (left > 0) notes.push(`${showCount(left)} more groups are not shown (--limit).`);
  if (ungrouped.count > 0) {
    notes.push(
      `There are too many groups to tell all apart: ${showCount(ungrouped.count)} records (${showCount(ungrouped.failed)} failed) are in none of the rows, so a row may count too few. Select with --where, or count by something coarser.`,
    );
  }
  return isSelected ? notes : [...notes, ...lineNotes(counts)];
}

/** Lines that are no records, so that nothing is passed over in silence. */
export function lineNotes({
  lines,
  records,
  malformed,
  incomplete,
  ambiguous,
}: LineCounts): readonly string[] {
  const parts = [
    ...(malformed > 0 ? [`${showCount(malformed)} malformed`] : []),
    ...(incomplete > 0 ? [`${showCount(incomplete)} without its end`] : []),
    ...(ambiguous > 0 ? [`${showCount(ambiguous)} ambiguous (counted)`] : []),
  ];
  if (parts.length === 0) return [];
  return [
    `${showCount(records)} records in ${showCount(lines)} lines; ${parts.join(', ')}: tally log check names them.`,
  ];
}
