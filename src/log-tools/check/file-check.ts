import { isTooLong } from '../../client-log/reading/line-splitter.js';
import { countLines, NO_LINES } from '../../client-log/reading/count-lines.js';
import { baseNameOf } from '../../client-log/log-paths.js';
import type { LineCounts, LogFileRef, LogLine, RecordLine } from '../../client-log/reading/log-line.js';
import { clockSuspicion } from './clock-suspicion.js';
import type { Finding } from './finding.js';
import { looksLike, OTHER_TEXT } from './foreign-signs.js';

/** After so many lines of which none is a client log's, the file is taken for something else and not read further. */
const JUDGED_LINES = 1000;

/** How the lines of one file are written, where they are written in more than one way. */
interface Habits {
  nine: number;
  ten: number;
  utf8: number;
  windows1252: number;
  lf: number;
  crlf: number;
}

type HabitPair = readonly [keyof Habits, keyof Habits];

const COLUMNS: HabitPair = ['nine', 'ten'];
const ENCODINGS: HabitPair = ['utf8', 'windows1252'];
const LINE_ENDS: HabitPair = ['lf', 'crlf'];

type MalformedFinding = Finding & { readonly kind: 'malformed' | 'too-long' };

/** A run of records of the same day that is not the file's. */
interface OtherDay {
  readonly day: string;
  readonly line: number;
  count: number;
}

/** Looks through the lines of one file, in their order. */
export class FileCheck {
  readonly ref: LogFileRef;
  /** `YYYY-MM-DD` by the file's name; undefined where the name says none. */
  readonly day: string | undefined;
  counts: LineCounts = NO_LINES;
  /** The last line, where it has no end. */
  unfinished: { readonly line: number; readonly isRecord: boolean } | undefined;
  readonly #found: (finding: Finding) => void;
  #verdict: 'open' | 'log' | 'no log' = 'open';
  /** Malformed lines before the first that is a client log's: perhaps the file is something else. */
  #held: MalformedFinding[] = [];
  #firstRaw: Uint8Array | undefined;
  #lastLine = 0;
  #lastTime = '';
  #otherDay: OtherDay | undefined;
  readonly #habits: Habits = { nine: 0, ten: 0, utf8: 0, windows1252: 0, lf: 0, crlf: 0 };
  /** Where the second habit of a pair was first met. */
  readonly #changes = new Map<HabitPair, number>();

  constructor(ref: LogFileRef, found: (finding: Finding) => void) {
    this.ref = ref;
    this.day = dayOfName(ref.name);
    this.#found = found;
  }

  /** False once the file is taken for something else: its lines need not be read any more, and do not count. */
  get isLog(): boolean {
    return this.#verdict !== 'no log';
  }

  /** The next lines of this file. */
  take(lines: readonly LogLine[]): void {
    this.counts = countLines(lines, this.counts);
    for (const line of lines) if (this.isLog) this.#takeLine(line);
  }

