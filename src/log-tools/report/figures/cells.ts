import type { KindData } from '../report-data.js';

/** Every slot of a kind with its count. */
export function forEachCell({ cells }: KindData, visit: (slot: number, count: number) => void): void {
  let slot = 0;
  for (let at = 0; at + 1 < cells.length; at += 2) {
    slot += cells[at] ?? 0;
    visit(slot, cells[at + 1] ?? 0);
  }
}
