import type { Incident, IncidentReport } from '../../incidents/incident.js';
import type { IncidentData } from '../report-data.js';
import type { CauseBook } from './cause-book.js';
import type { ReportLimits } from './limits.js';
import type { NameBook } from './name-book.js';
import type { ReportClock } from './report-clock.js';
import { clipped } from './short-copies.js';

/** What the incidents share with the rest of the page. */
export interface IncidentBooks {
  readonly partners: NameBook;
  readonly causes: CauseBook;
  readonly clock: ReportClock;
  readonly limits: ReportLimits;
}

/** The incidents that the page lists: open ones first, then the latest. */
export function incidentsData(report: IncidentReport, books: IncidentBooks): readonly IncidentData[] {
  const { clock, limits } = books;
  return report.incidents
    .map((incident) => ({ incident, toSeconds: clock.secondsOf(incident.toTime, incident.timeZone) }))
    .sort(
      (a, b) =>
        Number(b.incident.isOpen) - Number(a.incident.isOpen) ||
        b.incident.openFilesTotal - a.incident.openFilesTotal ||
        b.toSeconds - a.toSeconds,
    )
    .slice(0, limits.incidents)
    .map(({ incident }) => incidentData(incident, books));
}

function incidentData(incident: Incident, { partners, causes, clock, limits }: IncidentBooks): IncidentData {
  const { protocol, host, port, code, firstPlace, timeZone } = incident;
  return {
    partner: partners.place(partners.indexOf(incident.partner || '(no host)')),
    protocol: clipped(protocol, 30),
    place: clipped(port === undefined ? host : `${host}:${port}`),
    cause: causes.place(causes.indexOf(code, protocol)),
    fromSeconds: clock.secondsOf(incident.fromTime, timeZone),
    toSeconds: clock.secondsOf(incident.toTime, timeZone),
    attempts: incident.attempts,
    inferred: incident.inferred,
    files: incident.files,
    recovered: incident.recovered,
    isOpen: incident.isOpen,
    openFiles: incident.openFiles.slice(0, limits.openFiles).map(({ remotePath }) => clipped(remotePath)),
    openFilesTotal: incident.openFilesTotal,
    users: incident.users.map((user) => clipped(user)),
    firstPlace: `${firstPlace.file}:${firstPlace.lineNumber}`,
    advice: incident.advice,
  };
}
