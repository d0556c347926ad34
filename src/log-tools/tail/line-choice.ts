import type { LogFileRef, ReadRecord } from '../../client-log/reading/log-line.js';
import type { Query } from '../../client-log/query/query.js';
import type { TailLine } from './tail-event.js';

/** Which lines are shown. */
export interface LineChoice {
  /** False where the bytes alone say that the line is not wanted, so that it need not be read. */
  mayWant(raw: Uint8Array): boolean;
  wants(line: TailLine): boolean;
  /** Lines that are no records and were passed over, because nobody knows whether they are wanted. */
  readonly unread: number;
}

export interface ChoiceRequest {
  readonly isFailedOnly: boolean;
  readonly query: Query | undefined;
}

/**
 * All lines but headings and blank ones; with a query, or where failures are asked for, the matching records only (a
 * last line that reads as one included).
 */
export function lineChoice({ isFailedOnly, query }: ChoiceRequest): LineChoice {
  if (!isFailedOnly && query === undefined) return EVERY_LINE;
  const required = query?.requiredText === undefined ? undefined : asciiBytes(query.requiredText);
  const isWanted = (record: ReadRecord, file: LogFileRef) =>
    (!isFailedOnly || record.result === 'failed') && (query?.matches(record, file) ?? true);
  let unread = 0;
  return {
    mayWant: (raw) =>
      !(isFailedOnly && endsWithZero(raw)) && (required === undefined || holdsText(raw, required)),
    wants: (line) => {
      if (line.kind === 'malformed') unread += 1;
      return 'record' in line && line.record !== undefined && isWanted(line.record, line.file);
    },
    get unread() {
      return unread;
    },
  };
}

const EVERY_LINE: LineChoice = {
  mayWant: () => true,
  wants: ({ kind }) => kind !== 'header' && kind !== 'blank',
  unread: 0,
};

const SEMICOLON = 0x3b;
const SPACE = 0x20;
const ZERO = 0x30;

/** `; 0;` at the end succeeded: as the tenth column, and as the code where there is none. */
function endsWithZero(raw: Uint8Array): boolean {
  const { length } = raw;
  if (raw[length - 1] !== SEMICOLON || raw[length - 2] !== ZERO) return false;
  return raw[length - 3] === SEMICOLON || (raw[length - 3] === SPACE && raw[length - 4] === SEMICOLON);
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Whether the bytes hold an ASCII text in lower case, whatever their own case. */
function holdsText(raw: Uint8Array, text: Uint8Array): boolean {
  for (let start = 0; start <= raw.length - text.length; start += 1) {
    let at = 0;
    while (at < text.length && lowerCase(raw[start + at] ?? 0) === text[at]) at += 1;
    if (at === text.length) return true;
  }
  return false;
}

function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
