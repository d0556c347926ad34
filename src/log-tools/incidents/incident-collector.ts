import type { PartnerBook } from '../../client-log/partners.js';
import type { Query } from '../../client-log/query/query.js';
import type { LogLine } from '../../client-log/reading/log-line.js';
import type { IncidentReport } from './incident.js';

export interface IncidentOptions {
  readonly partners: PartnerBook;
  /** Failures further apart than this are two incidents; 30 minutes when absent. */
  readonly gapMs?: number;
  /** Which failures are meant; successes count whatever it says. */
  readonly query?: Query | undefined;
}

/** Groups failures into incidents. Lines must come in the order of time, successes among them. */
export class IncidentCollector {
  constructor(_options: IncidentOptions) {
    throw new RangeError('not built yet');
  }

  add(_line: LogLine): void {
    throw new RangeError('not built yet');
  }

  end(): IncidentReport {
    throw new RangeError('not built yet');
  }
}
