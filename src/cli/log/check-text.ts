import { decodeLine } from '../../client-log/reading/decode-line.js';
import { MAX_LINE_BYTES } from '../../client-log/reading/log-line.js';
import { printable } from '../../core/printable.js';
import type { CheckSummary } from '../../log-tools/check/log-check.js';
import { DEVIATION_WORDS } from '../../log-tools/deviation-words.js';
import { isWrong, type Finding, type FindingKind } from '../../log-tools/check/finding.js';
import { showBytes } from '../../settings/byte-size.js';
import { showCount } from './stats-text.js';

/** What each kind is called, one and several. */
const KIND_NAMES: Readonly<Record<FindingKind, readonly [string, string]>> = {
  'not-a-log': ['file is no client log', 'files are no client logs'],
  malformed: ['malformed line', 'malformed lines'],
  'too-long': ['line is too long', 'lines are too long'],
  incomplete: ['line not finished', 'lines not finished'],
  ambiguous: ['ambiguous line', 'ambiguous lines'],
  backwards: ['time running backwards', 'times running backwards'],
  duplicate: ['repetition', 'repetitions'],
  'missing-days': ['gap of missing days', 'gaps of missing days'],
  'other-day': ['run of records of another day', 'runs of records of another day'],
  'no-records': ['file without records', 'files without records'],
  'mixed-columns': ['file of nine and of ten columns', 'files of nine and of ten columns'],
  'mixed-encodings': ['file in two encodings', 'files in two encodings'],
  'mixed-line-ends': ['file with two line ends', 'files with two line ends'],
};

/** `12 malformed lines`. */
export function kindTitle(kind: FindingKind, count: number): string {
  return counted(count, ...KIND_NAMES[kind]);
}

/** `cl260301.log:17`, printable; the node alone where a finding is of no file. */
export function findingPlace({ file, line }: Finding): string {
  return printable(line === undefined ? file : `${file}:${line}`);
}

/** What was found, in one sentence without its place, printable. */
export function findingText(finding: Finding): string {
  switch (finding.kind) {
    case 'not-a-log':
      return `looks like ${finding.looksLike} (none of ${counted(finding.lines, 'line', 'lines')} is a client log's; of the first: ${finding.reason})`;
    case 'malformed':
      return `${finding.reason}: ${printable(decodeLine(finding.raw).text)}`;
    case 'too-long':
      return `${showBytes(finding.lengthBytes)} long; a line may have ${showBytes(MAX_LINE_BYTES)}`;
    case 'incomplete':
      return incompleteText(finding);
    case 'ambiguous':
      return ambiguousText(finding);
    case 'backwards':
      return backwardsText(finding);
    case 'duplicate':
      return duplicateText(finding);
    case 'missing-days':
      return missingDaysText(finding);
    case 'other-day':
      return `${counted(finding.count, 'record', 'records')} of ${finding.day} in the file of ${finding.fileDay}`;
    case 'no-records':
      return 'holds no record';
    case 'mixed-columns':
      return `${counted(finding.nine, 'record', 'records')} of nine columns, ${showCount(finding.ten)} of ten; it changes here first`;
    case 'mixed-encodings':
      return `${counted(finding.utf8, 'record', 'records')} in UTF-8, ${showCount(finding.windows1252)} in Windows-1252; it changes here first`;
    case 'mixed-line-ends':
      return `${counted(finding.lf, 'line', 'lines')} with LF, ${showCount(finding.crlf)} with CRLF; it changes here first`;
  }
}

type Of<Kind extends FindingKind> = Finding & { readonly kind: Kind };

function incompleteText({ isBeingWritten, isRecord }: Of<'incomplete'>): string {
  const what = isRecord ? 'reads as a record, but has no line end' : 'is no whole record';
  return isBeingWritten ? `${what}; it may be one that is being written now` : what;
}

function ambiguousText({ candidates }: Of<'ambiguous'>): string {
  const [first, second] = candidates.map(
    ({ localPath, remotePath }) => `"${printable(localPath)}" and "${printable(remotePath)}"`,
  );
  const others = candidates.length > 2 ? `, and ${candidates.length - 2} other ways` : '';
  return `a semicolon in a path: ${first}, or ${second}${others}`;
}

const CLOCK_WORDS = {
  'put-back': '; the clocks were put back that day, so nothing need be wrong',
  perhaps: '; perhaps the clocks were put back in the zone of that machine: name it by --time-zone',
  none: '',
};

function backwardsText({ time, before, clocks }: Of<'backwards'>): string {
  return `${time} after ${before}${CLOCK_WORDS[clocks]}`;
}

function duplicateText({ count, of }: Of<'duplicate'>): string {
  const place = printable(`${of.file}:${of.line}`);
  return count === 1
    ? `the same as ${place}`
    : `${showCount(count)} records from here on are those from ${place} on`;
}

function missingDaysText({ from, to, count }: Of<'missing-days'>): string {
  const days =
    count === 1 ? `${from} (${weekday(from)})` : `${from} (${weekday(from)}) to ${to} (${weekday(to)})`;
  return `${days}: neither a file nor a record of ${count === 1 ? 'that day' : `these ${showCount(count)} days`}`;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function weekday(day: string): string {
  return WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? '';
}

/** The same for programs; texts of the log as they stand there. */
export function findingData(finding: Finding): Readonly<Record<string, unknown>> {
  const { kind, file, line, ...facts } = finding;
  const raw = 'raw' in facts ? { raw: decodeLine(facts.raw).text } : {};
  return { kind, wrong: isWrong(finding), file, line, ...facts, ...raw, text: findingText(finding) };
}

/** The numbers below the findings, a line each. */
export function summaryLines(summary: CheckSummary): readonly string[] {
  const { lines, columns } = summary;
  const kinds = [
    counted(lines.records, 'record', 'records'),
    counted(lines.headers, 'heading', 'headings'),
    `${showCount(lines.blank)} blank`,
    `${showCount(lines.malformed)} malformed`,
    `${showCount(lines.incomplete)} not finished`,
  ];
  const columnWords = `${showCount(columns.nine)} of nine columns, ${showCount(columns.ten)} of ten`;
  const deviations = [...summary.deviations].map(
    ([name, { count, first }]) =>
      `  ${DEVIATION_WORDS[name]}: ${showCount(count)}, first ${printable(`${first.file}:${first.line}`)}`,
  );
  return [
    `${counted(summary.files, 'file', 'files')}, ${counted(lines.lines, 'line', 'lines')}: ${kinds.join(', ')}`,
    `Of the records, ${columnWords}; ${showCount(lines.ambiguous)} ambiguous`,
    ...(deviations.length > 0
      ? ['Other than Tallyman would write them, but read all the same:', ...deviations]
      : []),
    ...(summary.notLogs > 0
      ? [`${kindTitle('not-a-log', summary.notLogs)}; their lines are not counted`]
      : []),
    ...(summary.notCompared > 0 ? [notComparedText(summary.notCompared)] : []),
  ];
}

function notComparedText(count: number): string {
  return `Repetitions were looked for among the first records only: ${showCount(count)} later ones were compared with those, not with each other`;
}

/** The same for programs. */
export function summaryData(summary: CheckSummary): Readonly<Record<string, unknown>> {
  return {
    ...summary,
    deviations: Object.fromEntries(summary.deviations),
    findings: Object.fromEntries(summary.findings),
  };
}

function counted(count: number, one: string, several: string): string {
  return `${showCount(count)} ${count === 1 ? one : several}`;
}
