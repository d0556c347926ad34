import { localTime } from '../../client-log/local-time.js';
import type { PartnerBook } from '../../client-log/partners.js';
import { baseNameOf, folderOf } from '../../client-log/log-paths.js';
import { printable } from '../../core/printable.js';
import type { RetryPlan, RetryRow } from '../../engine/log-retry/retry-plan.js';
import type { FileSighting, Sighting } from '../../engine/log-retry/sighting.js';
import { instantOf } from '../../client-log/zone-time.js';
import { recordData } from '../../log-tools/record-data.js';
import { showBytes } from '../../settings/byte-size.js';
import { isLocal } from '../../transfers/endpoint.js';
import { recordWords } from './record-text.js';
import { showCount } from './stats-text.js';
import { LineWriter, type Output } from '../output.js';
import { shownPath } from '../place-text.js';
import type { Style } from '../style.js';
import { tableLayout, type TableColumn } from '../table.js';
import { wrapLine } from '../wrap-line.js';

/** What the words of a plan rest on besides the plan. */
export interface PlanWords {
  readonly partners: PartnerBook;
  /** IANA zone in which the times of files are shown. */
  readonly timeZone: string;
  readonly os: NodeJS.Platform;
}

const ACTION_WORDS = { send: 'send', leave: 'left out', refuse: 'cannot' } as const;

/** A row in words, each printable, none cut. */
interface RowWords {
  readonly action: string;
  readonly file: string;
  readonly route: string;
  readonly failed: string;
  readonly why: string;
  readonly source: string;
  readonly target: string;
  readonly reason: string;
}

/** None shrinks: what does not fit as a whole is told in blocks, which cut nothing. */
const COLUMNS: readonly (TableColumn & { readonly key: keyof RowWords })[] = [
  { key: 'action', title: 'plan' },
  { key: 'file', title: 'file' },
  { key: 'route', title: 'from -> to' },
  { key: 'failed', title: 'failed' },
  { key: 'why', title: 'why it failed' },
  { key: 'source', title: 'source now' },
  { key: 'target', title: 'target now' },
  { key: 'reason', title: 'because' },
];

/** Rows that will be sent first, then those left out, then those that cannot be planned. */
export function inPlanOrder(rows: readonly RetryRow[]): readonly RetryRow[] {
  const order = ['send', 'leave', 'refuse'] as const;
  return order.flatMap((action) => rows.filter(({ plan }) => plan.action === action));
}

/**
 * Writes the plan for people: a table where the terminal is wide enough for all of it, else three lines for each file;
 * in a pipe tab-separated lines, nothing cut.
 */
export async function writePlan(
  rows: readonly RetryRow[],
  words: PlanWords,
  output: Output,
  style: Style,
): Promise<void> {
  const lines = new LineWriter(output);
  for (const line of planLines(rows, words, output, style)) {
    if (lines.isClosed) break;
    await lines.write(`${line}\n`);
  }
  await lines.flush();
}

/** More rows than these are not measured for a table. */
const MOST_IN_TABLE = 1_000;

/** One after another: the words of a hundred thousand rows need not stand in memory at a time. */
function* planLines(
  rows: readonly RetryRow[],
  words: PlanWords,
  output: Output,
  style: Style,
): Iterable<string> {
  if (rows.length === 0) return;
  if (!output.isTerminal) yield COLUMNS.map(({ title }) => title).join('\t');
  const table = output.isTerminal ? tableLines(rows, words, output.size().columns, style) : undefined;
  if (table !== undefined) {
    yield* table;
    return;
  }
  for (const row of rows) {
    const shown = rowWords(row, words);
    if (output.isTerminal) yield* blockLines(shown, output.size().columns, style);
    else yield cellsOf(shown).join('\t');
  }
}

function cellsOf(row: RowWords): readonly string[] {
  return COLUMNS.map(({ key }) => row[key]);
}

/** Undefined where the terminal has no room for all columns, or nobody would read a table so long. */
function tableLines(
  rows: readonly RetryRow[],
  words: PlanWords,
  width: number,
  style: Style,
): readonly string[] | undefined {
  if (rows.length > MOST_IN_TABLE) return undefined;
  const cells = rows.map((row) => cellsOf(rowWords(row, words)));
  const { head, rowLines } = tableLayout(COLUMNS, cells, width);
  if (head.length === 0) return undefined;
  return [...head.map(style.strong), ...cells.flatMap(rowLines)];
}

