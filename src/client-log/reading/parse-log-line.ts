import { composeRecord, type LineTraits } from './compose-record.js';
import { decodeLine } from './decode-line.js';
import { isHeader } from './header-line.js';
import { splitColumns, type LineColumns } from './line-columns.js';
import { LAYOUTS, readHead, readTail, type Layout } from './line-layout.js';
import type { LineReading, ReadRecord } from './log-line.js';
import { malformedReason } from './malformed-reason.js';
import { holdsLogTime, partingsOf } from './raw-semicolons.js';

/** What the reader knows about a line besides its bytes. */
export interface LineCircumstances {
  /** The first line of its file: a byte order mark may stand before it. */
  readonly isFirst: boolean;
  /** Whether the line has its end; the last one of a file may not. */
  readonly hasEnd: boolean;
}

const BYTE_ORDER_MARK = '\ufeff';

/** Reads one line, without its end, as tolerantly as client-log.md section 5 says. Never throws, whatever the bytes. */
export function parseLogLine(raw: Uint8Array, { isFirst, hasEnd }: LineCircumstances): LineReading {
  const { text, encoding, concernsEscaping } = decodeLine(raw);
  const hasMark = isFirst && text.startsWith(BYTE_ORDER_MARK);
  const columns = splitColumns(hasMark ? text.slice(1) : text);
  const reading = readColumns(columns, { encoding, concernsEscaping, hasMark });
  if (hasEnd) return reading;
  return reading.kind === 'record' ? { kind: 'incomplete', record: reading.record } : { kind: 'incomplete' };
}

function readColumns(columns: LineColumns, traits: LineTraits): LineReading {
  const exact = readExact(columns, traits);
  if (typeof exact === 'object') return { kind: 'record', record: exact };
  const parted = readWithRawSemicolons(columns, traits);
  if (typeof parted === 'object') return { kind: 'record', record: parted };
  if (columns.text.trim() === '') return { kind: 'blank' };
  if (isHeader(columns.text)) return { kind: 'header' };
  return { kind: 'malformed', reason: malformedReason(columns, parted ?? exact) };
}

/** A record; the reason why it is none; undefined where the number of columns does not fit. */
type Attempt = ReadRecord | string | undefined;

/** Where the operation stands when no raw `;` is in a path: behind user, local path and remote path. */
function operationPlace({ userAt }: Layout): number {
  return userAt + 3;
}

/** Reads a line that has exactly the columns of a layout. */
function readExact(columns: LineColumns, traits: LineTraits): Attempt {
  const count = columns.starts.length;
  let reason: string | undefined;
  for (const layout of LAYOUTS) {
    const operationAt = operationPlace(layout);
    if (count !== operationAt + 2 && count !== operationAt + 3) continue;
    const head = readHead(columns, layout, 'any-word');
    if (typeof head === 'string') {
      reason ??= head;
      continue;
    }
    const tail = readTail(columns, operationAt, 'any-word');
    if (typeof tail === 'object') return composeRecord({ columns, layout, operationAt, head, tail, traits });
    reason ??= tail;
  }
  return reason;
}

/** Reads a line that has more columns than a layout, because a raw `;` stands in a path. */
function readWithRawSemicolons(columns: LineColumns, traits: LineTraits): Attempt {
  const count = columns.starts.length;
  let reason: string | undefined;
  for (const layout of LAYOUTS) {
    const head = readHead(columns, layout, 'known-words');
    if (typeof head === 'string') continue;
    for (const operationAt of [count - 2, count - 3]) {
      if (operationAt <= operationPlace(layout)) continue;
      const tail = readTail(columns, operationAt, 'known-words');
      if (typeof tail === 'string') continue;
      const paths = { first: layout.userAt + 1, last: operationAt - 1 };
      if (holdsLogTime(columns, paths))
        return 'a second date and time stands in it, as where two lines run together';
      const partings = partingsOf(columns, paths);
      if (partings.length > 0) {
        return composeRecord({ columns, layout, operationAt, head, tail, traits, partings });
      }
      reason ??= 'semicolons stand in its paths, and nothing shows where one path ends and the other begins';
    }
  }
  return reason;
}
