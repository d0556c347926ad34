import type { LinePlace } from '../../client-log/reading/log-line.js';

/** What a conversion did beyond what its result shows, or could not do. */
export type NoteKind =
  /** A tenth column was written that the line did not have. */
  | 'verdict-inferred'
  /** The tenth column was left out, and the code would have said the opposite of it. */
  | 'code-replaced'
  /** The time stands in an hour that appears twice, in the old zone or the new one. */
  | 'hour-repeated'
  /** The time stands in an hour that the clocks of its zone left out. */
  | 'hour-skipped'
  /** The line cannot be read, so it stands in the result as it was. */
  | 'kept-unread'
  /** The line cannot be read and might hold names, so its text was covered. */
  | 'masked'
  /** The line is longer than the reader keeps; only its beginning is in the result. */
  | 'cut'
  /** The last line of a file, without its end: somebody may be writing it. */
  | 'incomplete'
  /** More than one way to part the paths; the likeliest is in the result. */
  | 'ambiguous'
  /** There are more different addresses than can be replaced and stay apart. */
  | 'left-out-address'
  | 'left-out-header'
  | 'left-out-blank'
  | 'left-out-malformed'
  | 'left-out-incomplete';

export interface Note {
  readonly kind: NoteKind;
  readonly count: number;
  /** `FILE:LINE` of the first ones. */
  readonly places: readonly string[];
}

const MAX_PLACES = 3;

/** Counts what must be told at the end. */
export class ConvertNotes {
  readonly #notes = new Map<NoteKind, { count: number; readonly places: string[] }>();

  add(kind: NoteKind, { file, lineNumber }: Pick<LinePlace, 'file' | 'lineNumber'>): void {
    const note = this.#notes.get(kind) ?? { count: 0, places: [] };
    note.count += 1;
    if (note.places.length < MAX_PLACES) note.places.push(`${file.name}:${lineNumber}`);
    this.#notes.set(kind, note);
  }

  /** In the order in which they first came up. */
  list(): readonly Note[] {
    return [...this.#notes].map(([kind, { count, places }]) => ({ kind, count, places }));
  }
}