const LABEL_WIDTH = 9;
/** Below this width a deep indent would leave too little of a line. */
const NARROW = 50;

function blockLines(row: RowWords, width: number, style: Style): readonly string[] {
  const paint =
    { send: style.good, 'left out': style.warning, cannot: style.bad }[row.action] ?? style.strong;
  const indent = ' '.repeat(width < NARROW ? 2 : LABEL_WIDTH);
  const ends = [`source: ${row.source}`, `target: ${row.target}`].filter((text) => !text.endsWith(' -'));
  const [head = '', ...others] = [
    `${row.action.padEnd(LABEL_WIDTH)}${row.file}  ${row.route}`,
    `${indent}failed ${row.failed}: ${row.why}`,
    ...(ends.length > 0 ? [`${indent}${ends.join('; ')}`] : []),
    `${indent}${row.reason}`,
  ].flatMap((line) => wrapLine(line, width, indent));
  return [paint(head.slice(0, LABEL_WIDTH)) + head.slice(LABEL_WIDTH), ...others];
}

function rowWords(row: RetryRow, words: PlanWords): RowWords {
  const { file, look, plan } = row;
  const { record } = file.last;
  const { time, result, code } = recordWords(record, words.partners);
  const attempts = file.attempts > 1 ? `, ${showCount(file.attempts)} attempts` : '';
  return {
    action: ACTION_WORDS[plan.action],
    file: printable(baseNameOf(file.identity.source) || baseNameOf(file.identity.target)),
    route: routeWords(row, words),
    failed: `${time}${attempts}`,
    why: result === 'failed' ? code : `${code} (inferred)`,
    source: look === undefined ? '-' : sourceWords(look.source, row, words),
    target: look === undefined ? '-' : sightingWords(look.target, words),
    reason: [plan.reason, ...notesOf(row)].map((text) => printable(text, Infinity)).join('; '),
  };
}

/** From folder to folder; with the whole target where the name differs there. */
function routeWords(row: RetryRow, words: PlanWords): string {
  const { from, to } = shownEnds(row, words);
  const isSameName = baseNameOf(from) === baseNameOf(to);
  return printable(isSameName ? `${folderText(from)} -> ${folderText(to)}` : `${from} -> ${to}`, Infinity);
}

/** `beta:/` is a folder of its own. */
function folderText(location: string): string {
  const folder = folderOf(location);
  return folder.endsWith(':') && location[folder.length] === '/' ? `${folder}/` : folder;
}

/** Both ends as locations, for reading; as the line has them where their way is not known. */
function shownEnds(
  { route, file }: RetryRow,
  { os }: PlanWords,
): { readonly from: string; readonly to: string } {
  if (route === undefined) {
    const { source, target } = file.identity;
    const { host } = file.last.record;
    const isPull = file.last.record.operation === 'download';
    const there = (path: string) => (host === '' ? path : `${host}:${path}`);
    return { from: isPull ? there(source) : source, to: isPull ? target : there(target) };
  }
  const { end, operation, source, target } = route;
  const there = { endpoint: end.endpoint };
  const own = (path: string) => (os === 'win32' ? path.replaceAll('/', '\\') : path);
  if (isLocal(end.endpoint)) return { from: own(source), to: own(target) };
  return operation === 'upload'
    ? { from: own(source), to: shownPath(there, target, os) }
    : { from: shownPath(there, source, os), to: own(target) };
}

function sourceWords(sighting: Sighting, row: RetryRow, words: PlanWords): string {
  const text = sightingWords(sighting, words);
  return sighting.kind === 'file' && hasChanged(sighting, row) ? `${text}, changed since` : text;
}

function hasChanged({ modifiedMs, precisionMs }: FileSighting, { file: { last } }: RetryRow): boolean {
  if (modifiedMs === undefined) return false;
  return modifiedMs - precisionMs > instantOf(last.record.time, last.file.timeZone) + 1000;
}

function sightingWords(sighting: Sighting, { timeZone }: PlanWords): string {
  switch (sighting.kind) {
    case 'file': {
      const size = sighting.sizeBytes === undefined ? 'of unknown size' : showBytes(sighting.sizeBytes);
      const { modifiedMs } = sighting;
      return modifiedMs === undefined ? size : `${size} of ${localTime(modifiedMs, timeZone).time}`;
    }
    case 'missing':
      return 'not there';
    case 'no-folder':
      return 'not there, nor its folder';
    case 'folder':
      return 'a folder';
    case 'other':
      return 'no file';
    case 'unseen':
      return 'not to be seen';
  }
}

