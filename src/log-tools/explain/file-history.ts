import type { ReadRecord } from '../../client-log/reading/log-line.js';
import type { Finding, Neighbour } from './explanation.js';

interface Seen {
  readonly time: string;
  readonly lineNumber: number;
  readonly code: number;
}

/** What became of one file before and after a line; takes the records of the line's own log in their order. */
export class FileHistory {
  readonly #target: ReadRecord;
  readonly #lineNumber: number;
  #lastSuccess: Seen | undefined;
  /** Since the last success before the line. */
  #failuresInARow: Seen[] = [];
  #rowLength = 0;
  #nextSuccess: Seen | undefined;
  #failuresUntilNextSuccess = 0;
  #lastFailureAfter: Seen | undefined;

  constructor(target: ReadRecord, lineNumber: number) {
    this.#target = target;
    this.#lineNumber = lineNumber;
  }

  add({ record, lineNumber }: Pick<Neighbour, 'record' | 'lineNumber'>): void {
    if (lineNumber === this.#lineNumber || !isSameFile(record, this.#target)) return;
    const seen: Seen = { time: record.time, lineNumber, code: record.code };
    if (lineNumber < this.#lineNumber) this.#addBefore(record, seen);
    else this.#addAfter(record, seen);
  }

  #addBefore(record: ReadRecord, seen: Seen): void {
    if (record.result === 'succeeded') {
      this.#lastSuccess = seen;
      this.#failuresInARow = [];
      this.#rowLength = 0;
      return;
    }
    this.#rowLength += 1;
    this.#failuresInARow.push(seen);
    if (this.#failuresInARow.length > MOST_LINES) this.#failuresInARow.shift();
  }

  #addAfter(record: ReadRecord, seen: Seen): void {
    if (this.#nextSuccess !== undefined) return;
    if (record.result === 'succeeded') this.#nextSuccess = seen;
    else {
      this.#failuresUntilNextSuccess += 1;
      this.#lastFailureAfter = seen;
    }
  }

  /** What the records before the line say. */
  before(): readonly Finding[] {
    const findings: Finding[] = [];
    const last = this.#failuresInARow.at(-1);
    const day = this.#target.time.slice(0, 10);
    if (last !== undefined) {
      const times = this.#rowLength === 1 ? 'once' : `${this.#rowLength} times in a row`;
      findings.push({
        text: `The same file had failed ${times} before, last at ${shortTime(last.time, day)} with ${last.code}.`,
        lines: this.#failuresInARow.map(({ lineNumber }) => lineNumber).toReversed(),
      });
    }
    if (this.#lastSuccess !== undefined) {
      const { time, lineNumber } = this.#lastSuccess;
      findings.push({
        text: `The same file had succeeded before, at ${shortTime(time, day)}: it was sent again, so a file of that name may have been there.`,
        lines: [lineNumber],
      });
    }
    return findings;
  }

  /** What the records behind it say; sensible only when all have been added. */
  after(): readonly Finding[] {
    const day = this.#target.time.slice(0, 10);
    const next = this.#nextSuccess;
    const failures = this.#failuresUntilNextSuccess;
    const more = failures === 0 ? '' : `, after ${failures} more ${failures === 1 ? 'failure' : 'failures'}`;
    if (this.#target.result === 'succeeded') {
      if (next !== undefined)
        return [
          {
            text: `The same file was transferred again at ${shortTime(next.time, day)}${more}.`,
            lines: [next.lineNumber],
          },
        ];
      return [];
    }
    if (next !== undefined) {
      return [
        {
          text: `The same file succeeded later, at ${shortTime(next.time, day)}${more}: the cause has passed.`,
          lines: [next.lineNumber],
        },
      ];
    }
    const last = this.#lastFailureAfter;
    if (last === undefined) {
      return [
        { text: 'The same file does not appear again in this log: it has not arrived since.', lines: [] },
      ];
    }
    return [
      {
        text: `The same file failed ${failures === 1 ? 'once' : `${failures} times`} more, last at ${shortTime(last.time, day)} with ${last.code}, and has not arrived since.`,
        lines: [last.lineNumber],
      },
    ];
  }
}

const MOST_LINES = 5;

/** Host, port, operation and remote path make a file; without a remote path the local one does. */
export function isSameFile(left: ReadRecord, right: ReadRecord): boolean {
  return (
    left.remotePath === right.remotePath &&
    left.operation === right.operation &&
    left.port === right.port &&
    left.host.toLowerCase() === right.host.toLowerCase() &&
    (left.remotePath !== '' || left.localPath === right.localPath)
  );
}

/** The time alone where it is of the same day. */
export function shortTime(time: string, day: string): string {
  return time.startsWith(day) ? time.slice(11) : time;
}
