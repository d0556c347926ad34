import type { PartnerBook } from '../../../client-log/partners.js';
import type { Query } from '../../../client-log/query/query.js';
import type { LogFileRef, LogLine, RecordLine } from '../../../client-log/reading/log-line.js';
import type { IncidentReport } from '../../incidents/incident.js';
import { hourOf } from '../figures/wall-time.js';
import type { CubeData, ReportData } from '../report-data.js';
import { CauseBook } from './cause-book.js';
import { CubeBuilder, type KindFacts } from './cube-builder.js';
import { FileFacts, sumCounts } from './file-facts.js';
import { incidentsData } from './incidents-data.js';
import { LineProblems } from './line-problems.js';
import { REPORT_LIMITS, type ReportLimits } from './limits.js';
import { NameBook } from './name-book.js';
import { NewestFailures } from './newest-failures.js';
import { omissionsOf } from './omissions.js';
import { PartnerFacts } from './partner-facts.js';
import { ReportClock } from './report-clock.js';
import { clipped } from './short-copies.js';

export interface CollectorOptions {
  /** IANA zone of all times of the page (`reportZone`). */
  readonly timeZone: string;
  readonly files: readonly LogFileRef[];
  readonly partners: PartnerBook;
  /** Which records are taken; all where it is absent. */
  readonly query?: Query | undefined;
  readonly limits?: ReportLimits;
}

/** What the page says about itself. */
export interface PageFacts {
  readonly title: string;
  /** `YYYY-MM-DD HH:MM:SS` in the page's zone. */
  readonly madeAt: string;
  readonly madeBy: string;
  /** Of the same records. */
  readonly incidents: IncidentReport;
}

/** Different words in the columns Protocol and Operation, which hold a few in any log but a hostile one. */
const MOST_WORDS = 50;
const WORD_CHARACTERS = 30;

/** Counts the lines of client logs for a report, one by one, in bounded memory. */
export class ReportCollector {
  readonly #query: Query | undefined;
  readonly #limits: ReportLimits;
  readonly #clock: ReportClock;
  readonly #files = new Map<string, FileFacts>();
  readonly #partners: PartnerFacts;
  readonly #protocols = new NameBook(MOST_WORDS);
  readonly #operations = new NameBook(MOST_WORDS);
  readonly #causes: CauseBook;
  readonly #cube: CubeBuilder;
  readonly #kinds = new Map<string, number>();
  readonly #failures: NewestFailures;
  readonly #problems: LineProblems;
  #firstSeconds = Infinity;
  #lastSeconds = -Infinity;

  constructor({ timeZone, files, partners, query, limits = REPORT_LIMITS }: CollectorOptions) {
    this.#query = query;
    this.#limits = limits;
    this.#clock = new ReportClock(timeZone);
    for (const file of files) this.#files.set(file.name, new FileFacts(file));
    this.#partners = new PartnerFacts(partners, limits.partners);
    this.#causes = new CauseBook(limits.causes);
    this.#cube = new CubeBuilder(limits.cells);
    this.#failures = new NewestFailures(limits.failures);
    this.#problems = new LineProblems(limits.problems);
  }

  add(line: LogLine): void {
    const facts = this.#factsOf(line.file);
    facts.addLine(line);
    this.#problems.add(line);
    if (line.kind !== 'record') return;
    if (this.#query !== undefined && !this.#query.matches(line.record, line.file)) return;
    this.#addAttempt(line, facts);
  }

  #factsOf(file: LogFileRef): FileFacts {
    const known = this.#files.get(file.name);
    if (known !== undefined) return known;
    const facts = new FileFacts(file);
    this.#files.set(file.name, facts);
    return facts;
  }

