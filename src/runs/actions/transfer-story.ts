import type { HostFacts } from '../../core/platform.js';
import { remotePath } from '../../core/remote-path.js';
import { printable } from '../../core/printable.js';
import type { Outcome } from '../../core/outcome.js';
import { cancelledError, type TransferError } from '../../core/transfer-error.js';
import type { TransferAction } from '../../rules/actions/action.js';
import type { Delivery } from '../../store/ledger-store.js';
import type { BatchResult, PlannedFile } from '../../transfers/batch-request.js';
import { isLocal } from '../../transfers/endpoint.js';
import type { FileProgress } from '../../transfers/transfer-observer.js';
import type { ActionEnd } from '../action-context.js';
import { newPlaceValues } from '../new-place.js';
import type { TransferOrder } from './transfer-order.js';

/** So many files are named in the story; all are counted. */
const MOST_NAMED = 100;

/** One file in the story of a step. */
export interface ToldFile {
  readonly source: string;
  readonly target: string;
  readonly outcome: Outcome['kind'];
  /** How it was proven, why it was left out, or what failed. */
  readonly text: string;
}

/** What `runs show` has of a transfer. */
export interface TransferDetail {
  readonly succeeded: number;
  readonly skipped: number;
  readonly failed: number;
  readonly notAttempted: number;
  readonly movedBytes: number;
  /** The first ones; `planned` in a shadow run. */
  readonly files: readonly (ToldFile | PlannedFile)[];
  readonly warnings: readonly string[];
}

/** Gathers what a transfer did, for the run's story and for the steps after it. */
export class TransferStory {
  readonly #kind: TransferAction['kind'];
  readonly #order: TransferOrder;
  readonly #host: Pick<HostFacts, 'os'>;
  readonly #files: ToldFile[] = [];
  readonly #planned: PlannedFile[] = [];
  /** Of the first file that would fail. */
  #plannedError: TransferError | undefined;
  readonly #plannedCounts = new Map<PlannedFile['action'], number>();
  readonly #warnings: string[] = [];
  #before = 0;
  #gone = 0;
  #standsAt: string | undefined;

  constructor(kind: TransferAction['kind'], order: TransferOrder, host: Pick<HostFacts, 'os'>) {
    this.#kind = kind;
    this.#order = order;
    this.#host = host;
  }

