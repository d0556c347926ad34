import { addCounts, NO_LINES } from '../../client-log/reading/count-lines.js';
import type {
  Deviation,
  LineCounts,
  LogFileRef,
  LogLine,
  RecordLine,
} from '../../client-log/reading/log-line.js';
import type { LogSource } from '../log-source.js';
import { DayCalendar } from './day-calendar.js';
import { FileCheck } from './file-check.js';
import { isWrong, type Finding, type FindingKind, type FindingPlace } from './finding.js';
import { LinePlaces } from './line-places.js';
import { RepeatedRun } from './repeated-run.js';

/** What was looked through and what was found, in numbers. */
export interface CheckSummary {
  readonly files: number;
  /** Of the files: those that are something else. Their lines are not among `lines`. */
  readonly notLogs: number;
  readonly lines: LineCounts;
  /** Records by their number of columns. */
  readonly columns: { readonly nine: number; readonly ten: number };
  /** What the reader put up with, how often, and where first. */
  readonly deviations: ReadonlyMap<
    Deviation,
    { readonly count: number; readonly first: Required<FindingPlace> }
  >;
  /** How many findings of each kind. */
  readonly findings: ReadonlyMap<FindingKind, number>;
  /** How many of them are wrong; the others are notes. */
  readonly wrong: number;
  /** Lines that were not compared with those before them, because there were too many. */
  readonly notCompared: number;
}

/** Looks for what is wrong with logs: source after source, then what only all of them tell. Memory stays bounded. */
export class LogCheck {
  readonly #places: LinePlaces;
  readonly #names: string[] = [];
  readonly #calendars = new Map<string, DayCalendar>();
  readonly #unfinished: { readonly check: FileCheck; readonly node: string }[] = [];
  readonly #newestDays = new Map<string, string>();
  readonly #deviations = new Map<Deviation, { count: number; readonly first: Required<FindingPlace> }>();
  readonly #findings = new Map<FindingKind, number>();
  /** Found since they were last given out. */
  #pending: Finding[] = [];
  #wrong = 0;
  #notLogs = 0;
  #lines: LineCounts = NO_LINES;
  #nine = 0;
  #ten = 0;

  /** `mostLines`: about so many are compared with each other. */
  constructor(mostLines?: number) {
    this.#places = new LinePlaces(mostLines);
  }

  /**
   * Looks through all lines of a source; leaves it early when nothing of it is a client log. `node` tells logs apart
   * of which each has its own days. Rejects as the source does; what was read before counts all the same.
   */
  async *look(source: LogSource, node: string): AsyncGenerator<readonly Finding[]> {
    const files = source.files.map((ref) => this.#begin(ref));
    try {
      for await (const batch of source.lines()) {
        for (const file of files) {
          const { name } = file.check.ref;
          this.#take(
            file,
            files.length === 1 ? batch : batch.filter((line) => line.file.name === name),
            node,
          );
        }
        yield this.#takeFound();
        if (files.every(({ check }) => !check.isLog)) break;
      }
    } finally {
      for (const file of files) this.#end(file, node);
    }
    yield this.#takeFound();
  }

  /** Once, after all sources: what only all of them tell. */
  end(): readonly Finding[] {
    for (const { check, node } of this.#unfinished) {
      const { unfinished, day, ref } = check;
      if (unfinished === undefined) continue;
      const isBeingWritten = day === undefined || day === this.#newestDays.get(node);
      this.#found({ kind: 'incomplete', file: ref.name, isBeingWritten, ...unfinished });
    }
    for (const [node, calendar] of this.#calendars) {
      for (const span of calendar.missing()) this.#found({ kind: 'missing-days', file: node, ...span });
    }
    return this.#takeFound();
  }

  summary(): CheckSummary {
    return {
      files: this.#names.length,
      notLogs: this.#notLogs,
      lines: this.#lines,
      columns: { nine: this.#nine, ten: this.#ten },
      deviations: this.#deviations,
      findings: this.#findings,
      wrong: this.#wrong,
      notCompared: this.#places.leftOut,
    };
  }

  #begin(ref: LogFileRef): CheckedFile {
    const found = (finding: Finding) => this.#found(finding);
    this.#names.push(ref.name);
    const number = this.#names.length - 1;
    return { check: new FileCheck(ref, found), number, run: new RepeatedRun(ref.name, found) };
  }

  #take(file: CheckedFile, lines: readonly LogLine[], node: string): void {
    file.check.take(lines);
    if (!file.check.isLog) return;
    const calendar = this.#calendarOf(node);
    for (const line of lines) if (line.kind === 'record') this.#takeRecord(file, line, calendar);
  }

  #takeRecord(file: CheckedFile, line: RecordLine, calendar: DayCalendar): void {
    const { record, lineNumber } = line;
    if (record.columns === 9) this.#nine += 1;
    else this.#ten += 1;
    for (const deviation of record.deviations) this.#noteDeviation(deviation, line);
    calendar.add(record.time.slice(0, 10));
    const seen = this.#places.seenBefore(line.raw, { file: file.number, line: lineNumber });
    file.run.take(lineNumber, seen && { file: this.#names[seen.file] ?? '', line: seen.line });
  }

  #end({ check, run }: CheckedFile, node: string): void {
    run.end();
    check.end();
    if (!check.isLog) {
      this.#notLogs += 1;
      return;
    }
    this.#lines = addCounts(this.#lines, check.counts);
    if (check.unfinished !== undefined) this.#unfinished.push({ check, node });
    if (check.day === undefined) return;
    this.#calendarOf(node).add(check.day);
    if (check.day > (this.#newestDays.get(node) ?? '')) this.#newestDays.set(node, check.day);
  }

  #calendarOf(node: string): DayCalendar {
    const known = this.#calendars.get(node) ?? new DayCalendar();
    this.#calendars.set(node, known);
    return known;
  }

  #noteDeviation(deviation: Deviation, { file, lineNumber }: LogLine): void {
    const known = this.#deviations.get(deviation);
    if (known !== undefined) known.count += 1;
    else this.#deviations.set(deviation, { count: 1, first: { file: file.name, line: lineNumber } });
  }

  #found(finding: Finding): void {
    this.#pending.push(finding);
    this.#findings.set(finding.kind, (this.#findings.get(finding.kind) ?? 0) + 1);
    if (isWrong(finding)) this.#wrong += 1;
  }

  #takeFound(): readonly Finding[] {
    const found = this.#pending;
    this.#pending = [];
    return found;
  }
}

interface CheckedFile {
  readonly check: FileCheck;
  readonly number: number;
  readonly run: RepeatedRun;
}