  #addAttempt(line: RecordLine, facts: FileFacts): void {
    const { record, file } = line;
    const seconds = this.#clock.secondsOf(record.time, file.timeZone);
    this.#firstSeconds = Math.min(this.#firstSeconds, seconds);
    this.#lastSeconds = Math.max(this.#lastSeconds, seconds);
    const partner = this.#partners.indexOf(record);
    this.#partners.addAttempt(partner, seconds, record);
    facts.addAttempt(seconds, record.result);
    const kind = this.#kindOf(line, partner);
    this.#cube.count(kind, hourOf(seconds));
    if (record.result === 'failed') this.#failures.add(line, seconds, kind);
  }

  #kindOf({ record }: RecordLine, partner: number): number {
    const { code, result, isInferred } = record;
    const protocol = clipped(record.protocol, WORD_CHARACTERS);
    const operation = clipped(record.operation, WORD_CHARACTERS);
    const verdict = { isFailed: result === 'failed', isInferred };
    const key = `${partner} ${code} ${result} ${isInferred} ${protocol} ${operation}`;
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    // The four verdicts of the rest always have room.
    if (this.#cube.kinds >= this.#limits.kinds) return this.#restKind(verdict);
    const kind = this.#cube.addKind({
      ...verdict,
      partner,
      protocol: this.#protocols.indexOf(protocol),
      operation: this.#operations.indexOf(operation),
      cause: this.#causeOf(code, protocol, verdict),
    });
    this.#kinds.set(key, kind);
    return kind;
  }

  #causeOf(code: number, protocol: string, { isFailed }: Pick<KindFacts, 'isFailed'>): number {
    const cause = this.#causes.indexOf(code, protocol);
    if (isFailed) this.#causes.markFailed(cause);
    return cause;
  }

  #restKind(verdict: Pick<KindFacts, 'isFailed' | 'isInferred'>): number {
    const key = `rest ${verdict.isFailed} ${verdict.isInferred}`;
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    const kind = this.#cube.addKind({
      ...verdict,
      partner: this.#partners.names.rest(),
      protocol: this.#protocols.rest(),
      operation: this.#operations.rest(),
      cause: this.#causes.rest(),
    });
    this.#kinds.set(key, kind);
    return kind;
  }

  /** Everything that the page needs. */
  finish(page: PageFacts): ReportData {
    const { title, madeAt, madeBy } = page;
    const lists = this.#lists(page.incidents);
    const omissions = omissionsOf({
      limits: this.#limits,
      cube: this.#cube,
      failures: { listed: lists.failures.length, total: this.#failures.total },
      incidents: page.incidents,
      files: this.#files.size,
      problems: this.#problems.total,
      hasRest: {
        partners: this.#partners.names.hasRest,
        causes: this.#causes.hasRest,
        words: this.#protocols.hasRest || this.#operations.hasRest,
      },
    });
    return { title, madeAt, madeBy, ...this.#scope(), ...lists, ...this.#counts(), omissions };
  }

  #scope() {
    const [firstSeconds, lastSeconds] = [this.#firstSeconds, this.#lastSeconds];
    return {
      timeZone: this.#clock.timeZone,
      movedFrom: otherZones(this.#files.values(), this.#clock.timeZone),
      ...(this.#query === undefined ? {} : { query: this.#query.text }),
      ...(lastSeconds === -Infinity ? {} : { span: { firstSeconds, lastSeconds } }),
    };
  }

  /** What is told one by one. Comes before the counts, as incidents may bring names of their own. */
  #lists(incidents: IncidentReport) {
    const fileNames = new NameBook(Infinity);
    const users = new NameBook(Infinity);
    const failures = this.#failures.build({ users, fileNames }, this.#limits.failureText);
    const lines = this.#problems.build(fileNames);
    const files = [...this.#files.values()];
    return {
      incidents: incidentsData(incidents, {
        partners: this.#partners.names,
        causes: this.#causes,
        clock: this.#clock,
        limits: this.#limits,
      }),
      incidentTotals: totalsOf(incidents),
      failures,
      users: users.names(''),
      fileNames: fileNames.names(''),
      files: files.slice(0, this.#limits.files).map((facts) => facts.build()),
      logLines: { ...lines, counts: sumCounts(files.map(({ counts }) => counts)) },
    };
  }

  #counts() {
    return {
      partners: this.#partners.build(),
      protocols: this.#protocols.names('(other protocols)'),
      operations: this.#operations.names('(other operations)'),
      causes: this.#causes.build(),
      cube: this.#placedCube(),
    };
  }

  #placedCube(): CubeData {
    const cube = this.#cube.build();
    const kinds = cube.kinds.map((kind) => ({
      ...kind,
      partner: this.#partners.names.place(kind.partner),
      protocol: this.#protocols.place(kind.protocol),
      operation: this.#operations.place(kind.operation),
      cause: this.#causes.place(kind.cause),
    }));
    return { ...cube, kinds };
  }
}

function otherZones(files: Iterable<FileFacts>, timeZone: string): readonly string[] {
  const zones = new Set(Array.from(files, ({ file }) => file.timeZone));
  return [...zones].filter((zone) => zone !== timeZone);
}

function totalsOf({ incidents }: IncidentReport): { readonly all: number; readonly open: number } {
  return { all: incidents.length, open: incidents.filter(({ isOpen }) => isOpen).length };
}
