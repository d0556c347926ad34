import { printable } from '../../core/printable.js';
import type { Note, NoteKind } from '../../log-tools/convert/convert-notes.js';

/** One thing, and several; `#` is their number. */
const SENTENCES: Readonly<Record<NoteKind, readonly [string, string]>> = {
  'verdict-inferred': [
    '# verdict was inferred from the code, as the line had none',
    '# verdicts were inferred from the codes, as the lines had none',
  ],
  'code-replaced': [
    '# code was replaced (failed: -1, succeeded: 0): without the tenth column it would have told the opposite',
    '# codes were replaced (failed: -1, succeeded: 0): without the tenth column they would have told the opposite',
  ],
  'hour-repeated': [
    '# time stands in an hour that the clocks showed twice; no line can tell which one is meant',
    '# times stand in an hour that the clocks showed twice; no line can tell which one is meant',
  ],
  'hour-skipped': [
    '# time stands in an hour that the clocks of its zone left out; is --time-zone right?',
    '# times stand in an hour that the clocks of their zone left out; is --time-zone right?',
  ],
  'kept-unread': [
    '# line could not be read; it is in the result as it was',
    '# lines could not be read; they are in the result as they were',
  ],
  masked: [
    '# line could not be read and might hold names; its text was covered',
    '# lines could not be read and might hold names; their text was covered',
  ],
  cut: [
    '# line is longer than 1 MiB; only its beginning is in the result',
    '# lines are longer than 1 MiB; only their beginning is in the result',
  ],
  incomplete: [
    '# last line has no end; somebody may be writing it',
    '# last lines have no end; somebody may be writing them',
  ],
  ambiguous: [
    '# record has a semicolon in a path, and its paths can be parted in several ways; the likeliest was taken',
    '# records have a semicolon in a path, and their paths can be parted in several ways; the likeliest was taken',
  ],
  'left-out-address': [
    '# record was left out: there are more different addresses than can be replaced and stay apart',
    '# records were left out: there are more different addresses than can be replaced and stay apart',
  ],
  'left-out-header': ['# heading was left out', '# headings were left out'],
  'left-out-blank': ['# blank line was left out', '# blank lines were left out'],
  'left-out-malformed': [
    '# malformed line was left out; jsonl would hold it',
    '# malformed lines were left out; jsonl would hold them',
  ],
  'left-out-incomplete': [
    '# last line without an end was left out; jsonl would hold it',
    '# last lines without an end were left out; jsonl would hold them',
  ],
};

/** A note in one sentence, with the places of the first lines that it is about. */
export function noteText({ kind, count, places }: Note): string {
  const [one, many] = SENTENCES[kind];
  const text = (count === 1 ? one : many).replace('#', count.toLocaleString('en'));
  const shown = places.map((place) => printable(place)).join(', ');
  return `${text} (${shown}${count > places.length ? ', ...' : ''})`;
}
