import { printable } from '../core/printable.js';
import type { TransferError } from '../core/transfer-error.js';
import { showBytes } from '../settings/byte-size.js';
import { showDuration } from '../settings/duration.js';
import type { BatchFailure, BatchRequest, BatchResult } from '../transfers/batch-request.js';
import { commandFlagWords } from './flag-words.js';
import type { CommandCall } from './command-call.js';
import { failureCodeWords } from './code-words.js';
import { dialogueHint, dialogueLines, errorLines } from './error-text.js';
import { locationText, remotePlace, shownPath } from './place-text.js';
import { shellLine } from './shell-words.js';
import type { Style } from './style.js';
import { doneWord, proofWords } from './transfer-words.js';

export interface SummaryContext {
  readonly call: CommandCall;
  /** The call whose command moves one file again, where `call` is none of those. */
  readonly again?: CommandCall;
  readonly request: BatchRequest;
  readonly os: NodeJS.Platform;
  readonly style: Style;
  readonly logFolder: string | undefined;
  /** Below each failure, what was said before it. */
  readonly showsDialogue?: boolean;
}

/** Failures that are told in full; the client log has them all. */
const TOLD_FAILURES = 10;

/** `12 sent, 1 failed, 3 skipped, 1.2 GiB in 42 s`. */
export function summaryLine(result: BatchResult, request: BatchRequest): string {
  if (request.dryRun) return `${result.planned} planned, nothing was written`;
  const counts: readonly (readonly [number, string])[] = [
    [result.failed, 'failed'],
    [result.skipped, 'skipped'],
    [result.cancelled, 'cancelled'],
    [result.notAttempted, 'not attempted'],
  ];
  return [
    `${result.succeeded} ${doneWord(request)}`,
    ...counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`),
    `${showBytes(result.movedBytes)} in ${showDuration(result.elapsedMs)}`,
    ...proofTexts(result, request),
  ].join(', ');
}

/** Whoever asks for a proof by content is told what it was, and of how many files. */
function proofTexts({ proofs }: BatchResult, { transfer }: BatchRequest): readonly string[] {
  if (transfer.verify !== 'checksum') return [];
  return proofs.map(({ proof, facts, files }) => {
    const count = proofs.length > 1 ? `${files} ` : '';
    return `${count}${proofWords(proof, facts)}`;
  });
}

/** All that is said when a batch has ended: counts, each failure with its remedy, where the log is. */
export function summaryLines(result: BatchResult, context: SummaryContext): readonly string[] {
  const told = result.failures.slice(0, TOLD_FAILURES);
  const untold = result.failed - told.length;
  return [
    ...told.flatMap((failure) => failureLines(failure, context)),
    ...(untold > 0 ? [`and ${untold} more failures: the client log has them all`] : []),
    ...stoppedLines(result, context),
    ...(context.showsDialogue === true ? [] : dialogueHint(errorsOf(result, told))),
    ...nothingLines(result, context),
    ...result.leftovers.map((path) => `left on the target, remove it by hand: ${printable(path, 1000)}`),
    ...(hasFiles(result) || result.stoppedBy === undefined ? [summaryLine(result, context.request)] : []),
    ...(context.logFolder === undefined ? [] : [`client log: ${printable(context.logFolder, 1000)}`]),
  ];
}

function errorsOf({ stoppedBy }: BatchResult, told: readonly BatchFailure[]): readonly TransferError[] {
  return [...told.map(({ error }) => error), ...(stoppedBy === undefined ? [] : [stoppedBy])];
}

/** Silence would read as success. */
function nothingLines(result: BatchResult, { request }: SummaryContext): readonly string[] {
  if (hasFiles(result) || result.planned > 0 || result.stoppedBy !== undefined) return [];
  const note = request.missingSourceOk ? '' : ' (--missing-source-ok makes that a success)';
  return [`nothing there to move: ${printable(request.source.text, 1000)}${note}`];
}

function hasFiles(result: BatchResult): boolean {
  const { succeeded, failed, skipped, cancelled, notAttempted } = result;
  return succeeded + failed + skipped + cancelled + notAttempted > 0;
}

function failureLines(
  { source, target, error, delivered, keptBytes }: BatchFailure,
  context: SummaryContext,
): readonly string[] {
  const { request, os, style, call, again: mover = call } = context;
  const isKnown = target !== '';
  const from = isKnown ? shownPath(request.source, source, os) : source;
  const lines = [
    ...errorLines(error, `failed: ${printable(from, 1000)}`, wordsOf(error, context), style),
    ...(context.showsDialogue === true ? dialogueLines(error) : []),
    ...(keptBytes === undefined
      ? []
      : [`  Kept: up to ${showBytes(keptBytes)} of it stay on the target for the next run to go on with`]),
  ];
  if (!isKnown || delivered) return lines;
  const places = [
    locationText(request.source, source, os),
    locationText(request.destination, target, os),
  ] as const;
  const again = retryCommand(mover, places, os);
  return again === undefined ? lines : [...lines, `  Again: ${again}`];
}

/** What stopped the batch as a whole, unless a file's failure has told it already. */
function stoppedLines({ stoppedBy, failures }: BatchResult, context: SummaryContext): readonly string[] {
  if (stoppedBy === undefined || stoppedBy.code === 'CANCELLED') return [];
  if (failures.some(({ error }) => error === stoppedBy)) return [];
  const words = wordsOf(stoppedBy, context);
  return [
    ...errorLines(stoppedBy, `tally ${context.call.name}`, words, context.style),
    ...(context.showsDialogue === true ? dialogueLines(stoppedBy) : []),
  ];
}

function wordsOf(error: TransferError, { request }: SummaryContext): string {
  return failureCodeWords(error, remotePlace(request.source, request.destination).endpoint.columns.protocol);
}

/** Flags that say how the result is shown, not what is done; and what the named file and target hold already. */
const FLAGS_LEFT_OUT: ReadonlySet<string> = new Set([
  'json',
  'jsonl',
  'progress',
  'dryRun',
  'quiet',
  'verbose',
  'noColor',
  'recursive',
  'renameTo',
]);

/** The command that would move this one file again; undefined when no command line can name it. */
export function retryCommand(
  call: CommandCall,
  [source, destination]: readonly [string, string],
  os: NodeJS.Platform,
): string | undefined {
  // A name with * or ? is read as a mask: it would fetch more than this file.
  if (/[*?]/.test(source)) return undefined;
  const doing = Object.fromEntries(Object.entries(call.flags).filter(([key]) => !FLAGS_LEFT_OUT.has(key)));
  const words = ['tally', call.name, source, destination, ...commandFlagWords(call.name, doing)];
  return shellLine(words, os);
}