function notesOf({ file: { replacedFrom } }: RetryRow): readonly string[] {
  if (replacedFrom === undefined) return [];
  const { source, line } = replacedFrom;
  return [`since then ${source} was sent to that target (${line.record.time}), which is another file`];
}

/** A row for programs. */
export function planData(row: RetryRow, words: PlanWords): Readonly<Record<string, unknown>> {
  const { file, route, look, plan } = row;
  const { from, to } = shownEnds(row, words);
  return {
    action: plan.action,
    why: 'why' in plan ? plan.why : undefined,
    reason: plan.reason,
    advice: 'advice' in plan ? plan.advice : undefined,
    overwrite: plan.action === 'send' ? plan.overwrite : undefined,
    connection: route === undefined || isLocal(route.end.endpoint) ? undefined : route.end.name,
    from,
    to,
    attempts: file.attempts,
    source: look && sightingData(look.source),
    sourceChanged: look?.source.kind === 'file' ? hasChanged(look.source, row) : undefined,
    target: look && sightingData(look.target),
    deliveredBefore: file.deliveredBefore,
    replacedFrom: file.replacedFrom && {
      source: file.replacedFrom.source,
      time: file.replacedFrom.line.record.time,
    },
    candidates: file.last.record.candidates,
    lastAttempt: recordData(file.last.record, file.last, words.partners),
  };
}

function sightingData(sighting: Sighting): Readonly<Record<string, unknown>> {
  if (sighting.kind !== 'file') return { state: sighting.kind };
  const { sizeBytes, modifiedMs } = sighting;
  return {
    state: 'file',
    sizeBytes,
    modified: modifiedMs === undefined ? undefined : new Date(modifiedMs).toISOString(),
  };
}

/** How many files each of the three will befall. */
export interface PlanCounts {
  readonly toSend: number;
  readonly bytesToSend: number;
  readonly leftOut: number;
  readonly cannot: number;
}

export function planCounts({ rows }: RetryPlan): PlanCounts {
  const sending = rows.filter(({ plan }) => plan.action === 'send');
  return {
    toSend: sending.length,
    bytesToSend: sending.reduce(
      (sum, { look }) => sum + (look?.source.kind === 'file' ? (look.source.sizeBytes ?? 0) : 0),
      0,
    ),
    leftOut: rows.filter(({ plan }) => plan.action === 'leave').length,
    cannot: rows.filter(({ plan }) => plan.action === 'refuse').length,
  };
}

/** Kinds of advice that are told; more than these nobody reads. */
const TOLD_ADVICE = 20;

/** What can be done about files that cannot be planned, and the sum, in sentences. */
export function planNotes(plan: RetryPlan, counts: PlanCounts): readonly string[] {
  const { recovered, hasForgottenSuccesses } = plan.findings;
  const advice = new Set(plan.rows.flatMap((row) => ('advice' in row.plan ? (row.plan.advice ?? []) : [])));
  const untold = advice.size - TOLD_ADVICE;
  return [
    ...[...advice].slice(0, TOLD_ADVICE),
    ...(untold > 0 ? [`and ${showCount(untold)} more things to do: --json has them all`] : []),
    ...(hasForgottenSuccesses
      ? ['So many files succeeded at a time that a delivery just before a failure may not have been noticed.']
      : []),
    sumLine(counts, recovered),
  ];
}

function sumLine({ toSend, bytesToSend, leftOut, cannot }: PlanCounts, recovered: number): string {
  const parts = [
    ...(toSend > 0 ? [`${showCount(toSend)} to send (${showBytes(bytesToSend)})`] : ['nothing to send']),
    ...(leftOut > 0 ? [`${showCount(leftOut)} left out`] : []),
    ...(cannot > 0 ? [`${showCount(cannot)} that cannot be planned`] : []),
    ...(recovered > 0 ? [`${showCount(recovered)} succeeded later`] : []),
  ];
  const [first = '', ...others] = parts;
  return `${[first[0]?.toUpperCase() + first.slice(1), ...others].join(', ')}.`;
}
