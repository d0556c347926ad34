import { composeRecord, type LineTraits } from './compose-record.js';
import { decodeLine } from './decode-line.js';
import { isHeader } from './header-line.js';
import { splitColumns, type LineColumns } from './line-columns.js';
import { LAYOUTS, readHead, readTail, type Layout } from './line-layout.js';
import type { LineReading, ReadRecord } from './log-line.js';
import { malformedReason } from './malformed-reason.js';
import { partingsOf } from './raw-semicolons.js';

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
  const { text, encoding } = decodeLine(raw);
  const hasMark = isFirst && text.startsWith(BYTE_ORDER_MARK);
  const reading = readText(hasMark ? text.slice(1) : text, { encoding, hasMark });
  if (hasEnd) return reading;
  return reading.kind === 'record' ? { kind: 'incomplete', record: reading.record } : { kind: 'incomplete' };
}

function readText(text: string, traits: LineTraits): LineReading {
  if (text.trim() === '') return { kind: 'blank' };
  const columns = splitColumns(text);
  let reason: string | undefined;
  for (const read of [readExact, readWithRawSemicolons]) {
    const reading = read(columns, traits);
    if (typeof reading === 'object') return { kind: 'record', record: reading };
    reason = reading ?? reason;
  }
  if (isHeader(text)) return { kind: 'header' };
  return { kind: 'malformed', reason: malformedReason(columns, reason) };
}

/** Where the operation stands when no raw `;` is in a path: behind user, local path and remote path. */
function operationPlace({ userAt }: Layout): number {
  return userAt + 3;
}

/** A record; the reason why it is none; undefined where the number of columns does not fit. */
type Attempt = ReadRecord | string | undefined;

/** Reads a line that has exactly the columns of a layout. */
function readExact(columns: LineColumns, traits: LineTraits): Attempt {
  const count = columns.starts.length;
  let reason: string | undefined;
  for (const layout of LAYOUTS) {
    const operationAt = operationPlace(layout);
    if (count !== operationAt + 2 && count !== operationAt + 3) continue;
    const head = readHead(columns, layout, 'any-word');
    const tail = typeof head === 'string' ? head : readTail(columns, operationAt, 'any-word');
    if (typeof head === 'object' && typeof tail === 'object') {
      return composeRecord({ columns, layout, head, tail, traits });
    }
    reason ??= String(tail);
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
      const partings = partingsOf(columns, { first: layout.userAt + 1, last: operationAt - 1 });
      if (partings.length > 0) return composeRecord({ columns, layout, head, tail, traits, partings });
      reason ??= 'semicolons stand in its paths, and nothing shows where one path ends and the other begins';
    }
  }
  return reason;
}
