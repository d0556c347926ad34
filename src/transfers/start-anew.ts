import type { TransferState } from './transfer-state.js';

/** Nothing that stands in the working file is relied on any more. */
export function startAnew(state: TransferState, note: string): void {
  state.stage = 'begin';
  state.part = undefined;
  state.seam = undefined;
  state.notes.push(note);
}
