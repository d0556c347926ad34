import { addCounts, NO_LINES } from '../../../client-log/reading/count-lines.js';
import type { PartnerBook } from '../../../client-log/partners.js';
import type { Query } from '../../../client-log/query/query.js';
import type { LogFileRef, LogLine, RecordLine } from '../../../client-log/reading/log-line.js';
import type { IncidentReport } from '../../incidents/incident.js';
import { hourOf } from '../figures/wall-time.js';
import type { ReportData } from '../report-data.js';
import { FileFacts } from './file-facts.js';
import { incidentsData } from './incidents-data.js';
import { KindBook } from './kind-book.js';
import { LineProblems } from './line-problems.js';
import { REPORT_LIMITS, type ReportLimits } from './limits.js';
import { NameBook } from './name-book.js';
import { NewestFailures } from './newest-failures.js';
import { omissionsOf } from './omissions.js';
import { PartnerFacts } from './partner-facts.js';
import { ReportClock } from './report-clock.js';

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

/** Counts the lines of client logs for a report, one by one, in bounded memory. */
export class ReportCollector {
  readonly #query: Query | undefined;
  readonly #limits: ReportLimits;
  readonly #clock: ReportClock;
  readonly #files = new Map<string, FileFacts>();
  readonly #partners: PartnerFacts;
  readonly #kinds: KindBook;
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
    this.#kinds = new KindBook(this.#partners.names, limits);
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
    const kind = this.#kinds.count(record, partner, hourOf(seconds));
    if (record.result === 'failed') this.#failures.add(line, seconds, kind);
  }

  /** Everything that the page needs. */
  finish(page: PageFacts): ReportData {
    const { title, madeAt, madeBy } = page;
    const lists = this.#lists(page.incidents);
    const omissions = omissionsOf({
      limits: this.#limits,
      cube: this.#kinds.extent,
      failures: { listed: lists.failures.length, total: this.#failures.total },
      incidents: page.incidents,
      files: this.#files.size,
      problems: this.#problems.total,
      hasRest: {
        partners: this.#partners.names.hasRest,
        causes: this.#kinds.causes.hasRest,
        words: this.#kinds.protocols.hasRest || this.#kinds.operations.hasRest,
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
        causes: this.#kinds.causes,
        clock: this.#clock,
        limits: this.#limits,
      }),
      incidentTotals: totalsOf(incidents),
      failures,
      users: users.names(''),
      fileNames: fileNames.names(''),
      files: files.slice(0, this.#limits.files).map((facts) => facts.build()),
      logLines: { ...lines, counts: files.map(({ counts }) => counts).reduce(addCounts, NO_LINES) },
    };
  }

  #counts() {
    return {
      partners: this.#partners.build(),
      protocols: this.#kinds.protocols.names('(other protocols)'),
      operations: this.#kinds.operations.names('(other operations)'),
      causes: this.#kinds.causes.build(),
      cube: this.#kinds.buildCube(),
    };
  }
}

function otherZones(files: Iterable<FileFacts>, timeZone: string): readonly string[] {
  const zones = new Set(Array.from(files, ({ file }) => file.timeZone));
  return [...zones].filter((zone) => zone !== timeZone);
}

function totalsOf({ incidents }: IncidentReport): { readonly all: number; readonly open: number } {
  return { all: incidents.length, open: incidents.filter(({ isOpen }) => isOpen).length };
}
