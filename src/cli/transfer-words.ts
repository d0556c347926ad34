import type { Outcome, Proof, ProofFacts } from '../core/outcome.js';
import { printable } from '../core/printable.js';
import type { TransferError } from '../core/transfer-error.js';
import { showBytes } from '../settings/byte-size.js';
import { showDuration } from '../settings/duration.js';
import type { BatchRequest } from '../transfers/batch-request.js';
import { checksumWords } from '../transfers/checksum-words.js';
import { isLocal } from '../transfers/endpoint.js';
import type { FileProgress } from '../transfers/transfer-observer.js';
import { failureCodeWords } from './code-words.js';
import { shownPath, remotePlace } from './place-text.js';
import type { DisplayWords } from './progress/transfer-display.js';
import type { Style } from './style.js';

/** What was done to a file that succeeded. */
export function doneWord({ operation, source, destination, transfer }: WordsRequest): string {
  if (transfer.removeSource) return 'moved';
  if (isLocal(source.endpoint) && isLocal(destination.endpoint)) return 'copied';
  return operation === 'upload' ? 'sent' : 'fetched';
}

function failureWord({ error, delivered }: Outcome & { readonly kind: 'failed' }): string {
  if (!delivered) return 'failed';
  return error.code === 'SOURCE_NOT_REMOVED' ? 'not removed' : 'delivered';
}

export type WordsRequest = Pick<BatchRequest, 'operation' | 'source' | 'destination' | 'transfer'>;

export interface WordsOptions {
  readonly os: NodeJS.Platform;
  readonly style: Style;
  readonly isQuiet: boolean;
  readonly verbosity: number;
  /** True from the first signal on: then the end of every file is said. */
  readonly isStopping: () => boolean;
}

/** What the copy was proven by, and who computed it. */
export function proofWords(proof: Proof, facts: ProofFacts | undefined): string {
  const algorithm = facts === undefined ? 'checksum' : checksumWords(facts.algorithm);
  switch (proof) {
    case 'none':
      return 'not proven';
    case 'size':
      return 'proven by size';
    case 'checksum':
      return `proven by ${algorithm}, computed by the server`;
    case 'read-back':
      return `proven by reading back (${algorithm}, computed by us)`;
  }
}

const LABEL_WIDTH = 12;

/** The lines of a running transfer for people. */
export function displayWords(request: WordsRequest, options: WordsOptions): DisplayWords {
  const { style } = options;
  const protocol = remotePlace(request.source, request.destination).endpoint.columns.protocol;
  const line = (label: string, paint: (text: string) => string, text: string) =>
    `${paint(label.padEnd(LABEL_WIDTH))} ${text}`;
  const reason = (error: TransferError) =>
    `${printable(error.message, 1000)} (${failureCodeWords(error, protocol)})`;
  const from = (file: FileProgress) => printable(shownPath(request.source, file.source, options.os), 1000);
  const both = (file: FileProgress) =>
    `${from(file)} -> ${printable(shownPath(request.destination, file.target, options.os), 1000)}`;

  const succeeded = (
    file: FileProgress,
    { receipt, proof, proofFacts, notes }: Outcome & { kind: 'succeeded' },
  ) => {
    const facts = [
      showBytes(receipt.bytes),
      proofWords(proof, proofFacts),
      ...notes.map((note) => printable(note)),
    ];
    const matters = options.verbosity > 0 || notes.length > 0 || options.isStopping();
    if (!matters || options.isQuiet) return undefined;
    return line(doneWord(request), style.good, `${both(file)} (${facts.join(', ')})`);
  };

  return {
    settled: (file, outcome) => {
      switch (outcome.kind) {
        case 'succeeded':
          return succeeded(file, outcome);
        case 'skipped':
          return options.verbosity === 0 || options.isQuiet
            ? undefined
            : line('skipped', style.faint, `${from(file)}: ${printable(outcome.reason)}`);
        case 'failed':
          return line(failureWord(outcome), style.bad, `${from(file)}: ${reason(outcome.error)}`);
        case 'cancelled':
          return outcome.rolledBack
            ? line('rolled back', style.warning, `${from(file)}: nothing of it is left on the target`)
            : line('broken off', style.warning, `${from(file)}: a part of it is left on the target`);
      }
    },
    attempted: ({ error, isLast }) =>
      error === undefined || isLast || options.isQuiet
        ? undefined
        : line('retry', style.warning, `soon: ${reason(error)}`),
    retried: (file, error, delayMs) =>
      options.isQuiet
        ? undefined
        : line('retry', style.warning, `${from(file)} in ${showDuration(delayMs)}: ${reason(error)}`),
    warned: (text) => line('warning', style.warning, printable(text, 1000)),
  };
}
