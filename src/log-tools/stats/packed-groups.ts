import type { GroupCounts, GroupTable, Ungrouped } from './group-table.js';
import { MinuteMap } from './minute-map.js';

/** A table of groups as it passes from one thread to another. */
export interface PackedGroups {
  readonly groups: readonly PackedGroup[];
  readonly ungrouped: Ungrouped;
}

interface PackedGroup extends Omit<GroupCounts, 'minutes'> {
  readonly key: readonly string[];
  readonly minutes: { readonly days: readonly number[]; readonly bits: Uint8Array } | undefined;
}

export function packGroups(table: GroupTable): PackedGroups {
  const groups = [...table.entries()].map(([key, { minutes, ...counts }]) => ({
    ...counts,
    key,
    minutes: minutes && { days: minutes.days, bits: minutes.bits },
  }));
  return { groups, ungrouped: table.ungrouped };
}

/** Adds to `table` what another thread has counted. */
export function addPacked(table: GroupTable, { groups, ungrouped }: PackedGroups): void {
  for (const { key, minutes, ...counts } of groups) {
    table.addCounts(key, { ...counts, minutes: minutes && new MinuteMap(minutes.days, minutes.bits) });
  }
  table.addUngrouped(ungrouped);
}
