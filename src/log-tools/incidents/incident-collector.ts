import { partnerOf, type PartnerBook } from '../../client-log/partners.js';
import type { Query } from '../../client-log/query/query.js';
import type { LogLine, ReadRecord } from '../../client-log/reading/log-line.js';
import { localTime } from '../../client-log/local-time.js';
import { instantOf } from '../../client-log/zone-time.js';
import { fillCheck } from '../explain/fill-check.js';
import { readingOf } from '../explain/record-reading.js';
import { FailedFiles, type FileTally } from './failed-files.js';
import type { Incident, IncidentReport, OpenFile } from './incident.js';

export interface IncidentOptions {
  readonly partners: PartnerBook;
  /** Failures further apart than this are two incidents; 30 minutes when absent. */
  readonly gapMs?: number;
  /** Which failures are meant; successes count whatever it says. */
  readonly query?: Query | undefined;
  /** Limits of memory, for tests; far beyond what a month's logs hold when absent. */
  readonly limits?: Partial<IncidentLimits>;
}

export interface IncidentLimits {
  /** Files that have failed and not yet succeeded, at once. */
  readonly maxFiles: number;
  /** Characters of their paths. */
  readonly maxCharacters: number;
  readonly maxIncidents: number;
  /** Open files that are listed for one incident. */
  readonly maxOpenFiles: number;
}

const LIMITS: IncidentLimits = {
  maxFiles: 40_000,
  maxCharacters: 10_000_000,
  maxIncidents: 50_000,
  maxOpenFiles: 1000,
};
const MAX_USERS = 10;
const DEFAULT_GAP_MS = 30 * 60_000;

/** An incident in the making. */
interface OpenIncident extends FileTally {
  readonly fromMs: number;
  readonly facts: Omit<
    Incident,
    | 'toTime'
    | 'attempts'
    | 'inferred'
    | 'files'
    | 'uncounted'
    | 'recovered'
    | 'isOpen'
    | 'openFiles'
    | 'openFilesTotal'
    | 'users'
  >;
  toTime: string;
  attempts: number;
  inferred: number;
  readonly users: string[];
  /** Attempts at files for which there was no room. */
  uncounted: number;
}

/**
 * Groups failures into incidents: one partner, one cause, each failure no further than the gap from the one before.
 * Takes lines in the order of time, successes among them; memory is limited, and what did not fit is said.
 */
export class IncidentCollector {
  readonly #options: IncidentOptions;
  readonly #gapMs: number;
  readonly #limits: IncidentLimits;
  readonly #incidents: OpenIncident[] = [];
  /** The latest incident of each partner and cause. */
  readonly #latest = new Map<string, OpenIncident>();
  readonly #files: FailedFiles<OpenIncident>;
  #failures = 0;
  #leftOut = 0;
  #nowMs = -Infinity;
  readonly #isOver = (incident: OpenIncident) => this.#nowMs - incident.lastMs > this.#gapMs;

  constructor(options: IncidentOptions) {
    this.#options = options;
    this.#gapMs = options.gapMs ?? DEFAULT_GAP_MS;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#files = new FailedFiles(this.#limits);
  }

