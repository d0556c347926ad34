import type { PartnerBook } from '../../client-log/partners.js';
import { GroupTable, type GroupCounts, type Ungrouped } from './group-table.js';
import { GROUPINGS, type GroupName, type GroupValue } from './groupings.js';
import type { RecordPart } from './record-part.js';

/** One group of the result. */
export interface GroupRow extends GroupCounts {
  /** One for each name that was counted by, in that order. */
  readonly values: readonly GroupValue[];
}

export interface LogStats {
  readonly by: readonly GroupName[];
  readonly rows: readonly GroupRow[];
  readonly ungrouped: Ungrouped;
}

/** The parts of a record that decide its group, each once. */
export function partsFor(by: readonly GroupName[]): readonly RecordPart[] {
  return [...new Set(by.flatMap((name) => GROUPINGS[name].parts))];
}

/** Whether the groups have an order of their own: bars over time are not sorted by size. */
export function isInOrder(name: GroupName): boolean {
  return ['hour', 'hour-of-day', 'day', 'weekday'].includes(name);
}

/** How long it was silent is worth knowing of whatever is no stretch of time itself. */
export function keepsMinutes(by: readonly GroupName[]): boolean {
  return !by.some(isInOrder);
}

/** From counts by parts to rows by what the user asked for: in order of time where the first is one, else the largest first. */
export function logStats(table: GroupTable, by: readonly GroupName[], partners: PartnerBook): LogStats {
  const parts = partsFor(by);
  const merged = new GroupTable({ keepsMinutes: keepsMinutes(by) });
  const values = new Map<string, readonly GroupValue[]>();
  for (const [texts, counts] of table.entries()) {
    const row = by.map((name) => {
      const own = GROUPINGS[name].parts.map((part) => texts[parts.indexOf(part)] ?? '');
      return GROUPINGS[name].valueOf(own, partners);
    });
    const key = row.map(({ sortKey }) => sortKey);
    const id = JSON.stringify(key);
    if (!values.has(id)) values.set(id, row);
    merged.addCounts(key, counts);
  }
  merged.addUngrouped(table.ungrouped);
  const rows = [...merged.entries()].map(([key, counts]) => ({
    ...counts,
    values: values.get(JSON.stringify(key)) ?? [],
  }));
  return { by, rows: rows.sort(rowOrder(by)), ungrouped: merged.ungrouped };
}

function rowOrder(by: readonly GroupName[]): (left: GroupRow, right: GroupRow) => number {
  const [first] = by;
  if (first !== undefined && isInOrder(first)) {
    return (left, right) => compareKeys(left, right);
  }
  return (left, right) => right.count - left.count || right.failed - left.failed || compareKeys(left, right);
}

function compareKeys(left: GroupRow, right: GroupRow): number {
  for (const [index, value] of left.values.entries()) {
    const other = right.values[index]?.sortKey ?? '';
    if (value.sortKey !== other) return value.sortKey < other ? -1 : 1;
  }
  return 0;
}
