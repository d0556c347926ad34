import type { LineCounts, PathPair } from '../../client-log/reading/log-line.js';
import type { ActingSide } from '../../client-log/result-codes/code-entry.js';

/**
 * Everything that the page of `tally log report` knows, as it is embedded in it. Moments are seconds since 1970 as the
 * clocks of `timeZone` show them (wall seconds), hours likewise; neither is a true instant.
 */
export interface ReportData {
  readonly title: string;
  /** `YYYY-MM-DD HH:MM:SS` in `timeZone`. */
  readonly madeAt: string;
  /** `tally 0.1.0`. */
  readonly madeBy: string;
  /** IANA name of the zone that every time of the page is in. */
  readonly timeZone: string;
  /** Zones of files whose times were moved into `timeZone`. */
  readonly movedFrom: readonly string[];
  /** The query that chose the records; absent where all were taken. */
  readonly query?: string;
  /** Wall seconds of the earliest and the latest record; absent where there is none. */
  readonly span?: ReportSpan;
  readonly partners: readonly PartnerData[];
  readonly protocols: readonly string[];
  readonly operations: readonly string[];
  readonly causes: readonly CauseData[];
  readonly cube: CubeData;
  readonly incidents: readonly IncidentData[];
  readonly incidentTotals: IncidentTotals;
  /** The newest ones, newest first. */
  readonly failures: readonly FailureData[];
  readonly users: readonly string[];
  /** Of the failed attempts and the problems. */
  readonly fileNames: readonly string[];
  readonly files: readonly FileData[];
  readonly logLines: LogLinesData;
  /** What was left out, one sentence each; empty where the page holds everything. */
  readonly omissions: readonly string[];
}

export interface ReportSpan {
  readonly firstSeconds: number;
  readonly lastSeconds: number;
}

export interface PartnerData {
  readonly name: string;
  /** `HOST:PORT` as first seen, where the name is one of the settings; else empty. */
  readonly place: string;
  readonly lastSuccessSeconds?: number;
  readonly lastFailureSeconds?: number;
  /** Attempts by hour of the day, 0 to 23, then failed ones: 48 numbers. */
  readonly hoursOfDay: readonly number[];
  /** Stands for all partners beyond the limit. */
  readonly isRest?: true;
}

/** One code with its likeliest meaning: what a number on a line of some protocol says. */
export interface CauseData {
  /** `ftp-530`; stays the same between two reports. */
  readonly key: string;
  /** Absent for the rest beyond the limit. */
  readonly code?: number;
  readonly phrase: string;
  /** `FTP reply`, `socket error`. */
  readonly table: string;
  readonly side: ActingSide;
  /** Present where a failed attempt bore the code. */
  readonly explanation?: ExplanationData;
}

export interface ExplanationData {
  readonly name: string;
  readonly meaning: string;
  readonly retry: string;
  readonly causes: readonly string[];
  readonly checks: readonly string[];
  readonly source: string;
  readonly otherReadings: readonly { readonly phrase: string; readonly when: string }[];
}

/** Counts of attempts by time and kind. */
export interface CubeData {
  /** Hours that one count covers: 1, or more where the log is too long or too varied for hours. */
  readonly hoursPerSlot: number;
  readonly kinds: readonly KindData[];
}

/** Attempts that differ in nothing but time. */
export interface KindData {
  /** Indexes of `partners`, `protocols`, `operations`, `causes`. */
  readonly partner: number;
  readonly protocol: number;
  readonly operation: number;
  readonly cause: number;
  readonly isFailed: boolean;
  readonly isInferred: boolean;
  /** Pairs: how many slots after the one before (the first: after slot 0, may be negative), and the count. */
  readonly cells: readonly number[];
}

export interface IncidentTotals {
  readonly all: number;
  readonly open: number;
}

/** Failures of one cause at one host, close in time. */
export interface IncidentData {
  readonly partner: number;
  readonly protocol: string;
  /** `HOST:PORT`. */
  readonly place: string;
  readonly cause: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly attempts: number;
  /** Of the attempts: verdicts that were inferred from the code. */
  readonly inferred: number;
  readonly files: number;
  /** Of the files: those that succeeded later. */
  readonly recovered: number;
  /** Some of its files have not succeeded since. */
  readonly isOpen: boolean;
  /** The first of those files, by remote path. */
  readonly openFiles: readonly string[];
  readonly openFilesTotal: number;
  readonly users: readonly string[];
  /** `FILE:LINE` of its first failure. */
  readonly firstPlace: string;
  readonly advice: string;
}

/** One failed attempt. */
export interface FailureData {
  readonly seconds: number;
  /** Index of `cube.kinds`. */
  readonly kind: number;
  /** Index of `users`. */
  readonly user: number;
  /** Index of `fileNames`. */
  readonly file: number;
  readonly line: number;
  /** The line as it stands in the file, without its end. */
  readonly raw: string;
  /** Bytes of the line beyond `raw`; absent where `raw` is whole. */
  readonly cutBytes?: number;
  readonly local: TextData;
  readonly remote: TextData;
  /** Other ways to part the two paths. */
  readonly otherPaths?: readonly PathPair[];
}

/** A text, or where it stands in the raw line: start and length. Paths would else be embedded twice. */
export type TextData = string | readonly [start: number, length: number];

export interface FileData {
  readonly name: string;
  readonly timeZone: string;
  /** Of all its lines. */
  readonly counts: LineCounts;
  /** Of the records that were taken. */
  readonly attempts: number;
  readonly failed: number;
  readonly firstSeconds?: number;
  readonly lastSeconds?: number;
}

/** What the lines of the logs themselves were like. */
export interface LogLinesData {
  /** Of all lines, whatever a query chose. */
  readonly counts: LineCounts;
  /** How many records differed from what Tallyman would write, by how; most frequent first. */
  readonly deviations: readonly { readonly what: string; readonly records: number }[];
  /** The first ones that are malformed, incomplete or ambiguous, in the order of reading. */
  readonly problems: readonly LineProblemData[];
}

export interface LineProblemData {
  readonly kind: 'malformed' | 'incomplete' | 'ambiguous';
  /** Index of `fileNames`. */
  readonly file: number;
  readonly line: number;
  readonly reason: string;
  readonly raw: string;
}

/** Rows as a table, without the names of the columns in every row. */
export interface PackedRows<Row> {
  readonly columns: readonly (keyof Row & string)[];
  /** `null` where a row has no such value. */
  readonly rows: readonly (readonly unknown[])[];
}

/** The data as it stands in the page: lists of very many rows are packed. */
export interface EmbeddedReport extends Omit<ReportData, 'failures' | 'incidents' | 'cube'> {
  readonly failures: PackedRows<FailureData>;
  readonly incidents: PackedRows<IncidentData>;
  readonly cube: Omit<CubeData, 'kinds'> & { readonly kinds: PackedRows<KindData> };
}