  add(line: LogLine): void {
    const record = line.kind === 'record' || line.kind === 'incomplete' ? line.record : undefined;
    if (record === undefined) return;
    if (record.result === 'succeeded') this.#files.addSuccess(record);
    else if (this.#options.query?.matches(record, line.file) ?? true) this.#addFailure(record, line);
  }

  end(): IncidentReport {
    const openFiles = new Map<OpenIncident, OpenFile[]>();
    for (const { file, incidents } of this.#files.open()) {
      for (const incident of incidents) {
        const list = openFiles.get(incident) ?? [];
        if (list.length < this.#limits.maxOpenFiles) list.push(file);
        openFiles.set(incident, list);
      }
    }
    const byTime = this.#incidents.toSorted((left, right) => left.fromMs - right.fromMs);
    return {
      incidents: byTime.map((incident) => finished(incident, openFiles.get(incident) ?? [])),
      failures: this.#failures,
      limits: this.#limitWords(),
    };
  }

  #addFailure(record: ReadRecord, line: LogLine): void {
    this.#failures += 1;
    const failedMs = instantOf(record.time, line.file.timeZone);
    this.#nowMs = Math.max(this.#nowMs, failedMs);
    const incident = this.#incidentOf(record, line, failedMs);
    if (incident === undefined) {
      this.#leftOut += 1;
      return;
    }
    incident.attempts += 1;
    if (record.isInferred) incident.inferred += 1;
    if (failedMs >= incident.lastMs) {
      incident.lastMs = failedMs;
      const { timeZone } = incident.facts;
      incident.toTime = timeZone === line.file.timeZone ? record.time : localTime(failedMs, timeZone).time;
    }
    addUser(incident.users, record.user);
    if (!this.#files.addFailure(record, incident, this.#isOver)) incident.uncounted += 1;
  }

  #incidentOf(record: ReadRecord, line: LogLine, failedMs: number): OpenIncident | undefined {
    const partner = partnerOf(record, this.#options.partners);
    const key = `${partner}\n${record.host.toLowerCase()}\n${record.port ?? ''}\n${familyOf(record.protocol)}\n${record.code}`;
    const latest = this.#latest.get(key);
    if (latest !== undefined && failedMs - latest.lastMs <= this.#gapMs) return latest;
    if (this.#incidents.length >= this.#limits.maxIncidents) return undefined;
    const incident = this.#begun(record, line, { partner, failedMs });
    this.#latest.set(key, incident);
    this.#incidents.push(incident);
    return incident;
  }

  #begun(
    record: ReadRecord,
    { file, lineNumber }: LogLine,
    { partner, failedMs }: { readonly partner: string; readonly failedMs: number },
  ): OpenIncident {
    const [reading] = readingOf(record).readings;
    return {
      fromMs: failedMs,
      facts: {
        partner,
        host: record.host.toLowerCase(),
        port: record.port,
        protocol: record.protocol,
        code: record.code,
        phrase: reading.phrase,
        side: reading.side,
        fromTime: record.time,
        timeZone: file.timeZone,
        firstPlace: { file: file.name, lineNumber },
        advice: fillCheck(reading.checks[0], record, this.#options.partners),
      },
      toTime: record.time,
      lastMs: failedMs,
      attempts: 0,
      inferred: 0,
      files: 0,
      recovered: 0,
      users: [],
      uncounted: 0,
    };
  }

  #limitWords(): readonly string[] {
    const uncounted = this.#incidents.reduce((sum, incident) => sum + incident.uncounted, 0);
    const words: string[] = [];
    if (this.#leftOut > 0) {
      words.push(
        `There are more than ${this.#limits.maxIncidents} incidents: ${this.#leftOut} failures stand in none. Ask for a shorter span, or a longer --gap.`,
      );
    }
    if (uncounted > 0) {
      words.push(
        `More files had failed at once than fit into memory: of ${uncounted} attempts the files are not counted, nor is known whether they recovered. Ask for a shorter span or for one partner.`,
      );
    }
    return words;
  }
}

function addUser(users: string[], user: string): void {
  if (user !== '' && users.length < MAX_USERS && !users.includes(user)) users.push(user);
}

/** Protocols that share their codes and their servers. */
function familyOf(protocol: string): string {
  if (protocol === 'ftps') return 'ftp';
  return protocol === 'https' || protocol === 's3' ? 'http' : protocol;
}

function finished(incident: OpenIncident, openFiles: readonly OpenFile[]): Incident {
  const { facts, toTime, attempts, inferred, files, recovered, users, uncounted } = incident;
  return {
    ...facts,
    toTime,
    attempts,
    inferred,
    files,
    uncounted,
    recovered,
    isOpen: recovered < files || uncounted > 0,
    openFiles,
    openFilesTotal: files - recovered,
    users,
  };
}
