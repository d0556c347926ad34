import type { PartnerBook } from '../../client-log/partners.js';
import type { Query } from '../../client-log/query/query.js';
import type { LogFileRef } from '../../client-log/reading/log-line.js';
import { readLine } from '../../client-log/reading/read-client-log.js';
import { IncidentCollector } from '../incidents/incident-collector.js';
import { REPORT_LIMITS, type ReportLimits } from './collect/limits.js';
import { reportZone } from './collect/report-clock.js';
import { ReportCollector } from './collect/report-collector.js';
import type { ReportData } from './report-data.js';

export const berlin: LogFileRef = { name: 'cl260301.log', timeZone: 'Europe/Berlin', node: '' };

const encoder = new TextEncoder();

/**
 * A line of ten columns from `2026-03-01 02:10:44 ftp acme inv.xml 226 0`; without the last word one of nine. What a
 * test cares about stands in it, and nothing else.
 */
export function logLine(words: string): string {
  const [day, time, protocol, host, name, code, result] = words.split(' ');
  const end = result === undefined ? '' : ` ${result};`;
  return `${day} ${time}; ${protocol}; ${host}; 21; edi; D:\\out\\${name}; /in/${name}; upload; ${code};${end}`;
}

export interface ReportOptions {
  readonly file?: LogFileRef;
  readonly partners?: PartnerBook;
  readonly query?: Query;
  readonly limits?: Partial<ReportLimits>;
}

/** The data of a page of these lines of a log. */
export function reportOf(lines: readonly string[], options: ReportOptions = {}): ReportData {
  return reportOfFiles([{ file: options.file ?? berlin, lines }], options);
}

export interface LogText {
  readonly file: LogFileRef;
  readonly lines: readonly string[];
}

export function reportOfFiles(logs: readonly LogText[], options: ReportOptions = {}): ReportData {
  const { partners = [], query } = options;
  const files = logs.map(({ file }) => file);
  const timeZone = reportZone(files, 'Europe/Berlin');
  const limits = { ...REPORT_LIMITS, ...options.limits };
  const report = new ReportCollector({ timeZone, files, partners, query, limits });
  const incidents = new IncidentCollector({ partners, query });
  for (const { file, lines } of logs) {
    lines.forEach((text, index) => {
      const raw = encoder.encode(text);
      const place = { lineNumber: index + 1, offset: 0, lengthBytes: raw.length + 1, lineEnd: '\n' } as const;
      const line = readLine({ raw, ...place }, file);
      report.add(line);
      incidents.add(line);
    });
  }
  const page = { title: 'March', madeAt: '2026-03-31 08:00:00', madeBy: 'tally test' };
  return report.finish({ ...page, incidents: incidents.end() });
}
