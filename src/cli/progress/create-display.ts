import type { BatchRequest } from '../../transfers/batch-request.js';
import type { EndedAttempt, FileObserver } from '../../transfers/transfer-observer.js';
import type { CommandContext } from '../command-call.js';
import type { CommandSession } from '../command-session.js';
import { displayWords } from '../transfer-words.js';
import { barDisplay } from './bar-display.js';
import { jsonDisplay } from './json-events.js';
import { lineDisplay } from './line-display.js';
import { ProgressState } from './progress-state.js';
import { processTicker, type ProgressForm, type TransferDisplay } from './transfer-display.js';

/** A display that begins when it is known what is moved where. */
export interface PendingDisplay {
  readonly observer: FileObserver;
  readonly begin: (request: BatchRequest) => void;
  /** Shows an attempt only while no file is known: those of files are shown with their file. */
  readonly attempted: (attempt: EndedAttempt) => void;
  close(): void;
}

/** By `--progress`; `auto` is a bar on a terminal and lines elsewhere. */
export function transferDisplay(session: CommandSession, context: CommandContext): PendingDisplay {
  let display: TransferDisplay | undefined;
  let hasFiles = false;
  return {
    observer: {
      fileStarted: (file) => {
        hasFiles = true;
        display?.fileStarted(file);
      },
      fileMoved: (file, movedBytes, inheritedBytes) => display?.fileMoved(file, movedBytes, inheritedBytes),
      fileRetried: (file, error, delayMs) => display?.fileRetried(file, error, delayMs),
      fileSettled: (file, outcome) => display?.fileSettled(file, outcome),
      sourceListed: (files, bytes, complete) => display?.sourceListed(files, bytes, complete),
      warned: (text) => display?.warned(text),
    },
    begin: (request) => {
      display = displayFor(progressForm(session, context, request), request, session, context);
    },
    attempted: (attempt) => {
      if (!hasFiles) display?.attempted(attempt);
    },
    close: () => display?.close(),
  };
}

function progressForm(
  session: CommandSession,
  { stderr }: CommandContext,
  request: BatchRequest,
): ProgressForm {
  const asked = session.inForce.given.values.progress ?? 'auto';
  if (asked !== 'auto') return asked;
  if (session.isQuiet || request.dryRun) return 'none';
  return stderr.isTerminal ? 'bar' : 'line';
}

function displayFor(
  form: ProgressForm,
  request: BatchRequest,
  session: CommandSession,
  { stderr, signal }: CommandContext,
): TransferDisplay {
  const { clock, host } = session.surroundings.platform;
  const state = new ProgressState(() => clock.monotonicMs());
  const words = displayWords(request, {
    os: host.os,
    style: session.style,
    isQuiet: session.isQuiet,
    verbosity: session.verbosity,
    isStopping: () => signal.aborted,
  });
  switch (form) {
    case 'bar':
      return barDisplay(stderr, state, words, processTicker);
    case 'line':
      return lineDisplay(stderr, state, words, processTicker);
    case 'none':
      return lineDisplay(stderr, state, words, undefined);
    case 'json':
      return jsonDisplay(stderr, state, processTicker);
  }
}
