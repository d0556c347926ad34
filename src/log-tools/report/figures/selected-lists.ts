import type { FailureData, IncidentData, KindData, ReportData, TextData } from '../report-data.js';
import { kindFilter } from './figures.js';
import type { Selection } from './selection.js';
import { SECONDS_PER_HOUR } from './wall-time.js';

/** The incidents that a selection touches. Incidents are not told apart by operation. */
export function selectedIncidents(data: ReportData, selection: Selection): readonly IncidentData[] {
  const { fromHour = -Infinity, toHour = Infinity, partner, protocol, cause } = selection;
  return data.incidents.filter(
    (incident) =>
      incident.toSeconds >= fromHour * SECONDS_PER_HOUR &&
      incident.fromSeconds < toHour * SECONDS_PER_HOUR &&
      (partner === undefined || data.partners[incident.partner]?.name === partner) &&
      (protocol === undefined || incident.protocol === protocol) &&
      (cause === undefined || data.causes[incident.cause]?.key === cause),
  );
}

/** A listed failed attempt with what it shares with others. */
export interface FailureRow {
  readonly failure: FailureData;
  /** Its place in `failures`. */
  readonly index: number;
  readonly kind: KindData;
}

/** The listed failed attempts of a selection, in the order of the data. */
export function selectedFailures(data: ReportData, selection: Selection): readonly FailureRow[] {
  const { fromHour = -Infinity, toHour = Infinity } = selection;
  const isChosen = kindFilter(data, selection);
  const chosen = data.cube.kinds.map((kind) => (isChosen(kind) ? kind : undefined));
  return data.failures.flatMap((failure, index) => {
    const kind = chosen[failure.kind];
    if (kind === undefined) return [];
    const isInTime =
      failure.seconds >= fromHour * SECONDS_PER_HOUR && failure.seconds < toHour * SECONDS_PER_HOUR;
    return isInTime ? [{ failure, index, kind }] : [];
  });
}

/** A text of a failed attempt, wherever it stands. */
export function textOf({ raw }: FailureData, text: TextData): string {
  return typeof text === 'string' ? text : raw.slice(text[0], text[0] + text[1]);
}
