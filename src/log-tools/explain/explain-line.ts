import { parseQuery } from '../../client-log/query/parse-query.js';
import type { Query, QueryContext } from '../../client-log/query/query.js';
import { quoteQueryText } from '../../client-log/query/query-words.js';
import type { LineReading, LogFileRef, LogLine, ReadRecord } from '../../client-log/reading/log-line.js';
import { parseLogLine } from '../../client-log/reading/parse-log-line.js';
import { instantOf } from '../../client-log/zone-time.js';
import type { LogSource } from '../log-source.js';
import { explainReading } from './explain-reading.js';
import type { Explanation, Finding, Neighbour, Neighbourhood } from './explanation.js';
import { plainHost, shellPath } from './fill-check.js';
import { FileHistory } from './file-history.js';
import { LineWindow } from './line-window.js';
import { doubtReadings, neighbourFindings } from './neighbour-findings.js';

/** A line and what it means. */
export interface ExplainedLine {
  readonly line: LogLine;
  readonly explanation: Explanation;
}

/** The log ends before the line. */
export interface MissingLine {
  /** How many lines the log has. */
  readonly lines: number;
}

/**
 * Explains one line of a log, which holds a single file, with what stands around it. The log is read up to the line and a
 * little further, then once more for the line's own file. Memory stays flat.
 */
export async function explainLine(
  log: Pick<LogSource, 'lines'>,
  lineNumber: number,
  context: QueryContext,
): Promise<ExplainedLine | MissingLine> {
  const window = new LineWindow();
  let line: LogLine | undefined;
  let lines = 0;
  reading: for await (const batch of log.lines()) {
    for (const each of batch) {
      lines += 1;
      const neighbour = neighbourOf(each);
      if (each.lineNumber === lineNumber) {
        line = each;
        if (neighbour === undefined) break reading;
        window.setTarget(neighbour);
      } else if (neighbour !== undefined && !window.add(neighbour)) break reading;
    }
  }
  if (line === undefined) return { lines };
  const neighbourhood = window.around(line.file);
  if (neighbourhood === undefined) {
    return { line, explanation: explainReading(line, context.partners) };
  }
  const history = await historyOf(neighbourhood.target, log, context);
  const findings = [...history.after(), ...history.before(), ...neighbourFindings(neighbourhood)];
  const explanation = explainWith(line, neighbourhood, { findings, context });
  return { line, explanation: withFurtherLook(explanation, line.file) };
}

/** Where the rest of the story stands. */
function withFurtherLook(explanation: Explanation, { name }: LogFileRef): Explanation {
  if (explanation.kind !== 'record' || explanation.checks.length === 0) return explanation;
  const host = plainHost(explanation.record.host);
  const file = shellPath(name);
  if (host === undefined || file === undefined || name === '-') return explanation;
  const look = `See what else went to and from this host: \`tally log find host:${host} ${file}\`.`;
  return { ...explanation, checks: [...explanation.checks, look] };
}

/**
 * Explains the last line that is not blank, of lines that were pasted; the lines before it are its neighbours. Undefined
 * when there is none.
 */
export async function explainLastLine(
  log: Pick<LogSource, 'lines'>,
  context: QueryContext,
): Promise<ExplainedLine | undefined> {
  const window = new LineWindow();
  let line: LogLine | undefined;
  let previous: Neighbour | undefined;
  for await (const batch of log.lines()) {
    for (const each of batch) {
      if (each.kind === 'blank') continue;
      if (previous !== undefined) window.add(previous);
      line = each;
      previous = neighbourOf(each);
    }
  }
  if (line === undefined) return undefined;
  if (previous !== undefined) window.setTarget(previous);
  const neighbourhood = window.around(line.file);
  const whole = withoutMissingEnd(line);
  if (neighbourhood === undefined || neighbourhood.neighbours.length === 0) {
    return { line, explanation: explainReading(whole, context.partners) };
  }
  const history = new FileHistory(neighbourhood.target.record, neighbourhood.target.lineNumber);
  for (const neighbour of neighbourhood.neighbours) history.add(neighbour);
  const findings = [...history.before(), ...neighbourFindings(neighbourhood)];
  return { line, explanation: explainWith(whole, neighbourhood, { findings, context }) };
}

/** What is pasted has no line end, and nobody is writing it. */
function withoutMissingEnd(line: LogLine): LineReading {
  if (line.kind !== 'incomplete') return line;
  return parseLogLine(line.raw, { isFirst: line.offset === 0, hasEnd: true });
}

function explainWith(
  line: LineReading,
  around: Neighbourhood,
  { findings, context }: { readonly findings: readonly Finding[]; readonly context: QueryContext },
): Explanation {
  const explanation = explainReading(line, context.partners);
  if (explanation.kind !== 'record') return explanation;
  return {
    ...explanation,
    otherReadings: doubtReadings(explanation.otherReadings, around),
    findings: around.isCut ? [...findings, CUT] : findings,
  };
}

const CUT: Finding = {
  text: 'More records stand within five minutes than were looked at: the nearest ones were.',
  lines: [],
};

function neighbourOf(line: LogLine): Neighbour | undefined {
  const record = line.kind === 'record' || line.kind === 'incomplete' ? line.record : undefined;
  if (record === undefined) return undefined;
  const { lineNumber, file } = line;
  return { record, lineNumber, epochMs: instantOf(record.time, file.timeZone) };
}

async function historyOf(
  { record, lineNumber }: Neighbour,
  log: Pick<LogSource, 'lines'>,
  context: QueryContext,
): Promise<FileHistory> {
  const history = new FileHistory(record, lineNumber);
  for await (const batch of log.lines({ query: sameFileQuery(record, context) })) {
    for (const line of batch) {
      const neighbour = neighbourOf(line);
      if (neighbour !== undefined) history.add(neighbour);
    }
  }
  return history;
}

/** Finds every attempt at the file, and perhaps a few more. */
function sameFileQuery({ host, localPath, remotePath }: ReadRecord, context: QueryContext): Query {
  const path =
    remotePath === '' ? `local:${quoteQueryText(localPath)}` : `remote:${quoteQueryText(remotePath)}`;
  return parseQuery(`host:${quoteQueryText(host)} ${path}`, context);
}
