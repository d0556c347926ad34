import { printable } from '../core/printable.js';
import type { EvaluatedCondition } from '../rules/conditions/condition.js';
import type { AttemptRecord } from '../store/transfer-store.js';
import type { PlannedFile } from '../transfers/batch-request.js';
import type { RunStory, StoryStep } from './run-story.js';
import type { Wait } from './step-detail.js';

/** How a story is set as text. */
export interface StoryTextOptions {
  /** Longer lines are broken between words. */
  readonly width: number;
  /** Times as a person reads them. */
  readonly showTime: (ms: number) => string;
  /** How long each step took; default true. */
  readonly showsTook?: boolean;
}

const MARKS: Readonly<Record<StoryStep['state'], string>> = {
  succeeded: 'ok  ',
  failed: 'FAIL',
  running: '... ',
  skipped: 'skip',
  notTaken: ' -  ',
  cancelled: 'stop',
};

/** A story as lines for a terminal: sentence, next actions, trigger, then each step with its tries and waits. */
export function storyText(story: RunStory, options: StoryTextOptions): readonly string[] {
  const { width, showTime } = options;
  const lines: string[] = [];
  const put = (indent: number, text: string) => lines.push(...broken(printable(text, 4_000), indent, width));
  put(0, `Run ${story.run} of ${story.rule}: ${story.state}`);
  put(0, story.sentence);
  lines.push('');
  put(0, triggerText(story, showTime));
  lines.push(...storyStepLines(story.steps, options));
  if (story.next.length > 0) lines.push('', 'Next');
  for (const { text, command } of story.next) {
    put(2, command);
    put(6, text);
  }
  return lines;
}

/** The steps alone: what was decided, done or left, and of a run that is only tried what would be. */
export function storyStepLines(
  steps: readonly StoryStep[],
  { width, showTime, showsTook = true }: StoryTextOptions,
): readonly string[] {
  const lines: string[] = [];
  const put = (indent: number, text: string) => lines.push(...broken(printable(text, 4_000), indent, width));
  for (const step of steps) putStep(step, { put, showTime, showsTook });
  return lines;
}

interface Paper {
  readonly put: (indent: number, text: string) => void;
  readonly showTime: (ms: number) => string;
  readonly showsTook: boolean;
}

function triggerText({ trigger, askedBy, retryOf }: RunStory, showTime: (ms: number) => string): string {
  const { file } = trigger;
  const what =
    file === undefined ? '' : ` saw ${file.connection === '' ? '' : `${file.connection}:`}${file.path}`;
  const who = askedBy === undefined ? '' : `, asked by ${askedBy}`;
  const again = retryOf === undefined ? '' : `, run ${retryOf.run} again from step ${retryOf.fromStep}`;
  return `${showTime(trigger.occurredAtMs)} ${trigger.kind}${what}${who}${again}`;
}

function putStep(step: StoryStep, { put, showTime, showsTook }: Paper): void {
  const indent = Math.min(step.depth, 8) * 2;
  const ifFailed = step.isIfFailed ? 'if failed: ' : '';
  const took =
    !showsTook || step.startedMs === undefined || step.endedMs === undefined
      ? ''
      : ` (${tookText(step.endedMs - step.startedMs)})`;
  put(indent, `${MARKS[step.state]} ${step.path} ${ifFailed}${step.title}${took}`);
  const within = indent + 5;
  if (step.text !== '') put(within, step.state === 'notTaken' ? `not taken: ${step.text}` : step.text);
  if (step.condition !== undefined) putCondition(step.condition, within, put);
  for (const { attempt, text, waitMs } of step.earlier) {
    put(within, `attempt ${attempt} failed: ${text}; waited ${tookText(waitMs)}`);
  }
  for (const attempt of step.attempts) put(within, attemptText(attempt, showTime));
  for (const { source, target, finalTarget, state, proof } of step.deliveries) {
    put(
      within,
      `${source} to ${finalTarget ?? target}: ${state}${proof === undefined ? '' : `, proven by ${proof}`}`,
    );
  }
  for (const line of programOutput(step)) put(within, `| ${line}`);
  for (const file of plannedFiles(step)) put(within, plannedText(file));
  if (step.waits !== undefined)
    put(within, `waits until ${waitText(step.waits, showTime)}: ${step.waits.reason}`);
  if (step.state === 'failed' && step.advice !== undefined) put(within, step.advice);
}

/** The end of it is what says most; the whole of what was kept is in `--json`. */
const SHOWN_OUTPUT_LINES = 10;
const SHOWN_LINE_LENGTH = 300;

/** What a program wrote, standard output first. */
function programOutput({ kind, facts }: StoryStep): readonly string[] {
  if (kind !== 'run') return [];
  const { stdout, stderr } = (facts ?? {}) as { readonly stdout?: unknown; readonly stderr?: unknown };
  return [...lastLines(stdout), ...lastLines(stderr)];
}

function lastLines(output: unknown): readonly string[] {
  if (typeof output !== 'string' || output.trim() === '') return [];
  const lines = output.trimEnd().split(/\r?\n/);
  const shown = lines.slice(-SHOWN_OUTPUT_LINES).map((line) => line.slice(0, SHOWN_LINE_LENGTH));
  const left = lines.length - shown.length;
  return left === 0 ? shown : [`... ${left} ${left === 1 ? 'line' : 'lines'} before, in --json`, ...shown];
}

/** Of a transfer that was only tried; other actions say all of it in their text. */
function plannedFiles({ facts }: StoryStep): readonly PlannedFile[] {
  const { files } = (facts ?? {}) as { readonly files?: unknown };
  if (!Array.isArray(files)) return [];
  return files.filter((file: object): file is PlannedFile => 'action' in file && 'source' in file);
}

function plannedText({ action, source, target, reason, replaces }: PlannedFile): string {
  const why = reason === '' ? '' : `: ${reason}`;
  const size = replaces?.sizeBytes === undefined ? '' : ` of ${replaces.sizeBytes} bytes`;
  const over = replaces === undefined ? '' : `; a file${size} stands there now`;
  return `would ${action} ${source} to ${target}${why}${over}`;
}

function waitText({ for: awaited, untilMs }: Wait, showTime: (ms: number) => string): string {
  if (awaited === 'log') return 'the client log takes lines again';
  return untilMs === undefined ? 'somebody releases it' : showTime(untilMs);
}

function putCondition(condition: EvaluatedCondition, indent: number, put: Paper['put']): void {
  const found = condition.found === '' ? '' : ` (${condition.found})`;
  put(indent, `${condition.holds ? 'yes' : 'no '} ${condition.text}${found}`);
  for (const part of condition.of ?? []) putCondition(part, indent + 2, put);
}

function attemptText(attempt: AttemptRecord, showTime: (ms: number) => string): string {
  const { endedMs, operation, localPath, remotePath, lastCode, succeeded, message, attemptNumber } = attempt;
  const [from, to] = operation === 'upload' ? [localPath, remotePath] : [remotePath, localPath];
  const result = succeeded
    ? `sent (${lastCode})`
    : `failed (${lastCode})${message === undefined ? '' : `: ${message}`}`;
  return `${showTime(endedMs)} attempt ${attemptNumber}: ${from} to ${to} ${result}`;
}

function tookText(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** Breaks between words; what is longer than a line (a path) stays whole, so that it can be copied. */
function broken(text: string, indent: number, width: number): readonly string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(indent + 5);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
