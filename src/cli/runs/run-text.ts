import type { RunJson, StepJson, TransferJson, WholeRunJson } from '../../api/answers.js';
import { printable } from '../../core/printable.js';
import { showDuration } from '../../settings/duration.js';
import { timeWords } from '../daemon/command-parts.js';
import type { Style } from '../style.js';
import { wrapText } from '../wrap-text.js';

export interface RunTextOptions {
  readonly style: Style;
  /** Infinity in a pipe. */
  readonly width: number;
  readonly timeZone: string;
}

/** A run as a story: what came of it, then each step with what was tried, and the paths not taken with their reason. */
export function runLines(
  { run, steps, transfers }: WholeRunJson,
  options: RunTextOptions,
): readonly string[] {
  return [
    ...headLines(run, options),
    ...steps.flatMap((step) => stepLines(step, attemptsOf(step, transfers), options)),
    ...nextLines(run),
  ];
}

/** The last line of a run that was waited for. */
export function endLine(run: RunJson, style: Style): string {
  const reason = run.reason === undefined ? '' : `: ${printable(run.reason, 1000)}`;
  const files = run.filesSucceeded + run.filesFailed;
  const counts = files === 0 ? '' : ` (${run.filesSucceeded} of ${files} files)`;
  return colorOf(run.state, style)(`run ${run.run} of ${printable(run.rule)} ${run.state}${counts}${reason}`);
}

function headLines(run: RunJson, { style, width, timeZone }: RunTextOptions): readonly string[] {
  const asked = run.askedBy === undefined ? '' : ` by ${printable(run.askedBy)}`;
  const facts = [
    `trigger ${printable(run.trigger)}${asked}, made ${timeWords(run.createdAt, timeZone)}`,
    ...(run.startedAt === undefined ? [] : [`began ${timeWords(run.startedAt, timeZone)}`]),
    ...(run.endedAt === undefined ? [] : [`ended ${timeWords(run.endedAt, timeZone)}${tookWords(run)}`]),
    ...(run.retryOf === undefined ? [] : [`re-run of ${run.retryOf.run} from step ${run.retryOf.fromStep}`]),
    ...(run.parentRun === undefined ? [] : [`called by run ${run.parentRun}`]),
    ...(run.isShadow ? ['shadow: nothing was done'] : []),
    ...(run.cancelAsked ? ['somebody asked it to stop'] : []),
  ];
  return [
    ...wrapText(endLine(run, { ...style, good: plain, bad: plain, warning: plain }), {
      width,
      lead: '',
    }).map(colorOf(run.state, style)),
    ...wrapText(facts.join(', '), { width, lead: '  ' }),
    '',
  ];
}

function plain(text: string): string {
  return text;
}

function tookWords({ startedAt, endedAt }: RunJson): string {
  if (startedAt === undefined || endedAt === undefined) return '';
  return ` after ${showDuration(Date.parse(endedAt) - Date.parse(startedAt))}`;
}

const SIGNS: Readonly<Record<StepJson['state'], string>> = {
  running: '>',
  succeeded: '+',
  failed: 'x',
  skipped: '-',
  notTaken: '-',
  cancelled: '!',
};

/** A step, indented by how deep it stands; its sign says what came of it. */
export function stepLines(
  step: StepJson,
  attempts: readonly TransferJson[],
  { style, width, timeZone }: RunTextOptions,
): readonly string[] {
  const depth = step.path.split('.').length - 1;
  const lead = `${'  '.repeat(depth)}${SIGNS[step.state]} ${step.path.padEnd(3)} `;
  const words = [
    printable(step.title, 1000),
    ...(step.attempt > 1 ? [`(attempt ${step.attempt})`] : []),
    ...(step.text === '' ? [] : [`- ${printable(step.text, 4000)}`]),
    ...(step.code === undefined ? [] : [`[${step.code}]`]),
  ].join(' ');
  const color = colorOf(step.state, style);
  return [
    ...wrapText(words, { width, lead }).map(color),
    ...attempts.flatMap((attempt) => attemptLines(attempt, ' '.repeat(lead.length), { width, timeZone })),
  ];
}

function attemptLines(
  attempt: TransferJson,
  lead: string,
  { width, timeZone }: Pick<RunTextOptions, 'width' | 'timeZone'>,
): readonly string[] {
  const { operation, localPath, remotePath } = attempt;
  const [from, to] = operation === 'upload' ? [localPath, remotePath] : [remotePath, localPath];
  const why = attempt.result === 'succeeded' ? '' : `: ${printable(attempt.message ?? '', 1000)}`;
  const words = `${timeWords(attempt.endedAt, timeZone)} ${operation} ${printable(from, Infinity)} to ${printable(to, Infinity)}, attempt ${attempt.attempt} ${attempt.result}, ${attempt.lastCode} in the log${why}`;
  return wrapText(words, { width, lead });
}

function attemptsOf({ path }: StepJson, transfers: readonly TransferJson[]): readonly TransferJson[] {
  return transfers.filter(({ step }) => step === path);
}

function nextLines({ run, state }: RunJson): readonly string[] {
  if (state === 'failed') return ['', `Next: tally runs retry ${run} --dry-run`];
  return state === 'waiting' || state === 'running' ? ['', `Next: tally runs watch ${run}`] : [];
}

function colorOf(state: string, style: Style): (text: string) => string {
  if (state === 'failed') return style.bad;
  if (state === 'succeeded') return style.good;
  return state === 'cancelled'
    ? style.warning
    : state === 'notTaken' || state === 'skipped'
      ? style.faint
      : plain;
}