  #takeLine(line: LogLine): void {
    this.#lastLine = line.lineNumber;
    if (line.lineEnd !== '')
      this.#noteHabit(LINE_ENDS, line.lineEnd === '\n' ? 'lf' : 'crlf', line.lineNumber);
    if (line.kind === 'blank') return;
    this.#firstRaw ??= line.raw.slice(0, SHOWN_BYTES);
    if (line.kind === 'malformed') this.#takeMalformed(line, line.reason);
    else if (line.kind === 'incomplete') {
      this.unfinished = { line: line.lineNumber, isRecord: line.record !== undefined };
    } else {
      this.#isOneAfterAll();
      if (line.kind === 'record') this.#takeRecord(line);
    }
  }

  /** What only the whole file tells. */
  end(): void {
    if (this.#verdict === 'open' && (this.#held.length > 0 || this.#endsAsSomethingElse()))
      this.#isSomethingElse();
    if (this.#verdict === 'no log') return;
    this.#endOtherDay();
    const { name: file } = this.ref;
    if (this.counts.records === 0 && this.unfinished === undefined) this.#found({ kind: 'no-records', file });
    for (const [pair, line] of this.#changes)
      this.#found({ ...mixedFinding(pair, this.#habits), file, line });
  }

  #takeMalformed(line: LogLine, reason: string): void {
    const { offset, lengthBytes, raw } = line;
    const place = { file: this.ref.name, line: line.lineNumber, offset };
    const finding: MalformedFinding = isTooLong(line)
      ? { ...place, kind: 'too-long', lengthBytes }
      : { ...place, kind: 'malformed', reason, raw: raw.slice(0, SHOWN_BYTES) };
    if (this.#verdict === 'log') this.#found(finding);
    else this.#held.push(finding);
    if (this.#held.length >= JUDGED_LINES) this.#isSomethingElse();
  }

  /** Without any line end; a first line that somebody is writing looks like nothing in particular. */
  #endsAsSomethingElse(): boolean {
    const isUnread = this.unfinished !== undefined && !this.unfinished.isRecord;
    return isUnread && looksLike(this.#firstRaw ?? NO_BYTES) !== OTHER_TEXT;
  }

  #isOneAfterAll(): void {
    this.#verdict = 'log';
    for (const finding of this.#held) this.#found(finding);
    this.#held = [];
  }

  #isSomethingElse(): void {
    const [first] = this.#held;
    this.#verdict = 'no log';
    this.#held = [];
    this.#found({
      kind: 'not-a-log',
      file: this.ref.name,
      looksLike: looksLike(this.#firstRaw ?? NO_BYTES),
      lines: this.#lastLine,
      reason: first?.kind === 'malformed' ? first.reason : 'it is too long, or has no end',
    });
  }

  #takeRecord(line: RecordLine): void {
    const { record, lineNumber } = line;
    const place = { file: this.ref.name, line: lineNumber };
    this.#noteHabit(COLUMNS, record.columns === 9 ? 'nine' : 'ten', lineNumber);
    if (record.deviations.includes('windows-1252')) this.#noteHabit(ENCODINGS, 'windows1252', lineNumber);
    else if (isBeyondAscii(line.raw)) this.#noteHabit(ENCODINGS, 'utf8', lineNumber);
    const { candidates = [], time } = record;
    if (candidates.length > 1) this.#found({ kind: 'ambiguous', candidates, ...place });
    if (time < this.#lastTime) {
      const clocks = clockSuspicion(this.#lastTime, time, this.ref.timeZone);
      this.#found({ kind: 'backwards', time, before: this.#lastTime, clocks, ...place });
    }
    this.#lastTime = time;
    if (this.day !== undefined && !time.startsWith(this.day))
      this.#takeOtherDay(time.slice(0, 10), lineNumber);
    else if (this.#otherDay !== undefined) this.#endOtherDay();
  }

  #takeOtherDay(day: string, line: number): void {
    if (this.#otherDay?.day !== day) {
      this.#endOtherDay();
      this.#otherDay = { day, line, count: 0 };
    }
    this.#otherDay.count += 1;
  }

  #endOtherDay(): void {
    const run = this.#otherDay;
    this.#otherDay = undefined;
    if (run === undefined || this.day === undefined) return;
    this.#found({ kind: 'other-day', file: this.ref.name, fileDay: this.day, ...run });
  }

  #noteHabit(pair: HabitPair, habit: keyof Habits, line: number): void {
    this.#habits[habit] += 1;
    if (!this.#changes.has(pair) && this.#habits[pair[0]] > 0 && this.#habits[pair[1]] > 0) {
      this.#changes.set(pair, line);
    }
  }
}

/** Of a malformed line so much is kept to be shown. */
const SHOWN_BYTES = 4096;
const NO_BYTES = new Uint8Array(0);

function mixedFinding(pair: HabitPair, { nine, ten, utf8, windows1252, lf, crlf }: Habits) {
  if (pair === COLUMNS) return { kind: 'mixed-columns', nine, ten } as const;
  if (pair === ENCODINGS) return { kind: 'mixed-encodings', utf8, windows1252 } as const;
  return { kind: 'mixed-line-ends', lf, crlf } as const;
}

/** `cl260301.log`, packed or not, is of 2026-03-01. */
function dayOfName(name: string): string | undefined {
  const [, year, month, day] = /^cl(\d\d)(\d\d)(\d\d)\.log(?:\.\w+)?$/i.exec(baseNameOf(name)) ?? [];
  return year === undefined ? undefined : `20${year}-${month}-${day}`;
}

function isBeyondAscii(raw: Uint8Array): boolean {
  let all = 0;
  for (let index = 0; index < raw.length; index += 1) all |= raw[index] ?? 0;
  return all >= 0x80;
}
