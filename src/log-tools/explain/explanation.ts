import type { LogFileRef, ReadRecord } from '../../client-log/reading/log-line.js';
import type { ActingSide } from '../../client-log/result-codes/code-entry.js';
import type { CodeReading } from '../../client-log/result-codes/explain-code.js';
import type { RecordReading } from './record-reading.js';

/** What a line is and means. */
export type Explanation = RecordExplanation | OtherExplanation;

export interface RecordExplanation {
  readonly kind: 'record';
  readonly record: ReadRecord;
  readonly partner: string;
  /** What happened, one sentence. */
  readonly summary: string;
  readonly conflict: RecordReading['conflict'];
  /** The likeliest reading of the code. */
  readonly reading: CodeReading;
  readonly otherReadings: readonly DoubtedReading[];
  /** Most likely first; none of a record that needs no explanation. */
  readonly causes: readonly string[];
  /** What to check next, with the record's own values. */
  readonly checks: readonly string[];
  /** What is odd about the line, one sentence each. */
  readonly oddities: readonly string[];
  /** What stands around the line. */
  readonly findings: readonly Finding[];
}

export interface DoubtedReading extends CodeReading {
  /** Why it is less likely on this line, a clause. */
  readonly doubt?: string;
}

/** A line that is no record. */
export interface OtherExplanation {
  readonly kind: 'header' | 'blank' | 'malformed' | 'incomplete';
  /** One sentence. */
  readonly summary: string;
  /** What to do about it, one sentence each. */
  readonly checks: readonly string[];
}

/** Something around a line that says more about it. */
export interface Finding {
  /** One sentence. */
  readonly text: string;
  /** The side that it points to; undefined where it points nowhere. */
  readonly pointsTo?: ActingSide;
  /** Numbers of the lines that it rests on, the nearest first; capped. */
  readonly lines: readonly number[];
}

/** A record near the line, as much of it as findings need; the bytes of its line are let go. */
export interface Neighbour {
  readonly lineNumber: number;
  /** Milliseconds since 1970. */
  readonly epochMs: number;
  readonly record: ReadRecord;
}

/** Records within five minutes of the line, in the order of the file. */
export interface Neighbourhood {
  readonly file: LogFileRef;
  readonly target: Neighbour;
  readonly neighbours: readonly Neighbour[];
  /** True when there were more than were kept: the nearest ones. */
  readonly isCut: boolean;
}