  settled({ source, target }: FileProgress, outcome: Outcome): void {
    if (outcome.kind === 'succeeded') this.#standsAt = target;
    if (this.#files.length >= MOST_NAMED) return;
    this.#files.push({ source, target, outcome: outcome.kind, text: outcomeText(outcome) });
  }

  planned(file: PlannedFile, error: TransferError | undefined): void {
    this.#plannedError ??= error;
    this.#plannedCounts.set(file.action, (this.#plannedCounts.get(file.action) ?? 0) + 1);
    if (this.#planned.length < MOST_NAMED) this.#planned.push(file);
  }

  /** By this very step, before it was begun again. */
  deliveredBefore({ finalTarget, target }: Delivery): void {
    this.#before += 1;
    const place = finalTarget ?? target;
    this.#standsAt = place.slice(place.indexOf(':') + 1);
  }

  /** So many more, whose sources are gone too. */
  goneBefore(files: number): void {
    this.#gone = files;
  }

  warned(text: string): void {
    if (this.#warnings.length < MOST_NAMED) this.#warnings.push(text);
  }

  shadowEnd(result: BatchResult): ActionEnd {
    const error = result.stoppedBy ?? this.#firstFailure(result) ?? this.#plannedError;
    if (error !== undefined) return { kind: 'failed', error, detail: this.#detail(result) };
    const counts = [...this.#plannedCounts].map(([action, count]) => `${action} ${filesText(count)}`);
    const text = counts.length === 0 ? 'would find no file' : `would ${counts.join(', ')}`;
    return { kind: 'succeeded', text, detail: this.#detail(result) };
  }

  /** The whole step was done when its process died. */
  endOfBefore(delivery: Delivery): ActionEnd {
    this.deliveredBefore(delivery);
    const variables = this.#newPlace();
    const proof =
      delivery.proof === undefined || delivery.proof === 'none'
        ? 'not proven'
        : `proven by ${delivery.proof}`;
    return {
      kind: 'succeeded',
      text: `${delivery.source} had gone to ${delivery.finalTarget ?? delivery.target}, ${proof}, before the step was begun again: nothing was sent`,
      filesSucceeded: 1,
      ...(variables === undefined ? {} : { variables }),
    };
  }

  end(result: BatchResult, isFilesFault: boolean): ActionEnd {
    const filesSucceeded = result.succeeded + this.#before + this.#gone;
    const detail = this.#detail(result);
    const error = result.stoppedBy ?? this.#firstFailure(result);
    if (error !== undefined) {
      const filesFailed = this.#notSent(result);
      return { kind: 'failed', error, detail, filesSucceeded, filesFailed, isFilesFault };
    }
    const variables = this.#newPlace();
    return {
      kind: 'succeeded',
      text: this.#text(result),
      detail,
      filesSucceeded,
      ...(variables === undefined ? {} : { variables }),
    };
  }

  /** What failed, and what was not begun since the connection failed or the source could not be read. */
  #notSent({ failed, cancelled, notAttempted }: BatchResult): number {
    const known = failed + cancelled + notAttempted;
    return this.#order.isSingle ? 1 : known;
  }

  #firstFailure({ failures, failed, cancelled }: BatchResult): TransferError | undefined {
    const [first] = failures;
    if (first === undefined) {
      return cancelled > 0 ? cancelledError(AbortSignal.abort(), 'action') : undefined;
    }
    if (failed === 1) return first.error;
    return first.error.with({ message: `${failed} files failed, the first with: ${first.error.message}` });
  }

  #text({ succeeded, skipped, movedBytes }: BatchResult): string {
    const verb = this.#kind === 'move' ? 'moved' : this.#kind === 'copy' ? 'copied' : 'downloaded';
    const [only] = this.#files;
    const left = skipped - this.#before;
    if (this.#order.isSingle && only !== undefined) {
      return `${only.outcome === 'skipped' ? 'left' : verb} ${printable(only.source)} to ${printable(only.target)}: ${only.text}`;
    }
    const before = this.#before + this.#gone;
    if (succeeded + skipped + before === 0) return 'there was no file';
    const parts = [`${verb} ${filesText(succeeded)} (${movedBytes} bytes)`];
    if (before > 0) parts.push(`${before} before the step was begun again`);
    if (left > 0) parts.push(`${left} left out`);
    return parts.join(', ');
  }

  /** EFT: a move on this machine takes FS.PATH and its parts along. */
  #newPlace(): Readonly<Record<string, string>> | undefined {
    const { request, isSingle } = this.#order;
    const isHere = isLocal(request.source.endpoint) && isLocal(request.destination.endpoint);
    if (!isHere || !isSingle || !request.transfer.removeSource || this.#standsAt === undefined)
      return undefined;
    return newPlaceValues(remotePath(this.#standsAt), this.#host);
  }

  #detail({ succeeded, skipped, failed, notAttempted, movedBytes }: BatchResult): TransferDetail {
    const files = this.#planned.length > 0 ? this.#planned : this.#files;
    return { succeeded, skipped, failed, notAttempted, movedBytes, files, warnings: this.#warnings };
  }
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'succeeded': {
      const proof = outcome.proof === 'none' ? 'not proven' : `proven by ${outcome.proof}`;
      return [proof, ...outcome.notes].join('; ');
    }
    case 'skipped':
      return outcome.reason;
    case 'failed':
      return printable(outcome.error.message, 500);
    case 'cancelled':
      return outcome.rolledBack ? 'cancelled, nothing of it is left' : 'cancelled, something of it is left';
  }
}

function filesText(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}
