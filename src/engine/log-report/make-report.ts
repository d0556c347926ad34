import { localTime } from '../../client-log/local-time.js';
import type { PartnerBook } from '../../client-log/partners.js';
import type { Query } from '../../client-log/query/query.js';
import type { Platform } from '../../core/platform.js';
import { throwIfCancelled } from '../../core/transfer-error.js';
import { IncidentCollector } from '../../log-tools/incidents/incident-collector.js';
import type { LogSource } from '../../log-tools/log-source.js';
import { reportZone } from '../../log-tools/report/collect/report-clock.js';
import { ReportCollector } from '../../log-tools/report/collect/report-collector.js';
import { figuresOf } from '../../log-tools/report/figures/figures.js';
import type { ReportData } from '../../log-tools/report/report-data.js';
import { renderPage } from '../../log-tools/report/view/render-page.js';
import type { ByteSink } from '../log-convert/byte-sink.js';
import { HeapTrim } from '../log-files/heap-trim.js';
import { OutputFile } from '../log-convert/output-file.js';

export interface ReportRequest {
  readonly source: LogSource;
  /** Which records; all when undefined. */
  readonly query: Query | undefined;
  readonly partners: PartnerBook;
  /** IANA name of the zone of the page where its files are of several. */
  readonly timeZone: string;
  readonly title: string;
  /** `tally 0.1.0`. */
  readonly madeBy: string;
  /** A path, or a stream that is open. */
  readonly output: string | ByteSink;
  readonly platform: Pick<Platform, 'files' | 'random' | 'clock'>;
  readonly signal: AbortSignal;
}

export interface ReportSummary {
  readonly attempts: number;
  readonly failed: number;
  readonly openIncidents: number;
  readonly sizeBytes: number;
  readonly durationMs: number;
}

/**
 * Makes the page of the logs. Rejects with a TransferError; then nothing is left where it should have become a file,
 * and what stood there is as it was.
 */
export async function makeReport(request: ReportRequest): Promise<ReportSummary> {
  const { output, source, platform } = request;
  if (typeof output !== 'string') return reportTo(output, request);
  const inputs = source.files.map(({ name }) => name).filter((name) => name !== '-');
  const file = await OutputFile.open({ path: output, inputs, ...platform });
  try {
    const summary = await reportTo(file, request);
    await file.finish();
    return summary;
  } catch (error) {
    throw await file.giveUp(error);
  }
}

async function reportTo(sink: ByteSink, request: ReportRequest): Promise<ReportSummary> {
  const { clock } = request.platform;
  const startMs = clock.monotonicMs();
  const data = await collect(request);
  const sizeBytes = await writeAll(sink, renderPage(data));
  const { attempts, failed } = figuresOf(data, {}).total;
  return {
    attempts,
    failed,
    openIncidents: data.incidentTotals.open,
    sizeBytes,
    durationMs: clock.monotonicMs() - startMs,
  };
}

async function writeAll(sink: ByteSink, pieces: Iterable<string>): Promise<number> {
  const encoder = new TextEncoder();
  const heap = new HeapTrim();
  let sizeBytes = 0;
  for (const piece of pieces) {
    heap.trim();
    const bytes = encoder.encode(piece);
    await sink.write(bytes);
    sizeBytes += bytes.length;
    if (sink.isClosed) break;
  }
  return sizeBytes;
}

/** All lines are read, whatever the query: a file has arrived also where its success is not asked for. */
async function collect(request: ReportRequest): Promise<ReportData> {
  const { source, query, partners, signal, title, madeBy, platform } = request;
  const timeZone = reportZone(source.files, request.timeZone);
  const report = new ReportCollector({ timeZone, files: source.files, partners, query });
  const incidents = new IncidentCollector({ partners, query });
  for await (const lines of source.lines()) {
    throwIfCancelled(signal, 'log');
    for (const line of lines) {
      report.add(line);
      incidents.add(line);
    }
  }
  const madeAt = localTime(platform.clock.now(), timeZone).time;
  new HeapTrim().trim();
  return report.finish({ title, madeAt, madeBy, incidents: incidents.end() });
}
