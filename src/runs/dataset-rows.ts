import type { LoopStep } from '../rules/actions/action.js';
import type { DatasetRow } from './action-context.js';

/** The rows that a loop goes over, in its order. `firstRow` and `lastRow` count from 1 in that order, both included. */
export function orderRows(
  rows: readonly DatasetRow[],
  step: Pick<LoopStep, 'orderBy' | 'descending' | 'firstRow' | 'lastRow'>,
): readonly DatasetRow[] {
  const ordered = sorted(rows, step.orderBy);
  if (step.descending) ordered.reverse();
  return ordered.slice((step.firstRow ?? 1) - 1, step.lastRow ?? ordered.length);
}

function sorted(rows: readonly DatasetRow[], orderBy: LoopStep['orderBy']): DatasetRow[] {
  switch (orderBy) {
    case 'found':
      return [...rows];
    case 'name':
      return rows.toSorted((one, other) => compare(one.name, other.name) || compare(one.path, other.path));
    case 'size':
      return rows.toSorted((one, other) => (one.sizeBytes ?? -1) - (other.sizeBytes ?? -1));
    case 'time':
      return rows.toSorted((one, other) => (one.modifiedMs ?? -1) - (other.modifiedMs ?? -1));
  }
}

/** By code units: the same on every machine. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
