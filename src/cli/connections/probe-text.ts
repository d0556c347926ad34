import { errorFacts } from '../../core/error-codes.js';
import { printable } from '../../core/printable.js';
import type { ProbeReport } from '../../engine/connection-probe/probe-connection.js';
import { PROBE_STEPS, type ProbeStep, type ProbeVerdict } from '../../engine/connection-probe/probe-step.js';
import { showDuration } from '../../settings/duration.js';
import { codeWords, failureCodeWords } from '../code-words.js';
import { dialogueLines, errorData, referenceOf, SIDE_NAMES } from '../error-text.js';
import type { Style } from '../style.js';
import { wrapText } from '../wrap-text.js';

const VERDICT_WORDS: Readonly<Record<ProbeVerdict, string>> = {
  ok: 'ok',
  warning: 'warning',
  failed: 'FAILED',
  'not-tried': '-',
};

const VERDICT_WIDTH = 8;
const TITLE_WIDTH = 11;
const TIME_WIDTH = 7;
/** A step that took less says nothing by its time. */
const WORTH_A_TIME_MS = 1;

export interface ProbeTextOptions {
  readonly style: Style;
  /** Infinity where lines may be of any length. */
  readonly width: number;
  /** 1: with what only a closer look needs. */
  readonly verbosity: number;
}

/** One step: its verdict, what was found, what to do. */
export function stepLines(step: ProbeStep, { style, width, verbosity }: ProbeTextOptions): readonly string[] {
  const { verdict, lines, details = [], remedy } = step;
  const title = PROBE_STEPS[step.name].padEnd(TITLE_WIDTH);
  const lead = `  ${VERDICT_WORDS[verdict].padEnd(VERDICT_WIDTH)}${title}${timeText(step).padStart(TIME_WIDTH)}  `;
  const indent = ' '.repeat(lead.length);
  const shownLines = verbosity > 0 ? [...lines, ...details] : lines;
  const [first = '', ...others] = verdict === 'not-tried' ? [`not tried: ${lines[0] ?? ''}`] : shownLines;
  const shown = [
    ...wrapText(printable(first, 4000), { width, lead }),
    ...others.flatMap((line) => wrapText(printable(line, 4000), { width, lead: indent })),
    ...(remedy === undefined ? [] : wrapText(printable(`Next: ${remedy}`, 4000), { width, lead: indent })),
  ];
  const paint = { ok: style.good, warning: style.warning, failed: style.bad, 'not-tried': style.faint }[
    verdict
  ];
  return shown.map((line, index) => (index === 0 ? line.replace(VERDICT_WORDS[verdict], paint) : line));
}

function timeText({ verdict, elapsedMs }: ProbeStep): string {
  if (verdict === 'not-tried' || elapsedMs < WORTH_A_TIME_MS) return '';
  return showDuration(elapsedMs);
}

/** Steps that a failure leaves without ground: one line for all. */
export function blockedLines(steps: readonly ProbeStep[], { width }: ProbeTextOptions): readonly string[] {
  const names = steps.filter(({ blockedBy }) => blockedBy !== undefined).map(({ name }) => PROBE_STEPS[name]);
  if (names.length === 0) return [];
  const lead = `  ${VERDICT_WORDS['not-tried'].padEnd(VERDICT_WIDTH)}`;
  return wrapText(`not tried for that: ${names.join(', ')}`, { width, lead });
}

/** What came of it, and what the client log would have said. */
export function resultLines(
  report: ProbeReport,
  exitCode: number,
  { style, width, verbosity }: ProbeTextOptions,
): readonly string[] {
  const { failure, steps } = report;
  const wrap = (text: string, lead = '') => wrapText(text, { width, lead });
  if (failure === undefined) {
    const warnings = steps.filter(({ verdict }) => verdict === 'warning').length;
    const but = warnings === 0 ? '' : `, with ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
    return ['', ...wrap(`${style.good('It works')}${but}. ${logText(report)}`)];
  }
  const step = steps.find(({ verdict }) => verdict === 'failed')?.name ?? 'settings';
  return [
    '',
    ...wrap(`${style.bad(`It fails at: ${PROBE_STEPS[step]}`)}. ${logText(report)} Exit code ${exitCode}.`),
    ...wrap(errorFacts(failure.code).summary, `  ${SIDE_NAMES[failure.side]}: `),
    `  See: ${referenceOf(failure)}`,
    ...(verbosity > 0 ? dialogueLines(failure) : []),
  ];
}

function logText(report: ProbeReport): string {
  const words = logWords(report);
  return words === undefined ? '' : `In the log: ${words}.`;
}

function logWords({ protocol, code, failure }: ProbeReport): string | undefined {
  if (protocol === undefined) return undefined;
  return failure === undefined ? codeWords(code, protocol) : failureCodeWords(failure, protocol);
}

/** A step for programs. */
export function stepData({ name, verdict, elapsedMs, lines, details, remedy, facts, error }: ProbeStep) {
  return {
    name,
    verdict,
    elapsedMs: Math.round(elapsedMs),
    lines,
    details,
    remedy,
    facts,
    error: error && errorData(error),
  };
}

/** What came of it, for programs. */
export function resultData(report: ProbeReport, exitCode: number): Readonly<Record<string, unknown>> {
  const { location, protocol, code, failure, steps } = report;
  const hasWarning = steps.some(({ verdict }) => verdict === 'warning');
  return {
    location,
    protocol,
    verdict: failure === undefined ? (hasWarning ? 'warning' : 'ok') : 'failed',
    code,
    codeWords: logWords(report),
    exitCode,
    error: failure && errorData(failure),
  };
}
