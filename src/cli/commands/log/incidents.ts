import { countLines, NO_LINES } from '../../../client-log/reading/count-lines.js';
import type { LineCounts } from '../../../client-log/reading/log-line.js';
import { IncidentCollector } from '../../../log-tools/incidents/incident-collector.js';
import type { IncidentReport } from '../../../log-tools/incidents/incident.js';
import type { LogSource } from '../../../log-tools/log-source.js';
import { parseDuration } from '../../../settings/duration.js';
import { settingsError } from '../../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../../command-call.js';
import { JsonListWriter } from '../../json-list.js';
import { INCIDENT_COLUMNS, incidentData, incidentLines, incidentNotes } from '../../log/incidents-text.js';
import { openLogSession } from '../../log/session.js';
import { lineNotes } from '../../log/stats-text.js';
import { LineWriter, type Output } from '../../output.js';
import { resultForm } from '../../result-form.js';
import { styleFor } from '../../style.js';
import { writeResult, type ResultForm } from '../../tabular.js';

/** Open files that are listed for one incident: with `-v`; with `-vv` all that are known. */
const LISTED_FILES = 20;

/** `tally log incidents`. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const session = await openLogSession(call, context);
  const gapMs = readGap(call);
  const form = resultForm(call, session, 'incidents');
  const query = session.query();
  const { partners } = session.queryContext;
  const logs = await session.logs(call.args);
  const collector = new IncidentCollector({ partners, query, ...(gapMs === undefined ? {} : { gapMs }) });
  const counts = await collect(logs, collector);
  const report = collector.end();
  const mostFiles = session.verbosity >= 2 ? Infinity : session.verbosity === 1 ? LISTED_FILES : undefined;
  await writeReport({ report, counts, form, mostFiles }, context.stdout);
  const notes = [...(session.isQuiet ? [] : incidentNotes(report)), ...report.limits];
  for (const note of session.isQuiet ? notes : [...notes, ...lineNotes(counts)]) {
    await context.stderr.write(`${note}\n`);
  }
  return 0;
}

function readGap({ flags }: CommandCall): number | undefined {
  const value = flags['gap'];
  if (value === undefined) return undefined;
  const gapMs = parseDuration(String(value));
  if (gapMs !== undefined) return gapMs;
  throw settingsError(
    { kind: 'flag', name: '--gap' },
    `must be a time such as 30m or 2h; found "${String(value)}"`,
  );
}

async function collect(logs: LogSource, collector: IncidentCollector): Promise<LineCounts> {
  let counts = NO_LINES;
  for await (const batch of logs.lines()) {
    counts = countLines(batch, counts);
    for (const line of batch) collector.add(line);
  }
  return counts;
}

interface Told {
  readonly report: IncidentReport;
  readonly counts: LineCounts;
  readonly form: ResultForm;
  /** Open files for each incident, told in blocks; undefined for a table. */
  readonly mostFiles: number | undefined;
}

async function writeReport({ report, counts, form, mostFiles }: Told, output: Output): Promise<void> {
  const style = styleFor(output);
  const { incidents, failures, limits } = report;
  if (form.format === 'json') {
    const list = new JsonListWriter(output, form.name, { lines: counts, failures, limits });
    for (const incident of incidents) await list.add(incidentData(incident));
    await list.end();
    return;
  }
  if (form.format === 'words' && mostFiles === undefined && incidents.length === 0) return;
  if (form.format === 'csv' || (form.format === 'words' && mostFiles === undefined)) {
    await writeResult(incidents, INCIDENT_COLUMNS, form, output, style);
    return;
  }
  const lines = new LineWriter(output);
  const width = output.isTerminal ? output.size().columns : Infinity;
  for (const incident of incidents) {
    if (lines.isClosed) break;
    const text =
      form.format === 'jsonl'
        ? JSON.stringify(incidentData(incident))
        : [...incidentLines(incident, { mostFiles: mostFiles ?? 0, style, width }), ''].join('\n');
    await lines.write(`${text}\n`);
  }
  await lines.flush();
}
